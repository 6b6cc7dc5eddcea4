"""Questions, reports, handbooks, resolutions and Recommendations of ITU-R. Off unless enabled: they name no country.

Pages: `/pub/R-QUE-SG01/en` and the like list documents (Number, Category, Group, Title, or number and title alone);
`/pub/R-REP-BO.1227/en` and `/rec/R-REC-BO.1130/en` show one document with tables Main and Previous versions; pages below show
one edition. `/pub/` pages are SharePoint in UTF-8 and full of ids that change with every answer, `/rec/` pages classic ASP in
iso-8859-1. Key: the id of the document, with what its own page says under `ID/versions` and an edition under `ID/edition`.

Log: 2026-08 as recorded.
"""

import re
from collections.abc import Iterator, Mapping

from bs4 import Tag

from sources.base import Access, Answer, Expect, Follow, LayoutChanged, Page, Record, Ref, Source
from sources.formats.labels import page_text, texts_of, visible_text
from sources.itu import terms
from sources.page import cells_of, words
from sources.text import first_group, folded
from state.model import Value

STUDY_GROUPS = ("01", "03", "04", "05", "06", "07")
KINDS = {"REC": "recommendation", "REP": "report", "QUE": "question", "RES": "resolution", "HDB": "handbook", "REG": "regulation"}
FACTS = {
    "approved": r"Approved in (\d{4}(?:-\d{2}){0,2})",
    "managed_by": r"Managed by\s+(\S+)",
    "year": r"\bYear:\s*(\d{4})",
    "handle": r"(https?://handle\.itu\.int/\S+)",
}

_PAGE = re.compile(r"/(?:pub|rec)/(R-([A-Z]{3})(?:-[^/?#]+)?)", re.IGNORECASE)
_PARENT = re.compile(r"[?&]parent=([^&#\s]+)(?![^\s]*r_que_group)")
_STATUS = re.compile(r"in force|superseded|suppressed|withdrawn", re.IGNORECASE)
_SUPPRESSED = re.compile(r"Note\s*-\s*(Suppressed on [^)]*\)?)")


def parse(page: Page) -> Iterator[Record | Follow]:
    """Yield the documents of a list, or the document or edition that the page shows."""
    found = _PAGE.search(page.url)
    if not found:
        raise LayoutChanged("the address names no document of ITU-R")
    own, kind = found[1], KINDS.get(found[2].upper(), "document")
    rows = [(row, key) for row in page.soup.select("tr") if (key := number_link(row, own))]
    if versions := [version(row, key) for row, key in rows if row.find_parent("table", bgcolor="#004080")]:
        fields = {"versions": frozenset(versions), **facts(page, "approved", "managed_by")}
        yield shown(page, own, "versions", kind, "", fields)
    elif rows:
        yield from (listed(row, key, kind) for row, key in rows)
    else:  # one edition, or a publication that has no table of versions
        status = first_group(r"Status\s*:\s*([A-Za-z][A-Za-z ]*)", page_text(page)) or ""
        yield shown(page, own, "edition", f"{kind}-edition", folded(status), facts(page, "approved", "year", "handle"))


def number_link(row: Tag, own: str) -> str | None:
    """Return the id to which the first cell of a row leads, or None where that is no document below the page's own."""
    cells = cells_of(row)
    link = cells[0].select_one("a[href]") if len(cells) > 1 and not row.select("table") else None
    key = first_group(_PARENT, str(link["href"]).strip()) if link and link.select_one("strong") else None
    return key if key and key.upper().startswith(own.upper()) and key != own else None


def listed(row: Tag, key: str, kind: str) -> Record:
    """Return the document of a list row; one that was suppressed keeps its row, with a note."""
    number, *between, last = cells_of(row)
    title, texts = folded(visible_text(last)), [cell.get_text() for cell in between]
    note = _SUPPRESSED.search(title)
    return Record(
        key=key,
        kind=kind,
        title=folded(title[: note.start()] if note else title),
        reference=words(number),
        url=f"https://www.itu.int/{'rec' if kind == 'recommendation' else 'pub'}/{key}/en",
        status=folded(note[1]) if note else "",
        fields={
            "category": next((found for text in texts if (found := first_group(r"\((\w+)\)", text))), None),
            "group": next((folded(text) for text in texts if re.search(r"[WT][PG]|SG", text)), None),
        },
    )


def version(row: Tag, key: str) -> Ref:
    """Return the version of a document that a row shows, with its status."""
    number, _, *others = texts_of(row)
    status = next((cell for cell in others if _STATUS.match(cell)), "")
    return Ref(f"{key} {status}", f"{number}, {status}".rstrip(", "))


def shown(page: Page, own: str, what: str, kind: str, status: str, fields: Mapping[str, Value]) -> Record:
    """Return what a page of its own says of a document: its versions, or one edition."""
    reference = own.removeprefix(f"R-{own[2:5]}-")
    return Record(f"{own}/{what}", kind, title_of(page), reference, page.url, status, fields)


def facts(page: Page, *names: str) -> dict[str, str | None]:
    """Return the facts that stand in the text of a page by their names; None for one that does not."""
    said = page_text(page)
    return {name: first_group(FACTS[name], said) for name in names}


def title_of(page: Page) -> str:
    """Return the title: the heading on a page of `/pub/`, the window title after the number on one of `/rec/`."""
    element = page.maybe("h1") or page.maybe("title")
    title = words(element) if element else ""
    if not title or "not found" in title.lower():
        raise LayoutChanged("the page has no title of a document")
    return title.partition(" : ")[2] or title


source = Source(
    name="itu-r-documents",
    body="ITU",
    division="ITU-R",
    start=[f"https://www.itu.int/pub/R-QUE-SG{group}/en" for group in STUDY_GROUPS],
    match=r"(?i)^https?://(?:www\.)?itu\.int/(?:pub|rec)/R-",
    parse=parse,
    schedule="weekly Sat 05:00",
    expect=Expect(records=(1, 5000), max_gone=0.2, filled={"title": 1.0}),
    answer=Answer(encoding="iso-8859-1"),
    enabled=False,
    access=Access(pages_a_day=50),
    terms=terms("publications", "Radiocommunication Bureau", "ITU-R"),
)
