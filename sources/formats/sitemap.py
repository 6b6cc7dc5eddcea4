"""Sitemaps as the gate to a site's pages: each page's own `lastmod` says whether it changed since it was read."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from sources.base import Follow
from sources.formats.xml import child_text, elements
from sources.page import LayoutChanged, Page


class Listed(NamedTuple):
    """A page as a sitemap lists it. `modified` is aware UTC, the beginning of time where none is printed; when it is another, so is
    `digest`."""

    url: str
    modified: datetime
    digest: bytes


def listed(page: Page) -> Iterator[Listed | Follow]:
    """The pages of a sitemap, or the follows to the sitemaps of an index. Raises LayoutChanged when it lists nothing at all."""
    empty = True
    for element in elements(page, "sitemap", "url"):
        empty = False
        url, printed = child_text(element, "loc"), child_text(element, "lastmod")
        if str(element.tag).endswith("}sitemap"):
            yield Follow(url)
        else:
            yield Listed(url, _moment(printed), hashlib.blake2b(f"{url} {printed}".encode(), digest_size=16).digest())
    if empty:
        raise LayoutChanged("the sitemap lists nothing")


def _moment(printed: str) -> datetime:
    try:
        found = datetime.fromisoformat(printed)
    except ValueError:
        return datetime(1970, 1, 1, tzinfo=UTC)
    return found.replace(tzinfo=found.tzinfo or UTC)
