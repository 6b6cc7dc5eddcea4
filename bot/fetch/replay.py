"""Replay: answers to a poll from recorded captures instead of the network, of a replayed archive or of our own."""

import hashlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from bot.errors import Refused, Unreachable
from bot.fetch.blocked import refusal
from bot.fetch.body import encoding
from bot.fetch.urls import MOVED, redirect_target
from bot.parse.cache import to_compare
from bot.parse.result import Fetched
from sources.base import Follow, Page, Source
from state import captures
from state.archive.reader import BadArchive, Recorded, read_answer
from state.model import Capture


@dataclass(frozen=True, slots=True)
class Redirects:
    """Recorded redirects: `moved` leads from each address, by the name of its follow, to the one that it named."""

    moved: Mapping[str, str]

    def end(self, name: str) -> str:
        """Where the answer to a follow lies in the end."""
        met = set()
        while name in self.moved and name not in met:
            met.add(name)
            name = self.moved[name]
        return name

    def beginnings(self, names: Iterable[str]) -> list[str]:
        """The addresses, of these and of the redirects, that no redirect leads to: each page by what was asked for."""
        led_to = set(self.moved.values())
        return [name for name in dict.fromkeys([*names, *self.moved]) if name not in led_to]


def redirects_among(source: Source, answers: Iterable[Recorded]) -> Redirects:
    """The redirects among some recorded answers."""
    return Redirects(
        {
            source.access.canonical(each.url): source.access.canonical(redirect_target(each.url, location))
            for each in answers
            if each.status in MOVED and (location := each.headers.get("location"))
        }
    )


HEAD = 65_536
NAMED = 4096  # a page that names its encoding does so in its first bytes


@dataclass(slots=True)
class ReplayReader:
    """The `get` of a replay: what a live fetch of the same captures, by name of their follow, would give. `data` is the folder
    below which our own archive lies."""

    db: Database
    data: Path
    source: Source
    pages: Mapping[str, Recorded]
    trail: Redirects
    requests: int = 0
    not_modified: int = 0
    captures: list[Capture] = field(default_factory=list)

    def __call__(self, follow: Follow) -> Fetched | None:
        """The page at an address, or None when there is no capture of it. Raises a SourceError as a live fetch would."""
        recorded = self.pages.get(self.trail.end(follow.name))
        if recorded is None:
            return None
        if recorded.revisit:
            return self._again(recorded, captures.last_capture(self.db, recorded.url))
        last = to_compare(self.db, self.source, recorded.url)
        capture = captured(recorded)
        self.captures.append(capture)
        page = answered(recorded, self.source)
        same = last is not None and last.sha256 == capture.sha256
        self.not_modified += same
        return Fetched(None if same and self.source.answer.bulk else page, capture)

    def _again(self, recorded: Recorded, last: Capture | None) -> Fetched | None:
        """The same answer as the last one accepted, which is where its body is kept; None when it is kept no more."""
        if last is None or last.file is None or last.offset is None:
            return None
        capture = Capture(
            recorded.url, recorded.fetched_at, recorded.status, last.sha256, recorded.headers.get("etag"),
            recorded.headers.get("last-modified"), last.file, last.offset,
        )  # fmt: skip
        read = to_compare(self.db, self.source, recorded.url)
        try:
            known = self.source.answer.bulk and read and read.sha256 == last.sha256
            page = None if known else page_of(read_answer(self.data / last.file, last.offset), recorded.url, recorded.fetched_at)
        except BadArchive:
            return None
        self.captures.append(capture)
        self.not_modified += 1
        return Fetched(page, capture)


@dataclass(slots=True)
class ArchiveReader:
    """A `get` that gives the bodies of some captures whatever came since: to parse them again, or to accept a held run. The files
    of the captures are relative to the folder `data` or absolute."""

    source: Source
    data: Path
    pages: Mapping[str, Capture]
    trail: Redirects
    requests: int = 0
    not_modified: int = 0
    captures: list[Capture] = field(default_factory=list)

    def __call__(self, follow: Follow) -> Fetched | None:
        """The page of a capture, or None when there is none or its file is gone."""
        kept = self.pages.get(self.trail.end(follow.name))
        if kept is None:
            return None
        try:
            recorded = stored_answer(self.data, kept)
            capture = captured(recorded)
            page = answered(recorded, self.source)
        except (OSError, BadArchive):
            return None
        self.captures.append(capture)
        return Fetched(page, capture)


def archive_reader(source: Source, data: Path, captures: Iterable[Capture]) -> ArchiveReader:
    """The `get` of some captures. What was no answer then (a record that is gone) is none now."""
    lie = [each for each in captures if each.file and each.offset is not None]
    pages = {source.access.canonical(each.url): each for each in lie if each.status in (200, 304)}
    moved = []
    for each in lie:
        if each.status in MOVED:
            with suppress(BadArchive):
                moved.append(stored_answer(data, each))
    return ArchiveReader(source, data, pages, redirects_among(source, moved))


def stored_answer(data: Path, capture: Capture) -> Recorded:
    """The answer of a capture where it lies in the archive. Raises BadArchive when it does not."""
    found = read_answer(data / (capture.file or ""), capture.offset or 0)
    return replace(found, url=capture.url, fetched_at=capture.fetched_at)


def captured(recorded: Recorded) -> Capture:
    """What is noted of a recorded answer. Raises Unreachable when it was cut."""
    digest, length = measured(recorded)
    headers = recorded.headers
    announced = headers.get("content-length", "")
    if recorded.cut or (announced.isdigit() and "content-encoding" not in headers and int(announced) != length):
        raise Unreachable(f"{recorded.url} was cut: {length} bytes came of {announced or 'more'}")
    return Capture(
        recorded.url, recorded.fetched_at, recorded.status, digest, headers.get("etag"), headers.get("last-modified"),
        str(recorded.file.resolve()), recorded.offset,
    )  # fmt: skip


def answered(recorded: Recorded, source: Source) -> Page:
    """The page of a recorded answer. Raises Refused or Unreachable when it is none, as a live fetch would."""
    why = refusal(recorded.status, list(recorded.headers.items()), recorded.head(HEAD), recorded.url, source)
    if why:
        raise (Refused if why.blocked else Unreachable)(f"{recorded.url}: {why.reason}")
    return page_of(recorded, recorded.url, recorded.fetched_at)


def page_of(recorded: Recorded, url: str, met: datetime) -> Page:
    """The page of a recorded answer, met again at an address and a time: its encoding is the one that it came with."""
    content_type = recorded.headers.get("content-type", "")
    head = b"" if "charset" in content_type.lower() else recorded.head(NAMED)
    return Page(url, recorded.open, met, content_type, encoding(content_type, head))


def measured(recorded: Recorded) -> tuple[str, int]:
    """SHA-256 and length of a body, read in blocks."""
    digest, length = hashlib.sha256(), 0
    with recorded.open() as body:
        while block := body.read(1 << 20):
            digest.update(block)
            length += len(block)
    return digest.hexdigest(), length
