"""XML answers: elements read one by one (entities and networks are left alone), and sitemaps."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import BinaryIO, NamedTuple

import lxml.etree as etree

from sources.base import Follow
from sources.page import MOST_TAGS, LayoutChanged, Page
from sources.text import digest_of, parse_time

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def elements(page: Page, *names: str) -> Iterator[etree._Element]:
    """Yield the elements with these local names, in any namespace; each is whole when it comes and dropped after.

    Raises LayoutChanged when the answer is no whole XML, or has more than MOST_TAGS tags and attributes without such an element.
    """
    with page.open() as stream:
        tags, counted = [f"{{*}}{name}" for name in names], _Counted(stream)
        try:
            for _, element in etree.iterparse(counted, events=("end",), tag=tags, resolve_entities=False, no_network=True):
                yield element
                counted.tags = 0
                element.clear()
                while element.getprevious() is not None and (parent := element.getparent()) is not None:
                    del parent[0]
        except etree.XMLSyntaxError as error:
            raise LayoutChanged(f"the answer is no whole XML ({error})") from error


class _Counted:
    """Stream that counts the tags and attributes that are read; the reader sets the number back."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self.tags = stream, 0

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes. Raises LayoutChanged when there were too many tags and attributes."""
        block = self._stream.read(size)
        self.tags += block.count(b"<") + block.count(b"=")
        if self.tags > MOST_TAGS:
            raise LayoutChanged(f"the XML has more than {MOST_TAGS:,} tags and attributes without what is read")
        return block


def child_text(element: etree._Element, name: str) -> str:
    """Return the text of the first child with this local name; empty when there is none."""
    found = element.find(f"{{*}}{name}")
    return " ".join((found.text or "").split()) if found is not None else ""


class SitemapPage(NamedTuple):
    """Page as a sitemap lists it. `modified` is aware UTC, 1970 where none is printed; `digest` changes with it."""

    url: str
    modified: datetime
    digest: bytes


def sitemap_pages(page: Page) -> Iterator[SitemapPage | Follow]:
    """Yield the pages of a sitemap, or the follows to the sitemaps of an index. Raises LayoutChanged when it lists nothing."""
    empty = True
    for element in elements(page, "sitemap", "url"):
        empty = False
        url, printed = child_text(element, "loc"), child_text(element, "lastmod")
        if str(element.tag).endswith("}sitemap"):
            yield Follow(url)
        else:
            yield SitemapPage(url, parse_time(printed) or NEVER, digest_of(f"{url} {printed}"))
    if empty:
        raise LayoutChanged("the sitemap lists nothing")
