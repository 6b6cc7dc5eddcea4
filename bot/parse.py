"""Step 2, parse: walk a source's pages from its start addresses along its follows, and gather the records they give."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from zlib import crc32

from bot.errors import SourceError, Unreachable
from sources.base import Follow, Page, Record, Source
from state.model import Capture


@dataclass(slots=True)
class Answer:
    """What fetching one address gave: the page, or None when a bulk file is unchanged (304, or the same bytes) since last time."""

    page: Page | None
    capture: Capture


@dataclass(frozen=True, slots=True)
class Reading:
    """A record, the page it was read from, and the digest by which to know its line again."""

    record: Record
    url: str
    digest: bytes | None


@dataclass(slots=True)
class Harvest:
    """All that one poll read. `same` are the keys of records that are known to be unchanged without parsing; `unread` those that
    a list shows but whose own page could not be had now; `unchanged` says that no page was new at all; `gaps` are lists that
    could not be had, so that nothing may count as removed; `gates` are the gates to remember, by the address each guards."""

    readings: list[Reading] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    captures: list[Capture] = field(default_factory=list)
    notes: dict[str, int] = field(default_factory=dict)
    gaps: list[str] = field(default_factory=list)
    gates: dict[str, bytes] = field(default_factory=dict)
    unchanged: bool = False

    @property
    def whole(self) -> bool:
        """Whether every page that was asked for could be had."""
        return not self.gaps and not self.unread

    @property
    def count(self) -> int:
        """How many records the answer shows."""
        return len(self.readings) + len(self.same) + len(self.unread)

    def keys(self) -> Iterator[str]:
        """The keys of all the records that the answer shows."""
        yield from self.same
        yield from self.unread
        yield from (reading.record.key for reading in self.readings)


Get = Callable[[Follow], Answer | None]


def gather(source: Source, get: Get, now: datetime, known: Mapping[bytes, str], harvest: Harvest, more: Iterable[str] = ()) -> None:
    """Read every page of a poll into the harvest, from the source's start addresses on, then those of `more` that were not
    reached, then those behind gates if one is open. `get` answers None for a page that cannot be had (an archive that lacks it, a
    budget that is used up). Raises a SourceError when a page is not what the source expects; then nothing of the poll counts, but
    its captures."""
    walk = Walk(source, get, now, known, harvest)
    walk.along([*(Follow(url) for url in source.starts(now.date())), *(Follow(url) for url in more)])
    shut = bool(walk.gated) and harvest.count == 0 and all(walk.is_shut(follow) for follow in walk.gated)
    if shut:
        harvest.gates = {follow.name: follow.seal for follow in walk.gated}
    else:
        walk.asked.difference_update(follow.name for follow in walk.gated)
        walk.along([replace(follow, gate=None) for follow in walk.gated])
        harvest.gates = {follow.name: follow.seal for follow in walk.gated if harvest.whole}
    if not harvest.captures and not harvest.same:
        raise Unreachable(
            f"none of the pages could be had, the first {harvest.gaps[0]}" if harvest.gaps else "no page is asked for"
        )
    harvest.unchanged = not harvest.gaps and (shut or walk.new_pages == 0)


@dataclass(slots=True)
class Walk:
    """A walk along the pages of one poll. Follows with a gate are not walked but put aside in `gated`."""

    source: Source
    get: Get
    now: datetime
    known: Mapping[bytes, str]
    harvest: Harvest
    asked: set[str] = field(default_factory=set)
    gated: list[Follow] = field(default_factory=list)
    new_pages: int = 0

    def along(self, follows: Iterable[Follow]) -> None:
        """Read the pages that some follows lead to, in their order, each with what it follows before the next."""
        queue = deque(follows)
        while queue:
            follow = queue.popleft()
            if follow.gate is not None:
                self.gated.append(follow)
                self.asked.add(follow.name)
            elif follow.key is not None and is_known(follow, self.known) and not due(self.source, follow.key, self.now):
                self.harvest.same.append(follow.key)
                self.asked.add(follow.name)
            elif follow.name not in self.asked:
                self.asked.add(follow.name)
                queue.extendleft(reversed(self.step(follow)))

    def step(self, follow: Follow) -> list[Follow]:
        """Fetch and read one page; returns what it follows."""
        answer = self.get(follow)
        if answer is None:
            (self.harvest.gaps if follow.key is None else self.harvest.unread).append(follow.key or follow.url)
            return []
        self.harvest.captures.append(answer.capture)
        if answer.page is None:
            return []
        self.new_pages += 1
        return read(self.source, answer.page, self.known, follow, self.harvest)

    def is_shut(self, follow: Follow) -> bool:
        """Whether a gate says what it said at the last accepted poll, and its pages are not due to be read all the same."""
        return self.known.get(follow.seal) == follow.name and not due(self.source, follow.name, self.now)


def is_known(follow: Follow, known: Mapping[bytes, str]) -> bool:
    """Whether the list says of a record just what it said last time."""
    return follow.digest is not None and known.get(follow.digest) == follow.key


def due(source: Source, key: str, now: datetime) -> bool:
    """Whether a detail page is read again today though its list row is unchanged: every key has its day in the rotation."""
    return source.reread_days > 0 and crc32(key.encode()) % source.reread_days == now.toordinal() % source.reread_days


def read(source: Source, page: Page, known: Mapping[bytes, str], follow: Follow, harvest: Harvest) -> list[Follow]:
    """Parse one page into the harvest; returns the further pages that it asks for."""
    page.known, page.strict = known, source.mode == "live"
    follows = []
    try:
        for item in source.parse(page):
            if isinstance(item, Follow):
                follows.append(item)
            else:
                harvest.readings.append(Reading(item, page.url, page.digest or follow.digest))
    except SourceError as error:
        raise type(error)(f"{page.url}: {error}") from error
    harvest.same.extend(page.same)
    for note, count in page.notes.items():
        harvest.notes[note] = harvest.notes.get(note, 0) + count
    return follows
