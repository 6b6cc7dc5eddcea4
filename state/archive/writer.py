"""Evidence archive, writing: every response of a run in one gzip WARC 1.1 file, `<folder>/archive/<yyyy>/<mm>/<run name>.warc.gz`.

Format of a stored response:
- The body is decoded (no transfer or content coding), without the local parts of e-mail addresses (`state/archive/redaction.py`).
  These are the bytes that were parsed, so that a replay sees the same.
- `Content-Length` is that of this body. `Transfer-Encoding`, `Content-Encoding` and the length on the wire are kept as
  `X-Archive-Orig-…`, the convention of web archives. Every other header is kept as received (where a mirror redirects to itself,
  the original of that address).
- Cookies and authorisation headers are left out.
- An unchanged response (304, or 200 with the same bytes) is a `revisit` that refers to the body stored before.
- An incomplete response is not stored.

A file is written as `….warc.gz.part` and renamed when the run ends, with success or not. Only a killed run leaves a `.part`, and
that can be read, too.
"""

import gzip
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordbuilder import RecordBuilder
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from state.archive.redaction import redact
from state.db import make_folder, private
from state.encode import moment, stamp

Headers = Sequence[tuple[str, str]]
CONFORMS_TO = "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
LEVEL = 5  # of gzip: the highest takes twice the time and saves a fiftieth of the space
PROFILE = "http://netpreserve.org/warc/1.1/revisit/"
WIRE = frozenset({"content-length", "content-encoding", "transfer-encoding"})
SECRET = frozenset(
    {"set-cookie", "set-cookie2", "cookie", "authorization", "proxy-authorization", "www-authenticate", "proxy-authenticate",
     "authentication-info", "proxy-authentication-info"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reply:
    """Head of a response: address, time (aware UTC, whole seconds), status, reason and headers as received."""

    url: str
    fetched_at: datetime
    status: int
    reason: str
    headers: Headers


@dataclass(frozen=True, slots=True)
class StoredBody:
    """Stored response. `body` reads its bytes; a revisit has none: `revisit_of` is address and time of the response that has."""

    reply: Reply
    body: BinaryIO
    revisit_of: tuple[str, datetime] | None = None


class Archive:
    """Archive below a data folder."""

    def __init__(self, folder: Path):
        self.folder = folder

    def run(self, name: str, started: datetime, info: Mapping[str, str]) -> "RunFile":
        """Return the file for the responses of one run; it is created with the first one. `info` goes into its `warcinfo`."""
        day = started.astimezone(UTC)
        return RunFile(self.folder, f"archive/{day:%Y}/{day:%m}/{name}.warc.gz", info)


class RunFile:
    """Archive file of one run; a context manager, because the file is renamed at the end."""

    def __init__(self, folder: Path, file: str, info: Mapping[str, str]):
        self.folder, self.file, self._info = folder, file, info
        self._stream: IO[bytes] | None = None

    def __enter__(self) -> "RunFile":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._stream:
            self._stream.close()
            self._stream = None
            path = self.folder / self.file
            part(path).replace(path)

    def response(self, reply: Reply, body: BinaryIO, length: int) -> tuple[str, int]:
        """Store a response; returns the file, relative to the folder, and the offset of its record in bytes."""
        return self._write("response", reply, {}, body, length)

    def revisit(self, reply: Reply, original: tuple[str, datetime]) -> tuple[str, int]:
        """Store a revisit of an earlier response, `original` (address and time); returns as `response` does."""
        profile = "server-not-modified" if reply.status == 304 else "identical-payload-digest"
        about = {
            "WARC-Profile": PROFILE + profile,
            "WARC-Refers-To-Target-URI": original[0],
            "WARC-Refers-To-Date": stamp(original[1]),
        }
        return self._write("revisit", reply, about, None, 0)

    def _write(self, kind: str, reply: Reply, about: dict[str, str], body: BinaryIO | None, length: int) -> tuple[str, int]:
        stream = self._opened()
        offset = stream.tell()
        record = RecordBuilder("WARC/1.1").create_warc_record(
            reply.url, kind, payload=body, length=length, http_headers=_headers(reply, None if body is None else length),
            warc_headers_dict={"WARC-Date": stamp(reply.fetched_at), **about},
        )  # fmt: skip
        try:
            pack(stream, record)
        except BaseException:  # full disk or interrupt: keep the records before this one valid
            stream.seek(offset)
            stream.truncate()
            raise
        return self.file, offset

    def _opened(self) -> IO[bytes]:
        if self._stream is None:
            path = part(self.folder / self.file)
            make_folder(path.parent)
            self._stream = open(path, "wb", opener=private)  # noqa: SIM115 (closed at the end of the run)
            info = {"format": "WARC File Format 1.1", "conformsTo": CONFORMS_TO, **self._info}
            pack(self._stream, RecordBuilder("WARC/1.1").create_warcinfo_record(Path(self.file).name, info))
        return self._stream


def pack(stream: BinaryIO | IO[bytes], record: ArcWarcRecord) -> None:
    """Write a record as its own gzip member."""
    with gzip.GzipFile("", "wb", LEVEL, stream, mtime=0) as member:
        WARCWriter(member, gzip=False, warc_version="1.1").write_record(record)


@contextmanager
def read_capture(folder: Path, file: str, offset: int) -> Iterator[StoredBody]:
    """Open the stored response of a row of `captures`. Raises LookupError when the archive no longer has it."""
    path = folder / file
    try:
        stream = (path if path.exists() else part(path)).open("rb")
    except FileNotFoundError as error:
        raise LookupError(f"the archive has no file {file} any more") from error
    with stream:
        stream.seek(offset)
        try:
            record = next(ArchiveIterator(stream))
        except (StopIteration, ArchiveLoadFailed) as error:
            raise LookupError(f"the archive file {file} has no record at {offset}") from error
        yield _kept(record)


def part(path: Path) -> Path:
    """Return the name of an archive file while its run is under way."""
    return path.with_name(path.name + ".part")


def _kept(record: ArcWarcRecord) -> StoredBody:
    about, http = record.rec_headers, record.http_headers
    status = http.get_statuscode()
    reply = Reply(
        about["WARC-Target-URI"],
        moment(about["WARC-Date"]),
        int(status),
        http.statusline[len(status) :].strip(),
        tuple(http.headers),
    )
    refers = about.get_header("WARC-Refers-To-Date")
    original = (about["WARC-Refers-To-Target-URI"], moment(refers)) if refers else None
    return StoredBody(reply, record.content_stream(), original)


def _headers(reply: Reply, length: int | None) -> StatusAndHeaders:
    kept: list[tuple[str, str]] = []
    for name, value in reply.headers:
        if name.lower() in WIRE:
            kept.append((f"X-Archive-Orig-{name}", value))
        elif name.lower() not in SECRET:
            kept.append((name, redact(value)))
    if length is not None:
        kept.append(("Content-Length", str(length)))
    return StatusAndHeaders(f"{reply.status} {reply.reason}".rstrip(), kept, protocol="HTTP/1.1")
