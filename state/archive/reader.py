"""Reader of captures in WARC files: ours, or the export of a web archive."""

import gzip
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, cast

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from state.archive.writer import part

IN_MEMORY = 16 * 1024 * 1024


class BadArchive(Exception):
    """Error: the file is not a WARC file, or is damaged from the start."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One recorded response. `fetched_at` is aware UTC; `headers` have lower-case names; `revisit`: the response was the same as
    before, and no body is kept; `cut`: the recorder says that the body is truncated."""

    url: str
    fetched_at: datetime
    status: int
    headers: dict[str, str]
    file: Path
    offset: int
    revisit: bool = False
    cut: bool = False

    @property
    def path(self) -> Path:
        """Path of the file, or of its `.part` while the run is under way or after it was killed."""
        return self.file if self.file.exists() else part(self.file)

    def open(self) -> BinaryIO:
        """Open the decoded body at its start."""
        with self._body() as stream:
            return _spooled(stream)

    def head(self, size: int) -> bytes:
        """Return the first bytes of the decoded body, without reading the rest."""
        with self._body() as stream:
            found = b""
            while len(found) < size and (more := stream.read(size - len(found))):
                found += more
            return found

    @contextmanager
    def _body(self) -> Iterator[Any]:
        with self.path.open("rb") as stream:
            stream.seek(self.offset)
            yield next(iter(ArchiveIterator(stream))).content_stream()


def read_archive(file: Path) -> Iterator[Recorded]:
    """Yield the recorded responses of a file, in its order. Stops where a truncated file ends; raises BadArchive when nothing can
    be read."""
    try:
        with file.open("rb") as stream:
            archive = ArchiveIterator(stream)
            for record in _answers(archive):
                yield _recorded(file, record, archive.get_record_offset())
    except (OSError, EOFError, ArchiveLoadFailed, gzip.BadGzipFile, UnicodeDecodeError) as error:
        raise BadArchive(f"{file} is not a readable WARC file ({error}).") from error


def read_answer(file: Path, offset: int) -> Recorded:
    """Return the recorded response at an offset of a file. Raises BadArchive when there is none."""
    try:
        with (file if file.exists() else part(file)).open("rb") as stream:
            stream.seek(offset)
            record = next(_answers(ArchiveIterator(stream)), None)
            found = record and _recorded(file, record, offset)
    except (OSError, EOFError, ArchiveLoadFailed, gzip.BadGzipFile, UnicodeDecodeError) as error:
        raise BadArchive(f"{file} cannot be read at {offset} ({error}).") from error
    if found is None:
        raise BadArchive(f"{file} has no answer at {offset}.")
    return found


def _answers(archive: Any) -> Iterator[Any]:
    return (record for record in archive if record.rec_type in ("response", "revisit", "resource"))


def _recorded(file: Path, record: Any, offset: int) -> Recorded:
    headers = record.http_headers
    return Recorded(
        url=record.rec_headers.get_header("WARC-Target-URI").strip("<>"),
        fetched_at=datetime.fromisoformat(record.rec_headers.get_header("WARC-Date")).astimezone(UTC),
        status=int(headers.get_statuscode() or 0) if headers else 200,
        headers={name.lower(): value for name, value in headers.headers} if headers else _content_type(record),
        file=file,
        offset=offset,
        revisit=record.rec_type == "revisit",
        cut=record.rec_headers.get_header("WARC-Truncated") is not None,
    )


def _content_type(record: Any) -> dict[str, str]:
    return {"content-type": record.rec_headers.get_header("Content-Type") or ""}


def _spooled(stream: Any) -> BinaryIO:
    spool = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (the caller closes it)
    for block in iter(partial(stream.read, 1 << 20), b""):
        spool.write(block)
    spool.seek(0)
    return cast(BinaryIO, spool)
