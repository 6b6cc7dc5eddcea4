"""Record pages of UNESDOC, and lists of the files behind a document, as web archives hold them; never asked for live.

Page: the text of `ark:/48223/pf…`: the title (sometimes twice), the type, then labels, each followed by its values with a dash or a
bullet before; the text of the document itself comes after and is not read. The site is an application whose HTML was never seen, so
the lines of its text are read, not its elements.

Page: `/in/rest/api/documentPlaylistById?id=p::usmarcdef_0000389119`: `{sources: [{DocumentFileName, DocumentType, Document}]}`. The
number in the id is that of the document's pf number; a file's name ends in its language ("389119eng.pdf"). `Document` is the
store's own id, which is another after each import: noise.

Log: from the DataHub come the same documents without conference and collation; this source has keys of its own for that reason.
"""

import re
from collections.abc import Iterator, Sequence
from functools import partial

from sources.base import Access, Answer, Expect, Follow, History, LayoutChanged, Page, Record, Source
from sources.formats.json import rows_in
from sources.text import first_group
from sources.unesco import UNESDOC
from sources.unesco.documents import document_claims, parse_code

ADDRESS = re.compile(r"^https://unesdoc\.unesco\.org/ark:/48223/(pf\d{10}(?:[/_][a-z]{3})?)")
LABELS = (
    "Corporate author", "Person as author", "Conference", "Document code", "Collation", "Language", "Also available in", "ISBN",
    "Year of publication",
)  # fmt: skip
_CONFERENCE = re.compile(r"^(?P<organ>.+?),\s*(?P<session>\d{1,3})(?:st|nd|rd|th)\b.*?,\s*(?P<year>\d{4})$")
_VALUE = re.compile(r"^\s*[-•·]\s*(.+)$")
_NUMBER = re.compile(r"[?&]id=p(?::|%3A){2}usmarcdef_(\d{10})", re.IGNORECASE)


def parse(page: Page) -> Iterator[Record | Follow]:
    """Yield the document of a page. Raises LayoutChanged when there is no label with a value on it."""
    if key := first_group(ADDRESS, page.url):
        yield document(page.url, key, [" ".join(line.split()) for line in page.soup.get_text("\n").splitlines()])


def document(url: str, key: str, lines: Sequence[str]) -> Record:
    """Return the document that the lines of a page describe."""
    values = labels(lines)
    first = {label: texts[0] for label, texts in values.items()}
    head = [line for line in lines[: next((at for at, line in enumerate(lines) if line in LABELS), 0)] if line]
    if not values or not head:
        raise LayoutChanged("the page describes no document")
    conference = _CONFERENCE.match(first.get("Conference") or "")
    code = parse_code(first.get("Document code") or "")
    authors = values.get("Corporate author", [])
    return Record(
        key=key, kind="document", title=head[0], reference=first.get("Document code") or "", url=url,
        fields={
            "type": head[-1] if len(head) > 1 else None,
            "body": conference["organ"] if conference else code.body if code else None,
            "session": int(conference["session"]) if conference else code.session if code else None,
            "languages": frozenset(values.get("Language", [])),
            "year": first.get("Year of publication"),
            "collation": first.get("Collation"),
        },
        claims=tuple(document_claims(url, head[0], "Corporate author", authors, code)),
    )  # fmt: skip


def labels(lines: Sequence[str]) -> dict[str, list[str]]:
    """Return the values below each label; a line that is neither ends them."""
    values: dict[str, list[str]] = {}
    label = ""
    for line in lines:
        if line in LABELS:
            label = line
        elif label and (value := _VALUE.match(line)):
            values.setdefault(label, []).append(value[1].strip())
        elif line:
            label = ""
    return values


def parse_files(page: Page) -> Iterator[Record | Follow]:
    """Yield the document of a list of files. Raises LayoutChanged when the address has no number or the list no file."""
    number, listed = first_group(_NUMBER, page.url), []
    for row in rows_in(page, "sources"):
        listed.append((str(row.take("DocumentFileName")), str(row.take("DocumentType"))))
        row.ignore("Document")
        row.done()
    if number is None or not listed:
        raise LayoutChanged("the answer lists no files of a document")
    languages = (first_group(r"([a-z]{3})\.\w+$", name) for name, _ in listed)
    yield Record(
        key=f"pf{number}",
        kind="files",
        title=listed[0][0],
        url=f"https://unesdoc.unesco.org/ark:/48223/pf{number}",
        fields={
            "files": frozenset(name for name, _ in listed),
            "types": frozenset(kind for _, kind in listed),
            "languages": frozenset(filter(None, languages)),
        },
    )


archived = partial(
    Source,
    body="UNESCO",
    start=[],
    expect=Expect(records=(0, 1_000_000), max_gone=1.0),
    mode="shadow",
    history=History(append_only=True),
    enabled=False,
    access=Access(hosts=("unesdoc.unesco.org",)),
    terms=UNESDOC,
)
source = archived(name="unesco-record-pages", match=ADDRESS.pattern, parse=parse, parser_version=4, schedule="Sun 03:00")
files = archived(
    name="unesco-files",
    match=r"^https://unesdoc\.unesco\.org/in/rest/api/documentPlaylistById\?",
    parse=parse_files,
    answer=Answer(kind="json"),
    schedule="Sun 03:10",
)
sources = [source, files]
