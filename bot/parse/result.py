"""Result of a crawl: scraped records, pages left for later, and what could not be had."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol

from bot.diff import diff
from bot.errors import LayoutChanged, SourceError
from bot.parse.cache import CrawlCache, PageResult
from sources.base import Follow, Page, Record, Source
from state.model import Capture


@dataclass(slots=True)
class Fetched:
    """Fetched to one request: its page, or None when a bulk file is unchanged (304, or the same bytes), and its capture."""

    page: Page | None
    capture: Capture


@dataclass(frozen=True, slots=True)
class Scraped:
    """A record, the address of its page, and the digest by which its line is recognised in the next poll."""

    record: Record
    url: str
    digest: bytes | None


@dataclass(slots=True)
class CrawlResult:
    """Everything that one poll read.

    `pages`: address → (SHA-256 or change token, result) for the crawl cache. `deferred`: pages that may be large; they are parsed
    as they are compared (see `batches`), so that a file of any size takes little memory. `unchanged`: no page was new.
    `unchanged_keys`: records known to be unchanged without parsing. `unread`: records that a list shows but whose own page could
    not be had. `missing_lists`: addresses of lists that could not be had; then nothing may count as removed. `notes`: remarks of
    the parser, with counts."""

    scraped: list[Scraped] = field(default_factory=list)
    deferred: list[Page] = field(default_factory=list)
    unchanged_keys: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    notes: dict[str, int] = field(default_factory=dict)
    missing_lists: list[str] = field(default_factory=list)
    pages: dict[str, tuple[str | bytes, PageResult]] = field(default_factory=dict)
    unchanged: bool = False

    def add(self, page: Page) -> None:
        """Add the keys of unchanged records and the notes of a page that was read."""
        self.unchanged_keys.extend(page.same)
        for note, count in page.notes.items():
            self.notes[note] = self.notes.get(note, 0) + count


class Get(Protocol):
    """Function that returns the answer to a follow and keeps count: live (bot/fetch/fetcher.py) or from captures
    (bot/fetch/replay.py)."""

    requests: int
    not_modified: int
    captures: list[Capture]

    def __call__(self, follow: Follow) -> Fetched | None:
        """Return the answer, or None for a page that cannot be had. Raises a SourceError when the response is not an answer."""


def without_repeats(source: Source, scraped: Iterable[Scraped]) -> list[Scraped]:
    """Return scraped records without those that repeat what another page said of the same record."""
    kept: dict[str, list[Scraped]] = {}
    for item in scraped:
        own = kept.setdefault(item.record.key, [])
        if not any(equal_records(source, item.record, other.record) for other in own):
            own.append(item)
    return [item for own in kept.values() for item in own]


def equal_records(source: Source, one: Record, other: Record) -> bool:
    """Return True when two records of one key differ in ignored fields only."""
    return not [change for change in diff(one, other) if change.field not in source.history.ignored_fields]


def parse_page(source: Source, page: Page, known: Mapping[bytes, str], follow: Follow, result: CrawlResult) -> PageResult:
    """Parse one page into `result`; returns the result of the page."""
    follows, before = [], len(result.scraped)
    for item in parsed(source, page, known):
        if isinstance(item, Follow):
            follows.append(item)
        else:
            result.scraped.append(Scraped(item, page.url, page.digest or follow.digest))
    page.free()
    result.add(page)
    keys = [*(item.record.key for item in result.scraped[before:]), *page.same]
    return PageResult(tuple(dict.fromkeys(keys)), tuple(follows))


def parsed(source: Source, page: Page, known: Mapping[bytes, str]) -> Iterator[Record | Follow]:
    """Yield what the parser of a source finds on a page. Raises a SourceError that names the page: LayoutChanged also beyond ten
    times as many items as the source expects of records."""
    most = max(10 * source.expect.records[1], 10_000)
    page.known, page.strict, page.encoding = known, source.mode == "live", source.answer.encoding or page.encoding
    try:
        for number, item in enumerate(source.parse(page)):
            if number >= most:
                raise LayoutChanged(f"more than {most:,} rows, where at most {source.expect.records[1]:,} records are expected")
            yield item
    except SourceError as error:
        raise type(error)(f"{page.url}: {error}") from error


BATCH = 1000


def batches(source: Source, result: CrawlResult, cache: CrawlCache) -> Iterator[list[Scraped]]:
    """Yield all scraped records in batches. Deferred pages are parsed here. Raises a SourceError when such a page is not what the
    source expects."""
    for start in range(0, len(result.scraped), BATCH):
        yield result.scraped[start : start + BATCH]
    for page in result.deferred:
        scraped = parse_deferred(source, page, cache.lines())
        while batch := list(islice(scraped, BATCH)):
            yield batch
        result.add(page)


def parse_deferred(source: Source, page: Page, known: Mapping[bytes, str]) -> Iterator[Scraped]:
    """Yield the records of a deferred page as they are parsed."""
    for item in parsed(source, page, known):
        if isinstance(item, Follow):
            raise LayoutChanged(f"{page.url}: a page that is read as one file asks for a further one, {item.url}")
        yield Scraped(item, page.url, page.digest)
