"""Step 2, parse: walk a source's pages from its start addresses along its follows, and gather the records they give."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.errors import SourceError
from sources.base import Follow, Page, Record, Source
from state.model import Capture


@dataclass(slots=True)
class Answer:
    """What fetching one address gave: the page, or None when it is unchanged (304, or the same bytes) since last time."""

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
    """All that one poll read. `same` are the keys of records that are known to be unchanged without parsing; `unchanged` says
    that no page was new at all; `gaps` are addresses asked for that could not be had, so that nothing may count as removed."""

    readings: list[Reading] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    captures: list[Capture] = field(default_factory=list)
    notes: dict[str, int] = field(default_factory=dict)
    gaps: list[str] = field(default_factory=list)
    unchanged: bool = False

    @property
    def count(self) -> int:
        """How many records the answer holds."""
        return len(self.readings) + len(self.same)


Get = Callable[[Follow], Answer | None]


def gather(source: Source, get: Get, now: datetime, known: Mapping[bytes, str]) -> Harvest:
    """Read every page of a poll. `get` answers None for a page that cannot be had here (an archive that lacks it). Raises a
    SourceError when a page is not what the source expects; then nothing of the poll counts."""
    harvest = Harvest()
    queue = deque(Follow(url) for url in source.starts(now.date()))
    asked: set[tuple[str, str]] = set()
    new_pages = 0
    while queue:
        follow = queue.popleft()
        if follow.key is not None and follow.digest is not None and known.get(follow.digest) == follow.key:
            harvest.same.append(follow.key)
            continue
        name = (follow.url, repr(sorted((follow.form or {}).items())))
        if name in asked:
            continue
        asked.add(name)
        answer = get(follow)
        if answer is None:
            harvest.gaps.append(follow.url)
            continue
        harvest.captures.append(answer.capture)
        if answer.page is not None:
            new_pages += 1
            queue.extend(read(source, answer.page, known, follow, harvest))
    harvest.unchanged = new_pages == 0 and not harvest.gaps
    return harvest


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
