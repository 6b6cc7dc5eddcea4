"""Steps 1 and 2 together: walk a source's pages from its start addresses along its follows, and gather what they give."""

from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from zlib import crc32

from bot.errors import Unreachable
from bot.parse.cache import CrawlCache, PageResult
from bot.parse.result import CrawlResult, Fetched, Get, defer, distinct, read
from sources.base import Follow, Page, Source
from state.model import Capture


def crawl(source: Source, get: Get, now: datetime, memory: CrawlCache, harvest: CrawlResult, more: Iterable[str] = ()) -> None:
    """Read every page of a poll into the harvest: lists from the source's start addresses on, then the details they lead to, then
    those of `more` that were not reached, then those behind gates if one is open. When a budget ends, what is lacking are details,
    not lists. `get` answers None for a page that cannot be had (an archive that lacks it, a budget that is used up). A page that
    is the same as in `memory` is not read again. Raises a SourceError when a page is not what the source expects; then nothing of
    the poll counts."""
    walk = Crawler(source, get, now, memory, harvest, set(more))
    walk.along(source.first(now.date()), (Follow(url) for url in more))
    walk.count_the_same()
    shut = bool(walk.gated) and harvest.count == 0 and all(walk.is_shut(follow) for follow in walk.gated)
    if not shut:
        for follow in walk.gated:
            walk.step(follow)
    if not walk.answers and not harvest.same:
        lacking = f"none of the pages could be had, the first {harvest.gaps[0]}" if harvest.gaps else "no page is asked for"
        raise Unreachable(lacking)
    harvest.gates = {follow.name: follow.change_token for follow in walk.gated} if shut or harvest.whole else {}
    harvest.readings = distinct(source, harvest.readings)
    harvest.unchanged = not harvest.gaps and (shut or walk.new_pages == 0)


@dataclass(slots=True)
class Crawler:
    """A walk along the pages of one poll. Follows with a gate are not walked but put aside in `gated`; pages `at_hand` (of a
    replay) are read whatever their list says. `same` are pages that were not read, with what they gave when they were."""

    source: Source
    get: Get
    now: datetime
    memory: CrawlCache
    harvest: CrawlResult
    at_hand: set[str]
    asked: set[str] = field(default_factory=set)
    gated: list[Follow] = field(default_factory=list)
    same: list[tuple[Follow, Page, Capture, PageResult]] = field(default_factory=list)
    answers: int = 0
    new_pages: int = 0

    def along(self, follows: Iterable[Follow], rest: Iterable[Follow] = ()) -> None:
        """Read the pages that some follows lead to, lists before details, then the `rest` that was not reached."""
        lists, details, last = deque(follows), deque[Follow](), deque(rest)
        while queue := lists or details or last:
            follow = queue.popleft()
            if follow.name in self.asked:
                continue
            self.asked.add(follow.name)
            if follow.gate is not None:
                self.gated.append(follow)
            elif follow.key is not None and self.is_same(follow):
                self.harvest.same.append(follow.key)
            else:
                found = self.step(follow)
                lists.extendleft(each for each in reversed(found) if each.key is None)
                details.extend(each for each in found if each.key is not None)

    def step(self, follow: Follow) -> Sequence[Follow]:
        """Fetch and read one page; returns what it follows."""
        answer = self.answer(follow)
        if answer is None:
            (self.harvest.gaps if follow.key is None else self.harvest.unread).append(follow.key or follow.url)
            return []
        self.answers += 1
        if answer.page is None:
            return []
        self.new_pages += 1
        if self.source.answer.bulk or follow.gate is not None:
            defer(self.source, answer.page, self.harvest)
            return []
        if given := self.remembered(follow, answer.capture):
            self.same.append((follow, answer.page, answer.capture, given))
            return given.follows
        return self.read(follow, answer.page, answer.capture).follows

    def read(self, follow: Follow, page: Page, capture: Capture) -> PageResult:
        """Parse a page, and note what it gave."""
        given = read(self.source, page, self.memory.lines(), follow, self.harvest)
        self.harvest.pages[capture.url] = capture.sha256 or "", given
        return given

    def remembered(self, follow: Follow, capture: Capture) -> PageResult | None:
        """What a page gave when it had the same bytes; None when it must be read, if only to know its list row again."""
        if follow.digest is not None and self.memory.lines().get(follow.digest) != follow.key:
            return None
        return self.memory.page(capture.url, capture.sha256 or "")

    def count_the_same(self) -> None:
        """The records of pages that are the same count as unchanged. But a page of which another page says something, too, is read
        after all: what two pages say of one record is compared."""
        met = {reading.record.key for reading in self.harvest.readings}
        while said := [each for each in self.same if not met.isdisjoint(each[3].keys)]:
            self.same = [each for each in self.same if each not in said]
            for follow, page, capture, given in said:
                self.read(follow, page, capture)
                met.update(given.keys)
        counted = {*self.harvest.same, *self.harvest.unread}
        self.harvest.same += dict.fromkeys(key for _, _, _, given in self.same for key in given.keys if key not in counted)

    def answer(self, follow: Follow) -> Fetched | None:
        """The answer to a follow, or that of the page which says the same where its own cannot be had."""
        if not follow.fallback_url:
            return self.get(follow)
        with suppress(Unreachable):
            if answer := self.get(follow):
                return answer
        return self.get(replace(follow, url=follow.fallback_url, fallback_url=""))

    def is_same(self, follow: Follow) -> bool:
        """Whether the list says of a record just what it said last time, and its page has not its day in the rotation."""
        said = follow.digest is not None and self.memory.lines().get(follow.digest) == follow.key
        return said and follow.url not in self.at_hand and not due(self.source, follow.key or "", self.now)

    def is_shut(self, follow: Follow) -> bool:
        """Whether a gate says what it said at the last accepted poll, and its pages are not due to be read all the same."""
        return self.memory.lines().get(follow.change_token) == follow.name and not due(self.source, follow.name, self.now)


def due(source: Source, key: str, now: datetime) -> bool:
    """Whether a page is read again today though nothing speaks for it: every key has its day in the rotation."""
    days = source.history.max_age_days
    return days > 0 and crc32(key.encode()) % days == now.toordinal() % days
