"""Work item of ITU-T, read from its page of labels and values, and the meaning of its changes."""

import re
from collections.abc import Iterator
from datetime import date

from sources.base import Claim, Evidence, Meaning, Page, Record
from sources.formats.labels import folded, labelled, page_text
from sources.formats.parties import split_list
from sources.itu import phrases

REQUIRED = ("Work item", "Subject/title", "Status", "Supporting members")
PEOPLE = ("Reference(s)", "Historic references", "Contact(s)")  # a text rendering may lose the last label and keep its lines
LABELS = (
    *REQUIRED, "Approval process", "Type of work item", "Version", "Equivalent number", "Timing", "Liaison", "Summary", "Comment",
    *PEOPLE, "ITU-T A.5 justification(s)", "First registration in the WP", "Last update",
)  # fmt: skip
IGNORED_FIELDS = (
    "work_item", "formerly", "lineage", "state", "status_date", "inherited", "timing_from", "timing_until", "priority",
    "first_registration", "last_update",
)  # fmt: skip
NEWS = {"consented": "consented", "determined": "determined", "agreed": "agreed", "approved": "approved", "dropped": "dropped"}

_EDITOR = re.compile(r"^(.{2,80}?),\s*((?:[\w-]+\s)?(?:co-)?editor\b.*)$", re.IGNORECASE)
_MAIL = re.compile(r"mailto:[^@(\s]*\s*(?:@|\(at\)|\[at\])\s*([a-z0-9.-]+\.[a-z]{2,})", re.IGNORECASE)


def record(page: Page, isn: str, url: str) -> Record:
    """Return the work item of a page. Raises LayoutChanged when it lacks its acronym, title, status or supporting members."""
    row = labelled(page, LABELS, REQUIRED)
    period, group, question = phrases.parse_path(page_text(page))
    acronym, former = phrases.parse_names(folded(row.text("Work item")))
    said = folded(row.text("Status"))
    state = phrases.parse_status(said)
    target = phrases.parse_timing(timed := value(row.maybe("Timing")) or "")
    supporters = value(row.take("Supporting members")) or ""
    editors = dict(
        editors_of("\n".join(str(row.maybe(name) or "") for name in ("Reference(s)", "Historic references", "Contact(s)")))
    )
    if state.state == "other":
        page.note(f"unknown status: {said}")
    return Record(
        key=isn,
        kind="work-item",
        title=folded(row.text("Subject/title")),
        reference=acronym,
        url=url,
        status=said,
        fields={
            "study_group": group and f"SG{group}",
            "question": question,
            "period": period,
            "approval_process": value(row.maybe("Approval process")),
            "type_of_work_item": value(row.maybe("Type of work item")),
            "version": value(row.maybe("Version")),
            "equivalent_number": value(row.maybe("Equivalent number")),
            "timing": timed or None,
            "liaison": frozenset(split_list(value(row.maybe("Liaison")) or "")),
            "supporting_members": frozenset(split_list(supporters)),
            "editors": frozenset(editors),
            "summary": value(row.maybe("Summary")),
            "comment": value(row.maybe("Comment")),
            "work_item": folded(f"{acronym} (ex {former})" if former else acronym),
            "formerly": former,
            "lineage": phrases.lineage(group, former or acronym),
            "state": state.state,
            "status_date": iso(state.day),
            "inherited": state.inherited,
            "timing_from": iso(target.first),
            "timing_until": iso(target.last),
            "priority": target.priority,
            "first_registration": value(row.maybe("First registration in the WP")),
            "last_update": value(row.maybe("Last update")),
        },
        # an item that was carried on is led where it goes on
        claims=() if state.state == "carried" else (*support_claims(page, supporters), *editor_claims(page, editors)),
    )


def iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def value(printed: str | None) -> str | None:
    """Return a value on one line; None for a dash."""
    text = folded(printed or "")
    return None if text in ("", "-") else text


def editors_of(text: str) -> Iterator[tuple[str, str]]:
    """Yield name and printed line of the lines `Name, Editor`."""
    for line in text.splitlines():
        if found := _EDITOR.match(line.strip()):
            yield folded(found[1]), folded(line)


def support_claims(page: Page, line: str) -> Iterator[Claim]:
    """Yield one claim of the printed list as a whole, because the leading member depends on all of them together."""
    if line:
        yield Claim("supporting-member", line, Evidence(page.url, "Supporting members", line))


def editor_claims(page: Page, editors: dict[str, str]) -> Iterator[Claim]:
    """Yield a claim an editor.

    The domain of the published mail address is the only sign of the employer; the address itself is not kept.
    """
    links = {folded(a.get_text()): _MAIL.search(str(a["href"])) for a in page.soup.select('a[href^="mailto:" i]')}
    for name, line in sorted(editors.items()):
        domain = found[1].lower() if (found := links.get(name)) else None
        party, text = (f"{name} (@{domain})", f"{line} (mail domain {domain})") if domain else (name, line)
        yield Claim("editor", party, Evidence(page.url, "Contact(s)", text))


def person(claim: Claim) -> str:
    """Return the name of an editor, as `editor_claims` writes it."""
    return claim.party.partition(" (@")[0] if claim.role == "editor" else ""


def means(old: Record | None, new: Record, day: date) -> Iterator[Meaning]:
    """Yield the meaning of a work item that is new, or has a new status; one carried on from the period before is no new work."""
    state, on = str(new.fields["state"]), new.fields.get("status_date")
    when = f" on {on}" if on else ""
    if old is None:
        if new.fields["inherited"] or new.fields.get("carried_from"):
            yield Meaning("carried-over", "info", f"goes on from the study period before: {new.status}")
        elif state in ("open", "other"):
            due = f", planned for {new.fields['timing']}" if new.fields["timing"] else ""
            yield Meaning("item-added", "notable", f"new work item, {new.status.lower()}{due}")
        elif state != "carried":
            yield Meaning("item-added", "info", f"new in the list, {state}{when}")
    elif state == "carried" != old.fields.get("state"):
        yield Meaning("carried-on", "info", "goes on in the next study period")
    elif state in NEWS and (state, on) != (old.fields.get("state"), old.fields.get("status_date")):
        yield Meaning(NEWS[state], "notable", f"{state}{when} (before: {old.status})")
