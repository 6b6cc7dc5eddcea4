"""Sample data for `demo`: recorded as a WARC file and replayed through the same code as live data."""

from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import files
from io import BytesIO
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from sources.base import Expect, Source
from sources.iso.committees import ADDRESS, source

STATES = ("2026-09-02", "2026-09-09", "2026-09-16")


def sample_source() -> Source:
    """Return the source of ISO committees, with the expectation of two dozen records instead of the whole list."""
    return replace(source, expect=Expect(records=(20, 60), max_gone=0.1, filled={"title": 1.0}, keeps=("secretariat",)))


def record_sample(path: Path) -> Path:
    """Write the sample states as captures into a WARC file, each on its day at 06:00 UTC."""
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        for day in STATES:
            body = files("bot").joinpath("sample", f"iso-committees.{day}.jsonl").read_bytes()
            when = datetime.fromisoformat(day).replace(hour=6, tzinfo=UTC).isoformat().replace("+00:00", "Z")
            headers = [("Content-Type", "application/octet-stream"), ("Content-Length", str(len(body)))]
            record = writer.create_warc_record(
                ADDRESS, "response", payload=BytesIO(body), length=len(body), warc_headers_dict={"WARC-Date": when},
                http_headers=StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1"),
            )  # fmt: skip
            writer.write_record(record)
    return path
