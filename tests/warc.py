"""WARC files for tests and for `replay`: `python -m tests.warc OUT.warc.gz DATE URL FILE [DATE URL FILE …]`.

Each capture says that the bytes of FILE were had from URL on DATE (2026-11-24) at 06:00 UTC.
"""

import mimetypes
import sys
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter


class Captured(NamedTuple):
    """An answer of status 200: address, time (aware UTC), body, and headers beside its type and length."""

    url: str
    at: datetime
    body: bytes
    headers: dict[str, str]


def write_warc(path: Path, captures: Iterable[Captured]) -> Path:
    """Write captures into a gzip WARC file; returns its path."""
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        writer._create_temp_file = BytesIO  # its own temporary files are never closed
        for url, at, body, headers in captures:
            given = {"Content-Type": "application/octet-stream", "Content-Length": str(len(body)), **headers}
            http = StatusAndHeaders("200 OK", list(given.items()), protocol="HTTP/1.1")
            when = {"WARC-Date": at.astimezone(UTC).isoformat().replace("+00:00", "Z")}
            writer.write_record(
                writer.create_warc_record(url, "response", BytesIO(body), http_headers=http, warc_headers_dict=when)
            )
    return path


def main(words: list[str]) -> None:
    """Write the file that the command line describes."""
    if len(words) < 4 or len(words) % 3 != 1:
        sys.exit(__doc__)
    captures = []
    for day, url, file in zip(words[1::3], words[2::3], words[3::3], strict=True):
        headers = {"Content-Type": mimetypes.guess_type(file)[0] or "application/octet-stream"}
        at = datetime.combine(date.fromisoformat(day), time(6), UTC)
        captures.append(Captured(url, at, Path(file).read_bytes(), headers))
    print(f"Wrote {write_warc(Path(words[0]), captures)}")


if __name__ == "__main__":
    main(sys.argv[1:])
