"""The language versions of a document in the UNESDOC catalogue, one row each, brought together by their pf number."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from sources.base import LayoutChanged, Page
from sources.formats.json import Object, groups
from sources.unesco.datahub import listed

ARK = re.compile(r"ark:/48223/(pf\d{10})(?:[/_]([a-z]{3}))?")
PREFERRED = ("eng", "fre", "spa")


def by_document(page: Page) -> Iterator[tuple[str, list[Object]]]:
    """The versions of each document of an export, or of a page of records, by pf number."""
    if not page.url.split("?")[0].endswith("/records"):
        yield from groups(page, number)
        return
    versions: dict[str, list[Object]] = {}
    for each in listed(page):
        versions.setdefault(number(each), []).append(each)
    yield from versions.items()


def number(version: Object) -> str:
    """The pf number of a language version, from its address."""
    found = ARK.search(str(next(iter(texts(version.get("url"))), "")))
    if found is None:
        raise LayoutChanged(f"a document has no address with a pf number: {str(version.get('url'))[:100]!r}")
    return found[1]


def languages(version: Object) -> list[str]:
    """The languages of a version: as listed, else that of its address."""
    found = ARK.search(str(version.get("url")))
    return texts(version.get("language")) or ([found[2]] if found and found[2] else [])


def rank(version: Object) -> tuple[int, str]:
    """The order in which versions are taken for the title: English, French, Spanish, then by address."""
    spoken = languages(version)
    return next((place for place, code in enumerate(PREFERRED) if code in spoken), len(PREFERRED)), str(version.get("url"))


def texts(values: Any) -> list[str]:
    """A value that is a list of texts, or one text, or null, as a list."""
    every: Iterable[Any] = values if isinstance(values, list) else [values]
    return [str(each).strip() for each in every if each not in (None, "")]
