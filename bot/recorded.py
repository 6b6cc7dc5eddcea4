"""Answer a poll from recorded captures instead of the network: of a replayed archive, or of our own."""

import hashlib
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from bot.errors import Refused, Unreachable
from bot.parse import Answer
from sources.base import Follow, Page, Source
from state import runs
from state.encode import moment
from state.model import Capture
from state.warc import BadArchive, Recorded


@dataclass(frozen=True, slots=True)
class Reader:
    """The `get` of a replay: what a live fetch of the same captures, by name of their follow, would give. `data` is the folder
    below which our own archive lies."""

    db: Database
    data: Path
    source: Source
    pages: Mapping[str, Recorded]

    def __call__(self, follow: Follow) -> Answer | None:
        """The page at an address, or None when there is no capture of it. Raises a SourceError as a live fetch would."""
        recorded = self.pages.get(follow.name)
        if recorded is None:
            return None
        last = runs.last_capture(self.db, recorded.url)
        if recorded.revisit:
            return self._again(recorded, last)
        answered = answer(recorded)
        if self.source.bulk and last and last.sha256 == answered.capture.sha256:
            return Answer(None, answered.capture)
        return answered

    def _again(self, recorded: Recorded, last: Capture | None) -> Answer | None:
        """The same answer as the last one accepted, which is where its body is kept."""
        if last is None or last.file is None or last.offset is None:
            return None
        capture = Capture(
            recorded.url, recorded.fetched_at, recorded.status, last.sha256, recorded.headers.get("etag"),
            recorded.headers.get("last-modified"), last.file, last.offset,
        )  # fmt: skip
        if self.source.bulk:
            return Answer(None, capture)
        body = Recorded(last.url, last.fetched_at, last.status, {}, self.data / last.file, last.offset)
        return Answer(Page(recorded.url, body.open, recorded.fetched_at), capture)


@dataclass(frozen=True, slots=True)
class Kept:
    """A `get` that gives the bodies of some captures whatever came since: to parse them again, or to accept a held run."""

    pages: Mapping[str, Recorded]

    def __call__(self, follow: Follow) -> Answer | None:
        """The page of a capture, or None when there is none or its file is gone."""
        recorded = self.pages.get(follow.name)
        try:
            return answer(recorded) if recorded else None
        except (OSError, BadArchive):
            return None


def kept(data: Path, rows: Iterable[sqlite3.Row]) -> Kept:
    """The captures of some rows of `captures`, whose files are relative to the data folder or absolute."""
    return Kept(
        {
            row["url"]: Recorded(row["url"], moment(row["fetched_at"]), row["status"], {}, data / row["file"], row["offset"])
            for row in rows
            if row["file"] is not None
        }
    )


def answer(recorded: Recorded) -> Answer:
    """A recorded answer as a page with its capture. Raises Refused or Unreachable when it is none."""
    digest, length = measured(recorded)
    whole(recorded, length)
    headers = recorded.headers
    capture = Capture(
        recorded.url, recorded.fetched_at, recorded.status, digest, headers.get("etag"), headers.get("last-modified"),
        str(recorded.file.resolve()), recorded.offset,
    )  # fmt: skip
    return Answer(Page(recorded.url, recorded.open, recorded.fetched_at, headers.get("content-type", "")), capture)


def whole(recorded: Recorded, length: int) -> None:
    """Raise unless a recorded answer is one: Refused or Unreachable by its status, Unreachable when it was cut."""
    if recorded.status in (401, 403):
        raise Refused(f"{recorded.url} was refused with status {recorded.status}")
    if recorded.status != 200:
        raise Unreachable(f"{recorded.url} answered with status {recorded.status}")
    announced = recorded.headers.get("content-length", "")
    encoded = "content-encoding" in recorded.headers
    if recorded.cut or (announced.isdigit() and not encoded and int(announced) != length):
        raise Unreachable(f"{recorded.url} was cut: {length} bytes came of {announced or 'more'}")


def measured(recorded: Recorded) -> tuple[str, int]:
    """SHA-256 and length of a body, read in blocks."""
    digest, length = hashlib.sha256(), 0
    with recorded.open() as body:
        while block := body.read(1 << 20):
            digest.update(block)
            length += len(block)
    return digest.hexdigest(), length
