"""Replay: recorded captures as if they were polled on the day of each. Driven by pages: every capture whose address a source
recognises is parsed, and captures of one source less than six hours apart are one run."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.errors import ConfigError, Refused, Unreachable
from bot.parse import Answer
from bot.pipeline import Desk, poll
from sources.base import Follow, Page, Source
from state import runs
from state.model import Capture
from state.runs import Run
from state.warc import BadArchive, Recorded, read_archive

ONE_RUN = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Session:
    """The captures of one source that make one run, by address; of one address the last counts."""

    source: Source
    pages: dict[str, Recorded]

    @property
    def observed_at(self) -> datetime:
        """The time of the observation: that of its last capture."""
        return max(page.fetched_at for page in self.pages.values())


def sessions(archives: Iterable[Path], sources: Sequence[Source]) -> list[Session]:
    """The runs that some archives hold, in date order. Raises ConfigError when an archive cannot be read."""
    found: dict[str, list[Session]] = {source.name: [] for source in sources}
    for recorded in sorted(captures(archives), key=lambda each: each.fetched_at):
        for source in sources:
            if not source.recognises(recorded.url):
                continue
            own = found[source.name]
            if not own or recorded.fetched_at - min(page.fetched_at for page in own[-1].pages.values()) >= ONE_RUN:
                own.append(Session(source, {}))
            own[-1].pages[source.canonical(recorded.url)] = recorded
    return sorted((session for own in found.values() for session in own), key=lambda session: session.observed_at)


def captures(archives: Iterable[Path]) -> Iterator[Recorded]:
    for path in archives:
        try:
            yield from read_archive(path)
        except BadArchive as error:
            raise ConfigError(str(error)) from error


def replay(desk: Desk, session: Session) -> Run:
    """Poll one recorded session. One that is already on record is reported as it was, so that a replay can be repeated, or
    taken up again after it was killed; one older than what we hold cannot be put in between."""
    past = runs.on_record(desk.db, session.source.name, session.observed_at)
    if past:
        return past
    return poll(desk, session.source, Reader(desk, session), session.observed_at, "replay", more=session.pages)


@dataclass(frozen=True, slots=True)
class Reader:
    """Answers a poll from a session's captures: the `get` of a replay."""

    desk: Desk
    session: Session

    def __call__(self, follow: Follow) -> Answer | None:
        """The page at an address, or None when the session lacks it. Raises a SourceError as a live fetch would."""
        recorded = self.session.pages.get(follow.name)
        if recorded is None:
            return None
        digest, length = measured(recorded)
        whole(recorded, length)
        capture = Capture(
            recorded.url, recorded.fetched_at, recorded.status, digest, recorded.headers.get("etag"),
            recorded.headers.get("last-modified"), str(recorded.file.resolve()), recorded.offset,
        )  # fmt: skip
        last = runs.last_capture(self.desk.db, recorded.url)
        if self.session.source.bulk and last and (recorded.revisit or last.sha256 == digest):
            return Answer(None, capture)
        if recorded.revisit and (recorded := earlier(last)) is None:
            return None
        return Answer(Page(capture.url, recorded.open, capture.fetched_at, recorded.headers.get("content-type", "")), capture)


def earlier(last: Capture | None) -> Recorded | None:
    """The recorded answer that a revisit refers to: the last one accepted, where its file is still there."""
    if last is None or last.file is None or last.offset is None or not Path(last.file).is_file():
        return None
    return Recorded(last.url, last.fetched_at, last.status, {}, Path(last.file), last.offset)


def whole(recorded: Recorded, length: int) -> None:
    """Raise unless a recorded answer is one: Refused or Unreachable by its status, Unreachable when it was cut."""
    if recorded.status in (401, 403):
        raise Refused(f"{recorded.url} was refused with status {recorded.status}")
    if recorded.status not in (200, 304):
        raise Unreachable(f"{recorded.url} answered with status {recorded.status}")
    announced = recorded.headers.get("content-length", "")
    encoded = "content-encoding" in recorded.headers
    if recorded.cut or (announced.isdigit() and not encoded and not recorded.revisit and int(announced) != length):
        raise Unreachable(f"{recorded.url} was cut: {length} bytes came of {announced or 'more'}")


def measured(recorded: Recorded) -> tuple[str, int]:
    """SHA-256 and length of a body, read in blocks."""
    digest, length = hashlib.sha256(), 0
    with recorded.open() as body:
        while block := body.read(1 << 20):
            digest.update(block)
            length += len(block)
    return digest.hexdigest(), length
