"""Record pages of UNESDOC as web archives hold them, for replay only: title, type, authors, conference, code. Never asked for live.

Page: the text of `ark:/48223/pf…`: the title (sometimes twice), the type, then labels, each followed by its values with a dash or a
bullet before; the text of the document itself comes after and is not read. The site is an application whose HTML was never seen, so
the lines of its text are read, not its elements.

Log: from the DataHub come the same documents without conference and collation; this source has keys of its own for that reason.
"""

import re
from collections.abc import Iterator, Sequence

from sources.base import Access, Expect, Follow, History, LayoutChanged, Page, Record, Source, Terms
from sources.unesco.document_fields import document_claims, parse_code

ADDRESS = re.compile(r"^https://unesdoc\.unesco\.org/ark:/48223/(pf\d{10}(?:[/_][a-z]{3})?)")
_CONFERENCE = re.compile(r"^(?P<organ>.+?),\s*(?P<session>\d{1,3})(?:st|nd|rd|th)\b.*?,\s*(?P<year>\d{4})$")


def parse(page: Page) -> Iterator[Record | Follow]:
    """Yield the document of a page. Raises LayoutChanged when there is no label with a value on it."""
    if found := ADDRESS.match(page.url):
        yield document(page.url, found[1], [" ".join(line.split()) for line in page.soup.get_text("\n").splitlines()])


def document(url: str, key: str, lines: Sequence[str]) -> Record:
    """Return the document that the lines of a page describe."""
    values = labels(lines)
    head = [line for line in lines[: next((at for at, line in enumerate(lines) if line in LABELS), 0)] if line]
    if not values or not head:
        raise LayoutChanged("the page describes no document")
    conference = _CONFERENCE.match(first(values, "Conference") or "")
    code = parse_code(first(values, "Document code") or "")
    authors = values.get("Corporate author", [])
    return Record(
        key=key, kind="document", title=head[0], reference=first(values, "Document code") or "", url=url,
        fields={
            "type": head[-1] if len(head) > 1 else None,
            "body": conference["organ"] if conference else code.body if code else None,
            "session": int(conference["session"]) if conference else code.session if code else None,
            "languages": frozenset(values.get("Language", [])),
            "year": first(values, "Year of publication"),
            "collation": first(values, "Collation"),
        },
        claims=tuple(document_claims(url, head[0], "Corporate author", authors, code)),
    )  # fmt: skip


LABELS = (
    "Corporate author", "Person as author", "Conference", "Document code", "Collation", "Language", "Also available in", "ISBN",
    "Year of publication",
)  # fmt: skip
_VALUE = re.compile(r"^\s*[-•·]\s*(.+)$")


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


def first(values: dict[str, list[str]], label: str) -> str | None:
    """Return the first value of a label, or None."""
    return next(iter(values.get(label, [])), None)


source = Source(
    name="unesco-record-pages",
    body="UNESCO",
    start=[],
    match=ADDRESS.pattern,
    parse=parse,
    parser_version=4,
    schedule="Sun 03:00",
    expect=Expect(records=(0, 1_000_000), max_gone=1.0),
    mode="shadow",
    history=History(append_only=True),
    enabled=False,
    access=Access(hosts=("unesdoc.unesco.org",)),
    terms=Terms(licence="CC BY-SA 3.0 IGO", attribution="UNESDOC Digital Library, UNESCO", contact="https://unesdoc.unesco.org"),
)
