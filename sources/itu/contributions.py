"""Contributions to the study groups of ITU-T: parties and their proposals. The lists are public; the texts are for members only.

Pages: `/md/T25-SG17-C/en` (all of a study period) and `/md/meetingdoc.asp?parent=T25-SG17-260601-C` (one meeting), classic ASP in a
Windows encoding; further pages of a list are linked with `PageLB`. Table columns: Number (with revision), Title, Source,
AI/Question, date. Key: the id of the document, `T25-SG17-C-0548`; a revision is a change of it. A contribution is an event: a list
that shows only the newest removes nothing. A number without a link is reserved, and its document is not there yet.

Log: written after working programs of others and a description; the layout was not verified live.
"""

import re
from collections.abc import Iterator
from datetime import date
from urllib.parse import urljoin

from bs4 import Tag

from sources.base import (
    Access,
    Answer,
    Claim,
    Evidence,
    Expect,
    Follow,
    History,
    LayoutChanged,
    Meaning,
    Page,
    Record,
    Source,
)  # fmt: skip
from sources.formats.labels import visible_text
from sources.formats.parties import split_list
from sources.itu import GROUPS, period_start, terms
from sources.page import cells_of, words
from sources.text import first_group, folded

NEEDED = ("Number", "Title", "Source")
NEW_WORK = re.compile(
    r"\bpropos\w+\b.{0,60}?\bnew\s+(?:\w+\s+){0,2}?(?:work\s+items?|recommendation|supplement|technical\s+(?:report|paper))"
    r"|\bnew\s+work\s+item\s+proposal|\bA\.1(?:3)?\s+justification",
    re.IGNORECASE,
)
_PARENT = re.compile(r"(?:parent=|/md/)([A-Z]\d\d)-(SG|TSAG)?0*(\d*)-(?:\d{6}-)?([A-Z]+)", re.IGNORECASE)
_DATE = re.compile(r"\b(\d{4}-\d{2}-\d{2})\b")


def start(day: date) -> list[str]:
    """Return the lists of contributions to all study groups in the study period of a day."""
    first = period_start(day) % 100
    return [f"https://www.itu.int/md/T{first:02}-SG{group:02}-C/en" for group in GROUPS]


def parse(page: Page) -> Iterator[Record | Follow]:
    """Yield a contribution a row, and the further pages of the list. Raises LayoutChanged when there is no list of documents."""
    columns, rows = table(page)
    for row in rows:
        cells = dict(zip(columns, row, strict=False))
        if number := first_group(r"(\d+)", words(cells["Number"])):
            yield contribution(page, cells, int(number))
    for link in page.soup.select('a[href*="PageLB="]'):
        yield Follow(urljoin(page.url, str(link["href"]).strip()))


def table(page: Page) -> tuple[list[str], list[list[Tag]]]:
    """Return the headings and the cells of the table of documents; rows of another width are no documents."""
    for tr in page.soup.select("tr"):
        columns = [words(cell) for cell in cells_of(tr)]
        if all(name in columns for name in NEEDED):
            below = [cells_of(row) for row in tr.find_next_siblings("tr") if isinstance(row, Tag)]
            return columns, [cells for cells in below if len(cells) > len(NEEDED)]
    raise LayoutChanged("there is no table with Number, Title and Source")


def contribution(page: Page, cells: dict[str, Tag], number: int) -> Record:
    """Return the contribution of a row."""
    key = document_id(page, cells["Number"], number)
    title, _, liaison = folded(visible_text(cells["Title"])).partition("[from ")
    sources = [words(a) for a in cells["Source"].select("a")] or split_list(words(cells["Source"]))
    questions = cells.get("AI/Question") or cells.get("Question")
    return Record(
        key=key,
        kind="contribution",
        title=title.strip() or key,
        reference=key,
        url=f"https://www.itu.int/md/{key}/en",
        status="available" if cells["Number"].find("strong") else "reserved",
        fields={
            "number": number,
            "revision": int(first_group(r"(?i)Rev\.?\s*(\d+)", words(cells["Number"])) or 0),
            "sources": frozenset(filter(None, sources)),
            "questions": frozenset(re.findall(r"Q(?:\d+|ALL)/\d+", questions.get_text(" "))) if questions else frozenset(),
            "date": next((day for cell in reversed(cells.values()) if (day := first_group(_DATE, cell.get_text(" ")))), None),
            "from": liaison.rstrip("] ") or None,
            "proposes_new_work": NEW_WORK.search(title) is not None,
        },
        claims=tuple(Claim("source", name, Evidence(page.url, "Source", name)) for name in sources if name),
    )


def document_id(page: Page, cell: Tag, number: int) -> str:
    """Return the id of a document in one form, from its own link or from the address of its list."""
    link = cell.select_one("a[href]")
    found = _PARENT.search(str(link["href"])) if link else None
    if not (found := found or _PARENT.search(page.url)):
        raise LayoutChanged(f"document {number} is of no list that is known")
    group = f"{found[2] or ''}{int(found[3]):02}" if found[3] else found[2]
    return f"{found[1]}-{group}-{found[4]}-{number:04}".upper()


def means(old: Record | None, new: Record, day: date) -> Iterator[Meaning]:
    """Yield the meaning of a contribution that is new, or whose title came later: a proposal of new work, or one more
    contribution."""
    proposes = bool(new.fields["proposes_new_work"])
    questions = ", ".join(sorted(str(each) for each in new.fields["questions"] or ()))  # type: ignore[union-attr]
    place = f" to {questions}" if questions else ""
    if proposes and not (old and old.fields.get("proposes_new_work")):
        yield Meaning("new-work-proposed", "notable", f"contribution{place} proposes new work")
    elif old is None:
        yield Meaning("contribution", "info", f"contribution{place}")


source = Source(
    name="itu-contributions",
    body="ITU",
    division="ITU-T",
    start=start,
    match=r"(?i)^https?://(?:www\.)?itu\.int/md/(?:[TRD]\d\d-\w+(?:-\d{6})?-C/|meetingdoc\.asp\?)",
    parse=parse,
    schedule="daily 04:10",
    expect=Expect(records=(1, 20_000), max_gone=1.0, filled={"title": 1.0}),
    mode="shadow",
    history=History(means=means, events=("new-work-proposed", "contribution"), append_only=True, ignored_fields=("number",)),
    answer=Answer(encoding="cp1252"),
    access=Access(pages_a_day=300),
    terms=terms("meeting documents"),
)
