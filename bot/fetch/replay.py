"""Replay: answers to a poll from recorded captures instead of the network, from a replayed archive or from our own."""

import hashlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from bot.errors import Refused, Unreachable
from bot.fetch.blocked import non_answer
from bot.fetch.types import encoding
from bot.fetch.urls import REDIRECT_STATUSES, redirect_target
from bot.parse.cache import comparable_capture
from bot.parse.result import Fetched
from sources.base import Follow, Page, Source
from state.archive import captures
from state.archive.reader import BadArchive, Recorded, read_answer
from state.model import Capture


@dataclass(frozen=True, slots=True)
class Redirects:
    """Recorded redirects: `moved` maps each address, by the name of its follow, to its redirect target."""

    moved: Mapping[str, str]

    def end(self, name: str) -> str:
        """Return the final address of a follow after all redirects."""
        passed = set()
        while name in self.moved and name not in passed:
            passed.add(name)
            name = self.moved[name]
        return name

    def start_names(self, names: Iterable[str]) -> list[str]:
        """Return the addresses, among these and the redirects, that no redirect leads to: each page by the address that was
        requested."""
        led_to = set(self.moved.values())
        return [name for name in dict.fromkeys([*names, *self.moved]) if name not in led_to]


def redirects_among(source: Source, answers: Iterable[Recorded]) -> Redirects:
    """Collect the redirects among recorded answers."""
    return Redirects(
        {
            source.access.canonical(each.url): source.access.canonical(redirect_target(each.url, location))
            for each in answers
            if each.status in REDIRECT_STATUSES and (location := each.headers.get("location"))
        }
    )


HEAD = 65_536
NAMED = 4096  # bytes in which a page names its encoding


@dataclass(slots=True)
class ArchiveReader:
    """A `get` of recorded answers by name of their follow: of a replayed archive, or captures of our own archive, whose files are
    absolute or relative to the folder `data`. With a database they are answers of their day, compared with what was accepted
    before, as in a live fetch; without one each is read again, whatever came later."""

    source: Source
    data: Path
    pages: Mapping[str, Recorded] | Mapping[str, Capture]
    redirects: Redirects
    db: Database | None = None
    requests: int = 0
    not_modified: int = 0
    captures: list[Capture] = field(default_factory=list)

    def __call__(self, follow: Follow) -> Fetched | None:
        """Return the recorded answer to a follow, or None when there is no capture or its file is gone. Raises a SourceError as a
        live fetch would."""
        found = self.pages.get(end := self.redirects.end(follow.name))
        if found is None:
            return None
        try:
            recorded = stored_answer(self.data, found) if isinstance(found, Capture) else found
            if recorded.revisit:
                return self._revisit(recorded)
            capture = capture_of(recorded)
            last = self._accepted_before(recorded)
            self.captures.append(capture)
            page = recorded_page(recorded, self.source, recorded.url if end == follow.name else follow.name)
        except (OSError, BadArchive):
            return None
        same = last is not None and last.sha256 == capture.sha256
        self.not_modified += same
        return Fetched(None if same and self.source.answer.bulk else page, capture)

    def _accepted_before(self, recorded: Recorded) -> Capture | None:
        return comparable_capture(self.db, self.source, recorded.url) if self.db else None

    def _revisit(self, recorded: Recorded) -> Fetched | None:
        """Return the answer of the last accepted capture, which holds the body of this revisit; None when its body is no longer
        kept."""
        last = captures.last_capture(self.db, recorded.url) if self.db else None
        if last is None or last.file is None or last.offset is None:
            return None
        capture = Capture(
            recorded.url, recorded.fetched_at, recorded.status, last.sha256, recorded.headers.get("etag"),
            recorded.headers.get("last-modified"), last.file, last.offset,
        )  # fmt: skip
        read = self._accepted_before(recorded)
        skip = self.source.answer.bulk and read and read.sha256 == last.sha256
        page = None if skip else page_of(read_answer(self.data / last.file, last.offset), recorded.url, recorded.fetched_at)
        self.captures.append(capture)
        self.not_modified += 1
        return Fetched(page, capture)


def archive_reader(source: Source, data: Path, captures: Iterable[Capture]) -> ArchiveReader:
    """Build the `get` of some captures. Captures that were not an answer (a record that was gone) are left out."""
    stored = [each for each in captures if each.file and each.offset is not None]
    pages = {source.access.canonical(each.url): each for each in stored if each.status in (200, 304)}
    moved = []
    for each in stored:
        if each.status in REDIRECT_STATUSES:
            with suppress(BadArchive):
                moved.append(stored_answer(data, each))
    return ArchiveReader(source, data, pages, redirects_among(source, moved))


def stored_answer(data: Path, capture: Capture) -> Recorded:
    """Read the answer of a capture from the archive. Raises BadArchive when it is not there."""
    found = read_answer(data / (capture.file or ""), capture.offset or 0)
    return replace(found, url=capture.url, fetched_at=capture.fetched_at)


def capture_of(recorded: Recorded) -> Capture:
    """Return the capture of a recorded answer. Raises Unreachable when the answer was cut."""
    digest, length = measured(recorded)
    headers = recorded.headers
    announced = headers.get("content-length", "")
    if recorded.cut or (announced.isdigit() and "content-encoding" not in headers and int(announced) != length):
        raise Unreachable(f"{recorded.url} was cut: {length} bytes came of {announced or 'more'}")
    return Capture(
        recorded.url, recorded.fetched_at, recorded.status, digest, headers.get("etag"), headers.get("last-modified"),
        str(recorded.file.resolve()), recorded.offset,
    )  # fmt: skip


def recorded_page(recorded: Recorded, source: Source, asked: str) -> Page:
    """Return the page of a recorded answer to a request for the address `asked`. Raises Refused or Unreachable, as a live fetch
    would, when it is not an answer."""
    fault = non_answer(recorded.status, list(recorded.headers.items()), recorded.head(HEAD), recorded.url, source, asked=asked)
    if fault:
        raise (Refused if fault.blocked else Unreachable)(f"{recorded.url}: {fault.reason}")
    return page_of(recorded, recorded.url, recorded.fetched_at)


def page_of(recorded: Recorded, url: str, fetched_at: datetime) -> Page:
    """Return the page of a recorded answer with the given address and time; its encoding is that of the recording."""
    content_type = recorded.headers.get("content-type", "")
    head = b"" if "charset" in content_type.lower() else recorded.head(NAMED)
    return Page(url, recorded.open, fetched_at, content_type, encoding(content_type, head))


def measured(recorded: Recorded) -> tuple[str, int]:
    """Return SHA-256 (hex) and length of a body, read in blocks."""
    digest, length = hashlib.sha256(), 0
    with recorded.open() as body:
        while block := body.read(1 << 20):
            digest.update(block)
            length += len(block)
    return digest.hexdigest(), length
