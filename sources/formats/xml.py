"""XML answers: elements read one by one (entities and networks are left alone), and sitemaps."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

import lxml.etree as etree

from sources.base import Follow
from sources.page import LayoutChanged, Page, digest_of, parse_time

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def elements(page: Page, *names: str) -> Iterator[etree._Element]:
    """Yield the elements with these local names, in any namespace; each is whole when it comes and dropped after.

    Raises LayoutChanged when the answer is no whole XML.
    """
    with page.open() as stream:
        tags = [f"{{*}}{name}" for name in names]
        try:
            for _, element in etree.iterparse(stream, events=("end",), tag=tags, resolve_entities=False, no_network=True):
                yield element
                element.clear()
                while element.getprevious() is not None and (parent := element.getparent()) is not None:
                    del parent[0]
        except etree.XMLSyntaxError as error:
            raise LayoutChanged(f"the answer is no whole XML ({error})") from error


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
