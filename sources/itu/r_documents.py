"""Questions, reports, handbooks, resolutions and Recommendations of ITU-R. Off unless enabled: they name no country.

Pages: `/pub/R-QUE-SG01/en` and the like list documents (Number, Category, Group, Title, or number and title alone);
`/pub/R-REP-BO.1227/en` and `/rec/R-REC-BO.1130/en` show one document with tables Main and Previous versions; pages below show
one edition. `/pub/` pages are SharePoint in UTF-8 and full of ids that change with every answer, `/rec/` pages classic ASP in
iso-8859-1. Key: the id of the document, with what its own page says under `ID/versions` and an edition under `ID/edition`.

Log: 2026-08 as recorded.
"""

import re
from collections.abc import Iterator

from bs4 import Tag

from sources.base import Access, Answer, Expect, Follow, LayoutChanged, Page, Record, Ref, Source, Terms
from sources.formats.labels import folded, page_text, visible_text

STUDY_GROUPS = ("01", "03", "04", "05", "06", "07")
KINDS = {"REC": "recommendation", "REP": "report", "QUE": "question", "RES": "resolution", "HDB": "handbook", "REG": "regulation"}

_PAGE = re.compile(r"/(?:pub|rec)/(R-([A-Z]{3})(?:-[^/?#]+)?)", re.IGNORECASE)
_PARENT = re.compile(r"[?&]parent=([^&#\s]+)(?![^\s]*r_que_group)")
_SUPPRESSED = re.compile(r"Note\s*-\s*(Suppressed on [^)]*\)?)")


def parse(page: Page) -> Iterator[Record | Follow]:
    """Yield the documents of a list, or the document or edition that the page shows."""
    found = _PAGE.search(page.url)
    if not found:
        raise LayoutChanged("the address names no document of ITU-R")
    own, kind = found[1], KINDS.get(found[2].upper(), "document")
    rows = [row for row in page.soup.select("tr") if number_link(row, own)]
    if versions := [row for row in rows if row.find_parent("table", bgcolor="#004080")]:
        yield document(page, own, kind, versions, own)
    elif rows:
        yield from (listed(page, row, own, kind) for row in rows)
    else:
        yield edition(page, own, kind)


def number_link(row: Tag, own: str) -> str | None:
    """Return the id to which the first cell of a row leads, or None where that is no document below the page's own."""
    cells = row.find_all(["td", "th"], recursive=False)
    link = cells[0].select_one("a[href]") if len(cells) > 1 and not row.select("table") else None
    found = _PARENT.search(str(link["href"]).strip()) if link and link.select_one("strong") else None
    return found[1] if found and found[1].upper().startswith(own.upper()) and found[1] != own else None


def listed(page: Page, row: Tag, own: str, kind: str) -> Record:
    """Return the document of a list row; one that was suppressed keeps its row, with a note."""
    cells = row.find_all(["td", "th"], recursive=False)
    key = number_link(row, own) or ""
    title = folded(visible_text(cells[-1]))
    note = _SUPPRESSED.search(title)
    group = next((folded(cell.get_text()) for cell in cells[1:-1] if re.search(r"[WT][PG]|SG", cell.get_text())), None)
    category = next((found[1] for cell in cells[1:-1] if (found := re.search(r"\((\w+)\)", cell.get_text()))), None)
    return Record(
        key=key,
        kind=kind,
        title=folded(title[: note.start()] if note else title),
        reference=folded(cells[0].get_text(" ")),
        url=f"https://www.itu.int/{'rec' if kind == 'recommendation' else 'pub'}/{key}/en",
        status=folded(note[1]) if note else "",
        fields={"category": category, "group": group},
    )


def document(page: Page, own: str, kind: str, rows: list[Tag], key: str) -> Record:
    """Return a document with all its versions and their status."""
    versions = set()
    for row in rows:
        cells = [folded(visible_text(cell)) for cell in row.find_all(["td", "th"], recursive=False)]
        status = next(
            (cell for cell in cells[2:] if re.match(r"in force|superseded|suppressed|withdrawn", cell, re.IGNORECASE)), ""
        )
        versions.add(Ref(f"{number_link(row, own)} {status}", f"{cells[0]}, {status}".rstrip(", ")))
    said = page_text(page)
    return Record(
        key=f"{key}/versions",
        kind=kind,
        title=title_of(page),
        reference=key.removeprefix(f"R-{key[2:5]}-"),
        url=page.url,
        fields={
            "versions": frozenset(versions),
            "approved": match(r"Approved in (\d{4}(?:-\d{2}){0,2})", said),
            "managed_by": match(r"Managed by\s+(\S+)", said),
        },
    )


def edition(page: Page, own: str, kind: str) -> Record:
    """Return one edition, or a publication that has no table of versions."""
    said = page_text(page)
    return Record(
        key=f"{own}/edition",
        kind=f"{kind}-edition",
        title=title_of(page),
        reference=own.removeprefix(f"R-{own[2:5]}-"),
        url=page.url,
        status=match(r"Status\s*:\s*([A-Za-z][A-Za-z ]*)", said) or "",
        fields={
            "approved": match(r"Approved in (\d{4}(?:-\d{2}){0,2})", said),
            "year": match(r"\bYear:\s*(\d{4})", said),
            "handle": match(r"(https?://handle\.itu\.int/\S+)", said),
        },
    )


def title_of(page: Page) -> str:
    """Return the title: the heading on a page of `/pub/`, the window title after the number on one of `/rec/`."""
    element = page.maybe("h1") or page.maybe("title")
    title = folded(element.get_text(" ")) if element else ""
    if not title or "not found" in title.lower():
        raise LayoutChanged("the page has no title of a document")
    return title.partition(" : ")[2] or title


def match(pattern: str, text: str) -> str | None:
    found = re.search(pattern, text)
    return folded(found[1]) if found else None


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
    terms=Terms(
        licence="ITU terms of use",
        attribution="Source: ITU-R publications, International Telecommunication Union.",
        contact="ITU Radiocommunication Bureau, https://www.itu.int/en/ITU-R",
    ),
)
