"""Alternative Approval Process of ITU-T: last calls and reviews, with the days by which members and states can comment.

Pages: `/t/aap/` links to `/t/aap/recdetails/N`, labels and values followed by a table of steps (Step, Action, Start / End, Status).
Key: N. The page names no country; its work item is joined by study group and provisional name (`lineage`). A last call runs four
weeks, an additional review three. Where the table prints no end, the end is an estimate: it is counted from the printed start, else
from the day on which the step was first seen.

Log: written after two stored texts, in which the table of steps was empty; the list and the table were not verified live.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from sources.base import Access, Expect, Follow, History, Join, LayoutChanged, Meaning, Page, Record, Source, Terms
from sources.formats.labels import digest_of, folded, labelled, page_text, visible_text
from sources.itu.phrases import lineage
from state.model import Severity

LABELS = (
    "Study Group", "Study Period", "Consent Date", "Approval Date", "Provisional Name", "Input used for Consent", "Status", "IPR",
    "AAP Current Status",
)  # fmt: skip
STEPS = {
    "C": "consented", "LC": "last call", "LJ": "judgement after the last call", "AR": "additional review",
    "AJ": "judgement after the additional review", "SG": "back to the study group", "A": "approved", "AC": "approved with comments",
    "AT": "approved with typographical corrections", "TAP": "moved to the traditional process", "NA": "not approved",
}  # fmt: skip
WEEKS = {"LC": 4, "AR": 3}
EVENTS = {"LC": "last-call", "AR": "additional-review", "A": "approved", "AC": "approved", "AT": "approved", "NA": "not-approved"}

_DETAIL = re.compile(r"/t/aap/recdetails/(\d+)", re.IGNORECASE)
_DATE = re.compile(r"\b(\d{4}-\d{2}-\d{2})\b")


def parse(page: Page) -> Iterator[Record | Follow]:
    """Yield the approval of a detail page, or the follows to the details of a list."""
    if found := _DETAIL.search(page.url):
        yield approval(page, found[1])
        return
    for link in page.some('a[href*="recdetails/"]'):
        if found := _DETAIL.search(str(link["href"])):
            row = link.find_parent("tr")
            yield Follow(canonical(found[0]), key=found[1], digest=digest_of(row))


def canonical(url: str) -> str:
    """Return the one address of a detail page."""
    found = _DETAIL.search(url)
    return f"https://www.itu.int/t/aap/recdetails/{found[1]}" if found else url


def approval(page: Page, number: str) -> Record:
    """Return a text under approval. Raises LayoutChanged when the page lacks its heading, study group or status."""
    row = labelled(page, LABELS, ("Study Group", "Status"))
    heading = next((line for line in page_text(page).splitlines() if re.match(r"^[A-Z][\w.-]*[^:]{0,40}: \S", line.strip())), None)
    if heading is None:
        raise LayoutChanged("the page has no heading with number and title")
    reference, _, title = folded(heading).partition(": ")
    group = re.search(r"\d+", row.text("Study Group"))
    name = first_line(row.maybe("Provisional Name"))
    status = (first_line(row.take("Status")) or "").upper()
    if status not in STEPS:
        page.note(f"unknown status: {status}")
    began, ends = period(page, status)
    return Record(
        key=number,
        kind="approval",
        title=title,
        reference=reference,
        url=canonical(page.url),
        status=status,
        fields={
            "study_group": group and f"SG{int(group[0])}",
            "period": first_line(row.maybe("Study Period")),
            "provisional_name": name,
            "lineage": lineage(int(group[0]) if group else None, name or reference),
            "consented": first_line(row.maybe("Consent Date")),
            "approved": first_line(row.maybe("Approval Date")),
            "input": first_line(row.maybe("Input used for Consent")),
            "step_began": began,
            "step_ends": ends,
        },
    )


def first_line(text: str | None) -> str | None:
    line = folded((text or "").split("\n")[0])
    return None if line in ("", "-") else line


def period(page: Page, status: str) -> tuple[str | None, str | None]:
    """Return start and end of the step that a text is in, from the table of steps."""
    for tr in page.soup.select("tr"):
        cells = [folded(visible_text(cell)) for cell in tr.find_all(["td", "th"], recursive=False)]
        if any(cell.upper() == status or cell.lower() == STEPS.get(status) for cell in cells):
            found = [day for cell in cells for day in _DATE.findall(cell)]
            if found:
                return found[0], found[1] if len(found) > 1 else None
    return None, None


def means(old: Record | None, new: Record, day: date) -> Iterator[Meaning]:
    """Yield the meaning of a new step of an approval, with the last day for comments."""
    code = new.status
    if old is not None and old.status == code and old.fields.get("step_ends") == new.fields.get("step_ends"):
        return
    due, estimated = deadline(new, day)
    words = STEPS.get(code, f"status {code}")
    before = (f"step before: {STEPS.get(old.status, old.status)}",) if old and old.status != code else ()
    severity: Severity = "notable" if code in EVENTS and (due is None or due >= day) else "info"
    yield Meaning(EVENTS.get(code, "approval-step"), severity, words, due, estimated, details=before)


def deadline(record: Record, day: date) -> tuple[date | None, bool]:
    """Return the last day for comments in a step, or None, and True if that day is an estimate."""
    if (weeks := WEEKS.get(record.status)) is None:
        return None, False
    if ends := record.fields.get("step_ends"):
        return date.fromisoformat(str(ends)), False
    began = record.fields.get("step_began")
    return (date.fromisoformat(str(began)) if began else day) + timedelta(weeks=weeks), True


source = Source(
    name="itu-aap",
    body="ITU",
    division="ITU-T",
    start=["https://www.itu.int/t/aap/"],
    match=r"(?i)^https?://(?:www\.)?itu\.int/t/aap/(?:recdetails/\d+)?(?:[?#]|$)",
    parse=parse,
    schedule="daily 07:10",
    expect=Expect(
        records=(1, 12_000),
        max_gone=1.0,
        filled={"title": 1.0, "status": 1.0},
        together=("status", "approved", "step_began", "step_ends"),  # what one meeting consents goes through its steps together
    ),
    mode="shadow",
    history=History(
        means=means,
        events=(*EVENTS.values(), "approval-step"),
        max_age_days=7,
        ignored_fields=("lineage",),
        append_only=True,
        join=Join("itu-work-programme", field="lineage", theirs="lineage"),
    ),
    access=Access(canonical=canonical),
    terms=Terms(
        licence="ITU terms of use",
        attribution="Source: ITU-T alternative approval process, International Telecommunication Union.",
        contact="ITU Telecommunication Standardization Bureau, https://www.itu.int/en/ITU-T",
    ),
)
