"""Files behind a document of UNESDOC, as web archives hold the answer that lists them; for replay only, never asked for live.

Page: `/in/rest/api/documentPlaylistById?id=p::usmarcdef_0000389119`: `{sources: [{DocumentFileName, DocumentType, Document}]}`. The
number in the id is that of the document's pf number; a file's name ends in its language ("389119eng.pdf"). `Document` is the
store's own id, which is another after each import: noise.
"""

import re
from collections.abc import Iterator

from sources.base import Access, Answer, Expect, Follow, History, LayoutChanged, Page, Record, Source, Terms
from sources.formats.json import rows_in

ADDRESS = r"^https://unesdoc\.unesco\.org/in/rest/api/documentPlaylistById\?"
_NUMBER = re.compile(r"[?&]id=p(?::|%3A){2}usmarcdef_(\d{10})", re.IGNORECASE)
_LANGUAGE = re.compile(r"([a-z]{3})\.\w+$")


def parse(page: Page) -> Iterator[Record | Follow]:
    """Yield the document of a list of files. Raises LayoutChanged when the address has no number or the list no file."""
    number, files = _NUMBER.search(page.url), []
    for row in rows_in(page, "sources"):
        files.append((str(row.take("DocumentFileName")), str(row.take("DocumentType"))))
        row.ignore("Document")
        row.done()
    if number is None or not files:
        raise LayoutChanged("the answer lists no files of a document")
    yield Record(
        key=f"pf{number[1]}",
        kind="files",
        title=files[0][0],
        reference="",
        url=f"https://unesdoc.unesco.org/ark:/48223/pf{number[1]}",
        fields={
            "files": frozenset(name for name, _ in files),
            "types": frozenset(kind for _, kind in files),
            "languages": frozenset(found[1] for name, _ in files if (found := _LANGUAGE.search(name))),
        },
    )


source = Source(
    name="unesco-files",
    body="UNESCO",
    start=[],
    match=ADDRESS,
    parse=parse,
    answer=Answer(kind="json"),
    schedule="Sun 03:10",
    expect=Expect(records=(0, 1_000_000), max_gone=1.0),
    mode="shadow",
    history=History(append_only=True),
    enabled=False,
    access=Access(hosts=("unesdoc.unesco.org",)),
    terms=Terms(licence="CC BY-SA 3.0 IGO", attribution="UNESDOC Digital Library, UNESCO", contact="https://unesdoc.unesco.org"),
)
