"""How long the whole document catalogue of UNESCO takes: `python -m benchmarks.unesco [ROWS]`.

Rows are generated in the shape of `doc001`; every seventh document has three language versions. Timed are reading the export alone,
the first load, a poll whose gate is shut, and one whose gate is open on the same data; the memory is the most that was ever held.
"""

import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson

from bot.attribute import load_attributor
from bot.parse import Answer
from bot.pipeline import Desk, poll
from bot.watch import load_watchlist
from sources.base import Expect, Follow, Page
from sources.unesco import documents
from sources.unesco.datahub import CATALOGUE
from state.db import open_database
from state.model import Capture
from tests.world import way

ROWS = 283_889  # what the catalogue held in February 2026
NOW = datetime(2026, 11, 25, 6, tzinfo=UTC)
SOURCE = replace(documents.source, expect=Expect(records=(1, 10**6), max_gone=0.05))
RIGHTS = f'<a href="https://creativecommons.org/licenses/by-sa/3.0/igo/" title="{"licence text " * 18}">CC BY-SA 3.0 IGO</a>'
CREATORS = ("Invented Institute for Education", "Invented National Commission for UNESCO", "UNESCO, Doe, Jo")
SUBJECTS = ("Higher education", "Student evaluation", "Academic standards", "Ethics of technology", "Cultural heritage")


def rows(count: int) -> Iterator[bytes]:
    """So many rows of the catalogue, as JSON objects."""
    number = written = 0
    while written < count:
        number += 1
        for language in ("eng", "fre", "spa")[: 3 if number % 7 == 0 else 1]:
            written += 1
            if written > count:
                return
            yield orjson.dumps(row(number, language))


def row(number: int, language: str) -> dict[str, object]:
    """One row: invented document `number` in a language."""
    return {
        "url": f"https://unesdoc.unesco.org/ark:/48223/pf{number:010}" + ("" if language == "eng" else f"/{language}"),
        "uuid": f"{number:08x}-ebb7-4000-8000-000000000000",
        "title": f"Report number {number} on the invented programme, with proposals for its future in {2000 + number % 25}",
        "year": [str(1950 + number % 77)], "language": [language], "type": ["programme and meeting document"],
        "document_type": "programme and meeting document", "description": "Includes bibliography", "subject": list(SUBJECTS),
        "creator": CREATORS[number % 3], "rights": RIGHTS, "isbn": None, "document_code": f"{number % 222 + 1} EX/{number % 60}",
    }  # fmt: skip


def catalogue(processed: str) -> bytes:
    """The catalogue with the time of the last publication."""
    metas = {"default": {"title": "UNESDOC", "data_processed": processed}}
    return orjson.dumps({"total_count": 1, "results": [{"dataset_id": "doc001", "metas": metas}]})


def hub(file: Path, processed: str) -> Callable[[Follow], Answer]:
    """The `get` of a poll."""

    def get(follow: Follow) -> Answer:
        body = catalogue(processed)
        page = Page.of(follow.url, body, NOW) if follow.url == CATALOGUE else Page(follow.url, lambda: file.open("rb"), NOW)
        return Answer(page, Capture(follow.url, NOW, 200, processed))

    return get


def timed(name: str, step: Callable[[], object]) -> None:
    """Print how long a step took and the most memory held so far."""
    start = time.perf_counter()
    told = step()
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{name:<28} {time.perf_counter() - start:7.1f} s  {peak_mb:7.0f} MB  {told}", flush=True)


def main() -> None:
    """Generate, then time each step."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "doc001.json")
        with file.open("wb") as stream:
            stream.write(b"[")
            for number, each in enumerate(rows(count)):
                stream.write(b"," * (number > 0) + each)
            stream.write(b"]")
        print(f"{count} rows, {file.stat().st_size / 1e6:.0f} MB")
        address = documents.asked_for(NOW.year)
        timed("read and parse alone", lambda: sum(1 for _ in documents.parse(Page(address, lambda: file.open("rb"), NOW))))
        desk = Desk(open_database(Path(folder, "w.db")), Path(folder), load_attributor(), [load_watchlist("china", "china")])
        timed("first load", lambda: told(desk, file, "a", NOW))
        timed("again, gate shut", lambda: told(desk, file, "a", NOW + timedelta(days=1)))
        timed("again, gate open, same data", lambda: told(desk, file, "b", NOW + timedelta(days=2)))


def told(desk: Desk, file: Path, processed: str, now: datetime) -> str:
    """Poll once; returns the outcome."""
    run = poll(desk, SOURCE, way(hub(file, processed)), now, "run")
    return f"{run.status}, {run.records} records {run.error or ''}"


if __name__ == "__main__":
    main()
