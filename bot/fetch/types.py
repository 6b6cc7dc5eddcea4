"""Types of a request and its response, the headers that we send, and the body: hashed while it comes in, kept in memory when
small and in a file when large."""

import hashlib
import io
import re
import tempfile
from codecs import lookup
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from bot.errors import Refused, SourceError
from bot.fetch.urls import REDIRECT_STATUSES
from sources.base import Source
from state.archive.writer import Reply
from state.model import Capture

HEAD, TAIL = 1 << 16, 1 << 10
IN_MEMORY = 1 << 20
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_:.-]+)", re.I)
_META = re.compile(r"<meta[^>]{0,200}?charset\s*=\s*[\"']?([A-Za-z0-9_:.-]+)", re.I)


@dataclass(frozen=True, slots=True)
class Body:
    """A complete body. `head` and `tail` are its first 64 KiB and last KiB, `sha256` is in hex, `held` is the whole body or the
    path of its file."""

    length: int
    sha256: str
    tail: bytes
    head: bytes
    held: bytes | Path

    def open(self) -> BinaryIO:
        """Open the body from the start, any number of times, while the folder of its file exists."""
        return self.held.open("rb") if isinstance(self.held, Path) else io.BytesIO(self.held)


def receive(chunks: Iterable[bytes], folder: Path) -> Body:
    """Read a body to its end. A body larger than 1 MiB goes into a file in the folder."""
    digest, length, tail = hashlib.sha256(), 0, b""
    memory = bytearray()
    file: IO[bytes] | None = None
    with ExitStack() as stack:
        for chunk in chunks:
            digest.update(chunk)
            length += len(chunk)
            tail = (tail + chunk)[-TAIL:]
            if file is None and length > IN_MEMORY:
                file = stack.enter_context(tempfile.NamedTemporaryFile(dir=folder, delete=False))
                file.write(memory)
                del memory[HEAD:]
            if file is None:
                memory += chunk
            else:
                file.write(chunk)
    return Body(length, digest.hexdigest(), tail, bytes(memory[:HEAD]), Path(file.name) if file else bytes(memory))


def encoding(content_type: str, head: bytes) -> str:
    """Return the character encoding named by the Content-Type, else by the page itself, else UTF-8."""
    for pattern, text in ((_CHARSET, content_type), (_META, head[:4096].decode("latin-1"))):
        if named := pattern.search(text):
            try:
                return lookup(named.group(1)).name
            except LookupError:
                continue
    return "utf-8"


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of time, size and number. Times are in seconds, sizes in bytes of the decoded body."""

    connect_s: float = 15.0
    read_s: float = 30.0
    total_s: float = 600.0
    body_bytes: int = 256 * 1024 * 1024
    redirects: int = 5
    attempts: int = 3
    retry_wait_s: float = 1.0
    retry_wait_max_s: float = 20.0
    patience_s: float = 60.0  # a longer Retry-After ends the poll
    kept_open_s: float = 10.0  # an idle connection; one that the host closed meanwhile is noticed


@dataclass(frozen=True, slots=True)
class Received:
    """One complete response with its capture. `unchanged`: it is the response of last time."""

    reply: Reply
    body: Body
    capture: Capture
    unchanged: bool

    def header(self, name: str) -> str | None:
        """Return the value of a header by its name in lower case, or None."""
        return header(self.reply, name)

    @property
    def moved_to(self) -> str | None:
        """Redirect target as printed, or None."""
        return self.header("location") if self.reply.status in REDIRECT_STATUSES else None


class BudgetExhausted(Refused):
    """The daily requests of a source are used up."""


class Retryable(Exception):
    """An error worth another attempt; `error` is raised when no attempt is left. `waits`: the host named a time itself, for which
    the next turn waits anyway."""

    def __init__(self, error: SourceError, waits: bool = False):
        super().__init__(str(error))
        self.error, self.waits = error, waits


def retry_wait(error: Exception) -> bool | float:
    """Tell stamina if and when to retry: False for never, True after our own wait, 0.0 at the next turn."""
    return isinstance(error, Retryable) and (0.0 if error.waits else True)


def header(reply: Reply, name: str) -> str | None:
    """Return the value of a header by its name in lower case, or None."""
    return next((value for each, value in reply.headers if each.lower() == name), None)


ACCEPTS = {
    "html": "text/html,application/xhtml+xml,*/*;q=0.5",
    "json": "application/json,*/*;q=0.5",
    "jsonl": "application/x-ndjson,application/json,*/*;q=0.5",
    "xml": "application/xml,text/xml,*/*;q=0.5",
    "csv": "text/csv,*/*;q=0.5",
}


def headers(source: Source, version: str, contact: str) -> dict[str, str]:
    """Return the headers of every request for a source: User-Agent and what is accepted."""
    return {
        "User-Agent": user_agent(version, contact),
        "Accept": ACCEPTS[source.answer.kind],
        "Accept-Encoding": "gzip, deflate, br",
        "Accept-Language": "en",
    }


def user_agent(version: str, contact: str) -> str:
    """Return the User-Agent, in a form that also passes filters which refuse names of libraries."""
    plain = "".join(each for each in contact if each.isascii() and each.isprintable() and each not in "();")
    return f"Mozilla/5.0 (compatible; standards-watch/{version}" + (f"; +{plain})" if plain else ")")


def validators(last: Capture | None) -> dict[str, str]:
    """Return the headers of a conditional request: the ETag and date of the last capture."""
    given = {"If-None-Match": last.etag, "If-Modified-Since": last.last_modified} if last else {}
    return {name: value for name, value in given.items() if value}
