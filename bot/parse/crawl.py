"""Steps 1 and 2 together: crawl the pages of a source from its start addresses along its follows."""

from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from zlib import crc32

from bot.errors import HostUnresolved, Unreachable
from bot.parse.cache import CrawlCache, PageResult
from bot.parse.result import CrawlResult, Fetched, Get, parse_page, without_repeats
from sources.base import Follow, Page, Source
from state.model import Capture


def crawl(source: Source, get: Get, now: datetime, cache: CrawlCache, more: Iterable[str] = ()) -> CrawlResult:
    """Crawl all pages of a poll: lists from the start addresses on, then their detail pages, then the addresses of `more` that were
    not reached, then pages behind gates if any gate is open. Lists come first so that a used-up budget costs details, not lists.
    `get` returns None for a page that cannot be had (missing in an archive, beyond the budget). Pages that are unchanged by `cache`
    are not read again. Raises a SourceError when a page is not what the source expects; the whole poll then counts for nothing."""
    result = CrawlResult()
    crawler = Crawler(source, get, now, cache, result, set(more))
    crawler.follow_all(source.first(now.date()), (Follow(url) for url in more))
    crawler.count_unchanged()
    nothing_read = not (result.scraped or result.unchanged_keys or result.unread)
    gates_unchanged = bool(crawler.gated) and nothing_read and all(map(crawler.is_gate_unchanged, crawler.gated))
    for follow in () if gates_unchanged else crawler.gated:
        crawler.visit(follow)
    if not crawler.answers and not result.unchanged_keys:
        missing = [f"none of the pages could be had, the first {url}" for url in result.missing_lists]
        raise Unreachable(missing[0] if missing else "no page is asked for")
    whole = not result.missing_lists and not result.unread
    result.pages |= {each.name: (each.change_token if whole or gates_unchanged else "", PageResult()) for each in crawler.gated}
    if crawler.failures:
        result.notes[f"detail pages could not be had, their records stay as they were; the first: {crawler.failures[0]}"] = len(
            crawler.failures
        )
    result.scraped = without_repeats(source, result.scraped)
    result.unchanged = not result.missing_lists and (gates_unchanged or crawler.new_pages == 0)
    return result


@dataclass(slots=True)
class Crawler:
    """Crawler of one poll. Follows with a gate are kept in `gated` for later. Pages in `replayed` are read whatever their list
    says. `unchanged_pages` were not parsed; each comes with its result from the cache. `details`: number of detail pages that lists
    lead to; `failures`: reasons why some could not be had."""

    source: Source
    get: Get
    now: datetime
    cache: CrawlCache
    result: CrawlResult
    replayed: set[str]
    requested: set[str] = field(default_factory=set)
    gated: list[Follow] = field(default_factory=list)
    unchanged_pages: list[tuple[Follow, Page, Capture, PageResult]] = field(default_factory=list)
    answers: int = 0
    new_pages: int = 0
    details: int = 0
    failures: list[str] = field(default_factory=list)

    def follow_all(self, follows: Iterable[Follow], rest: Iterable[Follow] = ()) -> None:
        """Visit the pages of some follows, lists before details, then those of `rest` that were not reached."""
        lists, details, last = deque(follows), deque[Follow](), deque(rest)
        while queue := lists or details or last:
            follow = queue.popleft()
            if follow.name in self.requested:
                continue
            self.requested.add(follow.name)
            if follow.gate is not None:
                self.gated.append(follow)
            elif follow.key is not None and self.is_unchanged(follow):
                self.result.unchanged_keys.append(follow.key)
            else:
                found = self.visit(follow)
                lists.extendleft(each for each in reversed(found) if each.key is None)
                details.extend(leading := [each for each in found if each.key is not None])
                self.details += len(leading)

    def visit(self, follow: Follow) -> Sequence[Follow]:
        """Fetch and read one page; returns its follows."""
        answer = self.fetch(follow)
        if answer is None:
            (self.result.missing_lists if follow.key is None else self.result.unread).append(follow.key or follow.url)
            return []
        self.answers += 1
        if answer.page is None:
            return []
        self.new_pages += 1
        if self.source.answer.bulk or follow.gate is not None:
            self.result.deferred.append(answer.page)
            return []
        if page_result := self.cached(follow, answer.capture):
            self.unchanged_pages.append((follow, answer.page, answer.capture, page_result))
            return page_result.follows
        return self.read(follow, answer.page, answer.capture).follows

    def read(self, follow: Follow, page: Page, capture: Capture) -> PageResult:
        """Parse a page, and store its result."""
        page_result = parse_page(self.source, page, self.cache.lines(), follow, self.result)
        self.result.pages[capture.url] = capture.sha256 or "", page_result
        return page_result

    def cached(self, follow: Follow, capture: Capture) -> PageResult | None:
        """Return the cached result of a page with the same bytes. None when the page must be read, also when only its list row is
        unknown."""
        if follow.digest is not None and self.cache.lines().get(follow.digest) != follow.key:
            return None
        gave = self.cache.page(capture.url, capture.sha256 or "")
        return PageResult.of(gave) if gave else None

    def count_unchanged(self) -> None:
        """Count the records of unchanged pages as unchanged. An unchanged page is read after all when another page has one of its
        records, because the two must be compared."""
        keys = {item.record.key for item in self.result.scraped}
        while shared := [each for each in self.unchanged_pages if not keys.isdisjoint(each[3].keys)]:
            self.unchanged_pages = [each for each in self.unchanged_pages if each not in shared]
            for follow, page, capture, page_result in shared:
                self.read(follow, page, capture)
                keys.update(page_result.keys)
        counted = {*self.result.unchanged_keys, *self.result.unread}
        self.result.unchanged_keys += dict.fromkeys(
            key for _, _, _, page_result in self.unchanged_pages for key in page_result.keys if key not in counted
        )

    def fetch(self, follow: Follow) -> Fetched | None:
        """Return the answer to a follow, or that of its fallback page when its own cannot be had. Returns None for a detail page
        that cannot be had, until there are too many of them."""
        try:
            if follow.fallback_url:
                with suppress(Unreachable):
                    if answer := self.get(follow):
                        return answer
                follow = replace(follow, url=follow.fallback_url, fallback_url="")
            return self.get(follow)
        except Unreachable as error:
            if follow.key is None or isinstance(error, HostUnresolved):
                raise
            self.failures.append(str(error))
            if len(self.failures) > max(1, self.source.expect.max_unread * self.details):
                raise Unreachable(f"{len(self.failures)} of {self.details} detail pages could not be had; {error}") from error
            return None

    def is_unchanged(self, follow: Follow) -> bool:
        """Return True when the list row of a record is unchanged and its page is not due in the rotation."""
        unchanged = follow.digest is not None and self.cache.lines().get(follow.digest) == follow.key
        return unchanged and follow.url not in self.replayed and not is_due(self.source, follow.key or "", self.now)

    def is_gate_unchanged(self, follow: Follow) -> bool:
        """Return True when the change token of a gate is that of the last accepted poll and its pages are not due in the
        rotation."""
        return self.cache.page(follow.name, follow.change_token) is not None and not is_due(self.source, follow.name, self.now)


def is_due(source: Source, key: str, now: datetime) -> bool:
    """Return True when a page is read again today although nothing changed: every key has its day in the rotation."""
    return (
        source.history.max_age_days > 0
        and crc32(key.encode()) % source.history.max_age_days == now.toordinal() % source.history.max_age_days
    )
