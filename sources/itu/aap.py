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

from sources.base import Access, Expect, Follow, History, Join, LayoutChanged, Meaning, Page, Record, Source
from sources.formats.labels import labelled, page_text, row_digest, texts_of
from sources.itu import lineage, terms
from sources.text import first_group, folded
from state.model import Severity

FIELDS = {  # and their labels
    "period": "Study Period", "provisional_name": "Provisional Name", "consented": "Consent Date", "approved": "Approval Date",
    "input": "Input used for Consent",
}  # fmt: skip
STEPS = {
    "C": "consented", "LC": "last call", "LJ": "judgement after the last call", "AR": "additional review",
    "AJ": "judgement after the additional review", "SG": "back to the study group", "A": "approved", "AC": "approved with comments",
    "AT": "approved with typographical corrections", "TAP": "moved to the traditional process", "NA": "not approved",
}  # fmt: skip
WEEKS = {"LC": 4, "AR": 3}
EVENTS = {"LC": "last-call", "AR": "additional-review", "A": "approved", "AC": "approved", "AT": "approved", "NA": "not-approved"}

_DETAIL = re.compile(r"/t/aap/recdetails/(\d+)", re.IGNORECASE)
_HEADING = re.compile(r"^[A-Z][\w.-]*[^:]{0,40}: \S")
_DATE = re.compile(r"\b(\d{4}-\d{2}-\d{2})\b")


def parse(page: Page) -> Iterator[Record | Follow]:
    """Yield the approval of a detail page, or the follows to the details of a list."""
    if number := first_group(_DETAIL, page.url):
        yield approval(page, number)
        return
    for link in page.some('a[href*="recdetails/"]'):
        if number := first_group(_DETAIL, url := str(link["href"])):
            yield Follow(canonical(url), key=number, digest=row_digest(link.find_parent("tr")))


def canonical(url: str) -> str:
    """Return the one address of a detail page."""
    number = first_group(_DETAIL, url)
    return f"https://www.itu.int/t/aap/recdetails/{number}" if number else url


def approval(page: Page, number: str) -> Record:
    """Return a text under approval. Raises LayoutChanged when the page lacks its heading, study group or status."""
    row = labelled(page, ("Study Group", "Status", "IPR", "AAP Current Status", *FIELDS.values()), ("Study Group", "Status"))
    heading = next((line for line in page_text(page).splitlines() if _HEADING.match(line.strip())), None)
    if heading is None:
        raise LayoutChanged("the page has no heading with number and title")
    reference, _, title = folded(heading).partition(": ")
    group = first_group(r"(\d+)", row.text("Study Group"))
    status = (first_line(row.take("Status")) or "").upper()
    if status not in STEPS:
        page.note(f"unknown status: {status}")
    began, ends, *_ = [*step_days(page, status), None, None]
    said = {name: first_line(row.maybe(label)) for name, label in FIELDS.items()}
    return Record(
        key=number,
        kind="approval",
        title=title,
        reference=reference,
        url=canonical(page.url),
        status=status,
        fields={
            "study_group": group and f"SG{int(group)}",
            "period": said.pop("period"),
            "provisional_name": (name := said.pop("provisional_name")),
            "lineage": lineage(int(group) if group else None, name or reference),
            **said,
            "step_began": began,
            "step_ends": ends,
        },
    )


def first_line(text: str | None) -> str | None:
    line = folded((text or "").split("\n")[0])
    return None if line in ("", "-") else line


def step_days(page: Page, status: str) -> list[str]:
    """Return the printed days of the step that a text is in, from the table of steps: its start and its end."""
    rows = (texts_of(tr) for tr in page.soup.select("tr"))
    of_step = (cells for cells in rows if any(cell.upper() == status or cell.lower() == STEPS.get(status) for cell in cells))
    return next((days for cells in of_step if (days := [day for cell in cells for day in _DATE.findall(cell)])), [])


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
    terms=terms("alternative approval process"),
)
