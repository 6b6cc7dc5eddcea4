"""Result of a crawl: scraped records, pages left for later, and the counts that the check needs."""

from collections import Counter, defaultdict
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

    Pages. `pages`: address → (SHA-256, result) of the pages read. `gates`: address → change token to store. `deferred`: pages that
    may be large; they are parsed while the run is written (see `batches`), so that a file of any size takes little memory.
    `unchanged`: no page was new. `missing_lists`: addresses of lists that could not be had; then nothing may count as removed.

    Keys. `unchanged_keys`: records known to be unchanged without parsing. `unread`: records that a list shows but whose own page
    could not be had. `seen_keys`: scraped and tallied records. `listed_keys`: all records that the answer shows, after `close`.

    Counts for the check. `streamed`: records of deferred pages. `empty`: field → records without it. `lost`: field → references of
    records that had it before. `change_counts`: field or role → known records that "lost", "gained" or "changed" it.
    `filled_counts`: of those that changed often, the known records that have it now. `known_count`: known records in the answer."""

    scraped: list[Scraped] = field(default_factory=list)
    deferred: list[Page] = field(default_factory=list)
    streamed: int = 0
    seen_keys: set[str] = field(default_factory=set)
    listed_keys: set[str] = field(default_factory=set)
    empty: Counter[str] = field(default_factory=Counter)
    lost: dict[str, list[str]] = field(default_factory=dict)
    change_counts: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    filled_counts: dict[str, int] = field(default_factory=dict)
    known_count: int = 0
    unchanged_keys: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    notes: dict[str, int] = field(default_factory=dict)
    missing_lists: list[str] = field(default_factory=list)
    gates: dict[str, bytes] = field(default_factory=dict)
    pages: dict[str, tuple[str, PageResult]] = field(default_factory=dict)
    unchanged: bool = False

    @property
    def complete(self) -> bool:
        """True when every requested page could be had."""
        return not self.missing_lists and not self.unread

    @property
    def count(self) -> int:
        """Number of records that the answer shows."""
        return len(self.scraped) + self.streamed + len(self.unchanged_keys) + len(self.unread)

    def close(self) -> None:
        """Sum up which records the answer shows, after all scraped records were tallied."""
        self.listed_keys = self.seen_keys.union(self.unchanged_keys, self.unread)


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


def defer(source: Source, page: Page, result: CrawlResult) -> None:
    """Keep a page that may be large (of a bulk source, or behind a gate) to be parsed while the run is written."""
    page.strict, page.encoding = source.mode == "live", source.answer.encoding or page.encoding
    result.deferred.append(page)


def parsed(source: Source, page: Page) -> Iterator[Record | Follow]:
    """Yield what a page gives. Raises LayoutChanged beyond ten times as many as the source expects of records."""
    most = max(10 * source.expect.records[1], 10_000)
    for number, item in enumerate(source.parse(page)):
        if number >= most:
            raise LayoutChanged(f"the page has more than {most:,} rows; {source.expect.records[1]:,} records are the most expected")
        yield item


def parse_page(source: Source, page: Page, known: Mapping[bytes, str], follow: Follow, result: CrawlResult) -> PageResult:
    """Parse one page into `result`; returns the result of the page."""
    page.known, page.strict, page.encoding = known, source.mode == "live", source.answer.encoding or page.encoding
    follows, before = [], len(result.scraped)
    try:
        for item in parsed(source, page):
            if isinstance(item, Follow):
                follows.append(item)
            else:
                result.scraped.append(Scraped(item, page.url, page.digest or follow.digest))
    except SourceError as error:
        raise type(error)(f"{page.url}: {error}") from error
    page.free()
    add_notes(page, result)
    keys = [*(item.record.key for item in result.scraped[before:]), *page.same]
    return PageResult(tuple(dict.fromkeys(keys)), tuple(follows))


def add_notes(page: Page, result: CrawlResult) -> None:
    """Add the keys of unchanged records and the notes of a page to `result`."""
    result.unchanged_keys.extend(page.same)
    for note, count in page.notes.items():
        result.notes[note] = result.notes.get(note, 0) + count


BATCH = 1000


def batches(source: Source, result: CrawlResult, cache: CrawlCache) -> Iterator[list[Scraped]]:
    """Yield all scraped records in batches. Deferred pages are parsed here. Raises a SourceError when such a page is not what the
    source expects."""
    for start in range(0, len(result.scraped), BATCH):
        yield result.scraped[start : start + BATCH]
    for page in result.deferred:
        page.known = cache.lines()
        scraped = parse_deferred(source, page)
        while batch := list(islice(scraped, BATCH)):
            result.streamed += len(batch)
            yield batch
        add_notes(page, result)


def parse_deferred(source: Source, page: Page) -> Iterator[Scraped]:
    """Yield the records of a deferred page as they are parsed."""
    try:
        for item in parsed(source, page):
            if isinstance(item, Follow):
                raise LayoutChanged(f"a page that is read as one file asks for a further one, {item.url}")
            yield Scraped(item, page.url, page.digest)
    except SourceError as error:
        raise type(error)(f"{page.url}: {error}") from error
