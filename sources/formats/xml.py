"""XML answers: elements read one by one (entities and networks are left alone), sitemaps, fields of MARCXML."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import BinaryIO, NamedTuple

import lxml.etree as etree

from sources.base import Follow
from sources.page import MOST_TAGS, LayoutChanged, Page


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
            yield SitemapPage(url, _parse_time(printed), hashlib.blake2b(f"{url} {printed}".encode(), digest_size=16).digest())
    if empty:
        raise LayoutChanged("the sitemap lists nothing")


def _parse_time(printed: str) -> datetime:
    try:
        found = datetime.fromisoformat(printed)
    except ValueError:
        return datetime(1970, 1, 1, tzinfo=UTC)
    return found.replace(tzinfo=found.tzinfo or UTC)


def control_field(record: etree._Element, tag: str) -> str:
    """Return the text of a control field (001 to 009); empty when there is none."""
    return next((str(each.text) for each in record.iterfind("{*}controlfield") if each.get("tag") == tag), "")


def data_fields(record: etree._Element, tag: str) -> list[etree._Element]:
    """Return all data fields with a tag."""
    return [each for each in record.iterfind("{*}datafield") if each.get("tag") == tag]


def subfield(field: etree._Element, code: str) -> str:
    """Return the text of the first subfield with a letter; empty when there is none."""
    return next((" ".join((each.text or "").split()) for each in field.iterfind("{*}subfield") if each.get("code") == code), "")


def subfields(record: etree._Element, tag: str, code: str) -> list[str]:
    """Return the texts of a subfield in all fields with a tag."""
    return [text for field in data_fields(record, tag) if (text := subfield(field, code))]


def first_subfield(record: etree._Element, tag: str, code: str) -> str:
    """Return the first text of a subfield in the fields with a tag; empty when there is none."""
    return next(iter(subfields(record, tag, code)), "")
