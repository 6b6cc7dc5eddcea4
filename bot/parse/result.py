"""Step 2, parse: walk a source's pages from its start addresses along its follows, and gather the records they give."""

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
    """What fetching one address gave: the page, or None when a bulk file is unchanged (304, or the same bytes) since last time."""

    page: Page | None
    capture: Capture


@dataclass(frozen=True, slots=True)
class Scraped:
    """A record, the page it was read from, and the digest by which to know its line again."""

    record: Record
    url: str
    digest: bytes | None


@dataclass(slots=True)
class CrawlResult:
    """All that one poll read. `same` are the keys of records that are known to be unchanged without parsing; `unread` those that
    a list shows but whose own page could not be had now; `unchanged` says that no page was new at all; `gaps` are lists that
    could not be had, so that nothing may count as removed; `gates` are the gates to remember, by the address each guards, and
    `pages` what the pages that were read gave, by address with the SHA-256 of each.

    Pages that may be large wait in `bulk`: they are read while the run is written (`batches`), so that a file of any size takes
    little memory; `streamed` counts their records. `seen` are the keys of all readings that were looked at, `shown` in the
    end those of all records that the answer shows; `empty` counts those without a field, `lost` names those that had it.
    `steps` counts by name the known records in which a field or role was "lost", "gained" or "changed"; where these are many,
    `having` counts those of all `known` records that have it now."""

    readings: list[Scraped] = field(default_factory=list)
    bulk: list[Page] = field(default_factory=list)
    streamed: int = 0
    seen: set[str] = field(default_factory=set)
    shown: set[str] = field(default_factory=set)
    empty: Counter[str] = field(default_factory=Counter)
    lost: dict[str, list[str]] = field(default_factory=dict)
    steps: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    having: dict[str, int] = field(default_factory=dict)
    known: int = 0
    same: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    notes: dict[str, int] = field(default_factory=dict)
    gaps: list[str] = field(default_factory=list)
    gates: dict[str, bytes] = field(default_factory=dict)
    pages: dict[str, tuple[str, PageResult]] = field(default_factory=dict)
    unchanged: bool = False

    @property
    def whole(self) -> bool:
        """Whether every page that was asked for could be had."""
        return not self.gaps and not self.unread

    @property
    def count(self) -> int:
        """How many records the answer shows."""
        return len(self.readings) + self.streamed + len(self.same) + len(self.unread)

    def close(self) -> None:
        """All readings have been looked at: sum up which records the answer shows."""
        self.shown = self.seen.union(self.same, self.unread)


class Get(Protocol):
    """Gives the answer to a follow, and keeps count: live (bot/fetch/fetcher.py) or from captures (bot/fetch/replay.py)."""

    requests: int
    not_modified: int
    captures: list[Capture]

    def __call__(self, follow: Follow) -> Fetched | None:
        """The answer, or None for a page that cannot be had. Raises a SourceError for what is no answer."""


def distinct(source: Source, readings: Iterable[Scraped]) -> list[Scraped]:
    """The readings without those that say again what another page said of the same record."""
    kept: dict[str, list[Scraped]] = {}
    for reading in readings:
        own = kept.setdefault(reading.record.key, [])
        if not any(same(source, reading.record, other.record) for other in own):
            own.append(reading)
    return [reading for own in kept.values() for reading in own]


def same(source: Source, one: Record, other: Record) -> bool:
    """Whether two records of one key say the same, but for what is never told."""
    return not [change for change in diff(one, other) if change.field not in source.history.ignored_fields]


def defer(source: Source, page: Page, harvest: CrawlResult) -> None:
    """Leave a page that may be large, that of a bulk source or from behind a gate, to be read while the run is written."""
    page.strict, page.encoding = source.mode == "live", source.answer.encoding or page.encoding
    harvest.bulk.append(page)


def read(source: Source, page: Page, known: Mapping[bytes, str], follow: Follow, harvest: CrawlResult) -> PageResult:
    """Parse one page into the harvest; returns what it gave."""
    page.known, page.strict, page.encoding = known, source.mode == "live", source.answer.encoding or page.encoding
    follows, before = [], len(harvest.readings)
    try:
        for item in source.parse(page):
            if isinstance(item, Follow):
                follows.append(item)
            else:
                harvest.readings.append(Scraped(item, page.url, page.digest or follow.digest))
    except SourceError as error:
        raise type(error)(f"{page.url}: {error}") from error
    page.free()
    note(page, harvest)
    keys = [*(reading.record.key for reading in harvest.readings[before:]), *page.same]
    return PageResult(tuple(dict.fromkeys(keys)), tuple(follows))


def note(page: Page, harvest: CrawlResult) -> None:
    """What a page says beside its records: which are the same as last time, and what was left unread."""
    harvest.same.extend(page.same)
    for note, count in page.notes.items():
        harvest.notes[note] = harvest.notes.get(note, 0) + count


BATCH = 1000


def batches(source: Source, harvest: CrawlResult, memory: CrawlCache) -> Iterator[list[Scraped]]:
    """All readings of a harvest, some at a time. The pages that were put aside are parsed here. Raises a SourceError when such a
    page is not what the source expects."""
    for start in range(0, len(harvest.readings), BATCH):
        yield harvest.readings[start : start + BATCH]
    for page in harvest.bulk:
        page.known = memory.lines()
        readings = stream(source, page)
        while batch := list(islice(readings, BATCH)):
            harvest.streamed += len(batch)
            yield batch
        note(page, harvest)


def stream(source: Source, page: Page) -> Iterator[Scraped]:
    """The records of a page that was put aside, as they are read."""
    try:
        for item in source.parse(page):
            if isinstance(item, Follow):
                raise LayoutChanged(f"a page that is read as one file asks for a further one, {item.url}")
            yield Scraped(item, page.url, page.digest)
    except SourceError as error:
        raise type(error)(f"{page.url}: {error}") from error
