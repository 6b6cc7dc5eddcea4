"""Work items of ITU-T: the work of each study group, its state, and the members that support it.

Pages: `wp_search.aspx` shows selects (study period, study group, working party, Question) whose options lead, level by level, to
the list of each Question; a row of a list leads to `wp_item.aspx?isn=N`, a table of labels and values. The newest study period is
followed, in all states, so that a finished item stays listed. Lists show 20 items and turn by postback. Key: the isn. The same item
has another isn in each study period; `lineage` is the same in all of them. Not used: A.5 justifications, references to texts of
meetings, patents. `Last update` moves with every edit.

Log: written after descriptions and stored texts of 2025 and 2026; the layout was not verified live. ITU moves the application to
MyWorkspace, whose JSON could replace these pages: it would give the same fields to `record`.
"""

import calendar
import re
from collections.abc import Iterator
from datetime import date
from urllib.parse import parse_qs, urlencode, urlsplit

from sources.base import Access, Claim, Evidence, Expect, Follow, History, LayoutChanged, Meaning, Page, Record, Source
from sources.formats.forms import chosen, next_page, options, postback
from sources.formats.labels import labelled, page_text, row_digest
from sources.formats.parties import split_list
from sources.itu import lineage, terms
from sources.text import first_group, folded

SEARCH = "https://www.itu.int/ITU-T/workprog/wp_search.aspx"
ITEM = "https://www.itu.int/ITU-T/workprog/wp_item.aspx?isn="
LEVELS = (("study_period", "isn_sp"), ("study_group", "isn_sg"), ("question", "isn_qu"))
ANY_STATE = "-1,8,1,3,7,2"
PAGE_SIZE, LARGEST = 20, "100"
REQUIRED = ("Work item", "Subject/title", "Status", "Supporting members")
PEOPLE = ("Reference(s)", "Historic references", "Contact(s)")  # a text rendering may lose the last label and keep its lines
VALUES = {  # fields and their labels
    "approval_process": "Approval process", "type_of_work_item": "Type of work item", "version": "Version",
    "equivalent_number": "Equivalent number", "timing": "Timing", "liaison": "Liaison", "summary": "Summary", "comment": "Comment",
    "first_registration": "First registration in the WP", "last_update": "Last update",
}  # fmt: skip
IGNORED_FIELDS = (
    "work_item", "formerly", "lineage", "state", "status_date", "inherited", "timing_from", "timing_until", "priority",
    "first_registration", "last_update",
)  # fmt: skip
NEWS = ("consented", "determined", "agreed", "approved", "dropped")

_EDITOR = re.compile(r"^(.{2,80}?),\s*((?:[\w-]+\s)?(?:co-)?editor\b.*)$", re.IGNORECASE)
_MAIL = re.compile(r"mailto:[^@(\s]*\s*(?:@|\(at\)|\[at\])\s*([a-z0-9.-]+\.[a-z]{2,})", re.IGNORECASE)
_ITEM = re.compile(r"/(?:wp_item\.aspx|t-wp/item)\?(?:[^#]*&)?isn=(\d+)|/wp_search\.aspx\?(?:[^#]*&)?isn_task=(\d+)", re.IGNORECASE)
_LIST = re.compile(r"^https?://(?:www\.)?itu\.int/itu-t/workprog/wp_search\.aspx", re.IGNORECASE)
_PATH = re.compile(r"\[(\d{4}-\d{4})\]\s*:\s*\[SG\s?(\d+)\]\s*:\s*\[(Q\d+/\d+)\]")
_FORMER = re.compile(r"^(.*?)\s*\(\s*ex[\s.:-]+(.+)\)\s*$", re.IGNORECASE)
_STATES = (
    ("under study", "open"), ("consent", "consented"), ("determin", "determined"), ("agree", "agreed"), ("approv", "approved"),
    ("delet", "dropped"), ("discontinu", "dropped"), ("withdrawn", "dropped"), ("[carried to", "carried"),
)  # fmt: skip


def parse(page: Page) -> Iterator[Record | Follow]:
    """Yield the item of an item page, or the follows of a list page: to the lists of the next level, or to its items."""
    if isn := isn_of(page.url):
        yield record(page, isn, ITEM + isn)
    else:
        yield from next_level(page) or listed(page)


def isn_of(url: str) -> str | None:
    """Return the isn of the one work item that an address shows; None for lists."""
    found = _ITEM.search(url)
    return found and next(filter(None, found.groups()))


def canonical(url: str) -> str:
    """Return the one address for all addresses of an item or of a list: they differ in scheme, case and application."""
    return ITEM + isn if (isn := isn_of(url)) else _LIST.sub(SEARCH, url)


def next_level(page: Page) -> list[Follow]:
    """Return the follows to the lists that the selects of a page lead to: newest period, its study groups, their Questions.

    Empty for the list of a Question, and for a page that offers no choice.
    """
    asked = {name.lower(): values[-1] for name, values in parse_qs(urlsplit(page.url).query).items()}
    at = {name: asked[name] for _, name in LEVELS if asked.get(name, "-1") != "-1"}
    for part, name in LEVELS:
        if name in at:
            continue
        choices = options(page, part)
        if name == "isn_sp":
            if not choices:
                raise LayoutChanged("there is no study period to choose")
            choices = dict([max(choices.items(), key=lambda choice: choice[1])])
        elif name == "isn_qu" and not choices and "isn_sg" in at and asked.get("isn_wp", "-1") == "-1":
            name, choices = "isn_wp", options(page, "working_party")
        return [Follow(address({**asked, **at, name: value})) for value in choices]
    return []


def address(chosen_: dict[str, str]) -> str:
    """Return the address of a list by the value chosen at each level."""
    levels = {name: chosen_.get(name, "-1") for name in ("isn_sp", "isn_sg", "isn_wp", "isn_qu")}
    return f"{SEARCH}?{urlencode(levels)}&isn_status={ANY_STATE}&details=0&view=tab"


def listed(page: Page) -> Iterator[Follow]:
    """Yield the items of a list, and its next page. Raises LayoutChanged when the list may be cut and offers no further page."""
    grid = page.maybe('table[id*="tabular_gd_wp"], table[id*="tab_tabular"]') or page.maybe('table[id*="gd_wp"]')
    if grid is None:
        if not options(page, "study_period"):
            raise LayoutChanged("the page is neither a work item nor a list of them")
        return
    rows = {isn: row for link in grid.select("a[href]") if (isn := isn_of(str(link["href"]))) and (row := link.find_parent("tr"))}
    if not rows and len(grid.select("tr")) > 1 and grid.select_one("td"):
        page.note("a list without links to items")
    for isn, row in rows.items():
        yield Follow(ITEM + isn, key=isn, digest=row_digest(row))
    if more := next_page(page, grid) or with_more_rows(page, len(rows)):
        yield more


def with_more_rows(page: Page, rows: int) -> Follow | None:
    """Return the follow to the same list with more rows a page, where it is full and has no pager; None when the list is whole."""
    size = chosen(page, "page_size")
    if rows != int(size if size.isdigit() else PAGE_SIZE):
        return None
    target = page.maybe('select[name*="page_size"]')
    if target is None or LARGEST not in options(page, "page_size") or size == LARGEST:
        raise LayoutChanged(f"the list has {rows} rows, as many as a page holds, and no pager: it may be cut")
    return postback(page, str(target["name"]), changes={str(target["name"]): LARGEST})


def record(page: Page, isn: str, url: str) -> Record:
    """Return the work item of a page. Raises LayoutChanged when it lacks its acronym, title, status or supporting members."""
    row = labelled(page, (*REQUIRED, *PEOPLE, "ITU-T A.5 justification(s)", *VALUES.values()), REQUIRED)
    period, group, question = parse_path(page_text(page))
    acronym, former = parse_names(folded(row.text("Work item")))
    state, day, inherited = parse_status(said := folded(row.text("Status")))
    supporters = row.maybe_text("Supporting members") or ""
    editors = dict(editors_of("\n".join(str(row.maybe(name) or "") for name in PEOPLE)))
    values = {name: row.maybe_text(label) for name, label in VALUES.items()}
    first, last, priority = parse_timing(values["timing"] or "")
    if state == "other":
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
            **values,
            "liaison": frozenset(split_list(values["liaison"] or "")),
            "supporting_members": frozenset(split_list(supporters)),
            "editors": frozenset(editors),
            "work_item": folded(f"{acronym} (ex {former})" if former else acronym),
            "formerly": former,
            "lineage": lineage(group, former or acronym),
            "state": state,
            "status_date": iso(day),
            "inherited": inherited,
            "timing_from": iso(first),
            "timing_until": iso(last),
            "priority": priority,
        },
        # an item that was carried on is led where it goes on
        claims=() if state == "carried" else tuple(claims_of(page, supporters, editors)),
    )


def iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def editors_of(text: str) -> Iterator[tuple[str, str]]:
    """Yield name and printed line of the lines `Name, Editor`."""
    for line in text.splitlines():
        if found := _EDITOR.match(line.strip()):
            yield folded(found[1]), folded(line)


def claims_of(page: Page, supporters: str, editors: dict[str, str]) -> Iterator[Claim]:
    """Yield one claim of the supporting members, as the leading one depends on all of them together, and one an editor.

    The domain of the published mail address is the only sign of an editor's employer; the address itself is not kept.
    """
    if supporters:
        yield Claim("supporting-member", supporters, Evidence(page.url, "Supporting members", supporters))
    links = {folded(a.get_text()): _MAIL.search(str(a["href"])) for a in page.soup.select('a[href^="mailto:" i]')}
    for name, line in sorted(editors.items()):
        domain = found[1].lower() if (found := links.get(name)) else None
        party, text = (f"{name} (@{domain})", f"{line} (mail domain {domain})") if domain else (name, line)
        yield Claim("editor", party, Evidence(page.url, "Contact(s)", text))


def person(claim: Claim) -> str:
    """Return the name of an editor, as `claims_of` writes it."""
    return claim.party.partition(" (@")[0] if claim.role == "editor" else ""


def means(old: Record | None, new: Record, day: date) -> Iterator[Meaning]:
    """Yield the meaning of a work item that is new, or has a new status; one carried on from the period before is no new work."""
    state, on = str(new.fields["state"]), new.fields.get("status_date")
    when = f" on {on}" if on else ""
    if old is None:
        if new.fields["inherited"] or new.fields.get("carried_from"):
            yield Meaning("carried-over", "info", f"goes on from the study period before: {new.status}")
        elif state in ("open", "other"):
            planned = (f"planned for: {new.fields['timing']}",) if new.fields["timing"] else ()
            yield Meaning("item-added", "notable", f"new work item, {new.status.lower()}", details=planned)
        elif state != "carried":
            yield Meaning("item-added", "info", f"new in the list, {state}{when}")
    elif state == "carried" != old.fields.get("state"):
        yield Meaning("carried-on", "info", "goes on in the next study period")
    elif state in NEWS and (state, on) != (old.fields.get("state"), old.fields.get("status_date")):
        yield Meaning(state, "notable", f"{state}{when}", details=(f"status before: {old.status}",))


def parse_path(text: str) -> tuple[str | None, int | None, str | None]:
    """Return study period, study group and Question of the line `[2025-2028] : [SG17] : [Q4/17]`; three times None without one."""
    found = _PATH.search(text)
    return (found[1], int(found[2]), found[3]) if found else (None, None, None)


def parse_names(text: str) -> tuple[str, str | None]:
    """Return an acronym and its former one: `Y.2504 (ex Y.CPN-TP-Arch)`."""
    found = _FORMER.match(text)
    return (found[1], found[2].strip()) if found else (folded(text), None)


def parse_status(text: str) -> tuple[str, date | None, bool]:
    """Return the state of a status sentence (`open`, `consented`, …, `carried` on to the next period, `other`), its day, and True
    for an item of the period before: `Consented on 2026-02-27 [Issued from previous study period]`."""
    said = text.strip().lower()
    on = first_group(r"\bon\s+(\d{4}-\d{2}-\d{2})", said)
    found = next((name for words, name in _STATES if said.startswith(words)), "other")
    return found, date.fromisoformat(on) if on else None, "[issued from previous" in said


def parse_timing(text: str) -> tuple[date | None, date | None, str | None]:
    """Return the first and the last possible day of a target date, and its priority as printed: `2024-05 (Medium priority)`,
    `2026-Q3`, `Q4-2027`, `2027`, or `-`."""
    priority, year = first_group(r"(?i)\((\w+) priority\)", text), int(first_group(r"\b(20\d{2})\b", text) or 0)
    if not year:
        return None, None, priority
    quarter, month = first_group(r"(?i)\bQ([1-4])\b", text), first_group(r"\b20\d{2}-(0[1-9]|1[0-2])\b", text)
    first, last = (int(quarter) * 3 - 2, int(quarter) * 3) if quarter else (int(month), int(month)) if month else (1, 12)
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1]), priority


source = Source(
    name="itu-work-programme",
    body="ITU",
    division="ITU-T",
    start=[SEARCH],
    match=r"(?i)^https?://(?:www\.)?itu\.int/itu-t/workprog/wp_(?:item|search)\.aspx",
    parse=parse,
    schedule="daily 05:20",
    expect=Expect(records=(1, 8000), max_gone=0.2, filled={"title": 1.0, "reference": 1.0, "status": 0.98}),
    mode="shadow",
    history=History(
        means=means,
        events=(*NEWS, "item-added", "carried-over", "carried-on"),
        max_age_days=14,
        ignored_fields=IGNORED_FIELDS,
        part="period",
        continues="lineage",
    ),
    person=person,
    access=Access(canonical=canonical, pages_a_day=2000),
    terms=terms("work programme"),
)
