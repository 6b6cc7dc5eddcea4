"""Polls of UNESCO's document catalogue, whose gate is the time of its last publication."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import BinaryIO

import orjson

from benchmarks.measure import measured
from benchmarks.steps.deliverables import checked, china_context
from benchmarks.worlds.catalogue import catalogue
from bot.logs import set_up
from bot.parse.result import Fetched
from bot.run.pipeline import poll as whole_poll
from sources.base import Expect, Follow, Page
from sources.unesco import documents
from sources.unesco.datahub import CATALOGUE
from sources.unesco.documents import export_of_years
from state import runs
from state.model import Capture
from tests.worlds.committee_list import way

NOW = datetime(2026, 11, 25, 6, tzinfo=UTC)
SOURCE = replace(documents.source, expect=Expect(records=(1, 10**6), max_gone=0.05))


def world(file: str, rows: str) -> None:
    """Write the export file."""
    with Path(file).open("wb") as stream:
        stream.writelines(catalogue(int(rows)))
    with measured() as report:
        report["output"] = Path(file).stat().st_size


def parse(file: str) -> None:
    """Only parse the export into records."""
    page = Page(export_of_years(NOW.year), partial(open_file, Path(file)), NOW)
    with measured() as report:
        report["output"] = sum(1 for _ in documents.parse(page))


def open_file(file: Path) -> BinaryIO:
    return file.open("rb")


def poll(file: str, database: str, published: str) -> None:
    """Poll once, a day after the last poll; `published` is the change token behind the gate."""
    set_up("text", "error")
    context = china_context(Path(database))
    before = runs.latest(context.db, SOURCE.name)
    now = datetime.fromisoformat(before["observed_at"]) + timedelta(days=1) if before else NOW
    with context.db, measured() as report:  # closed, so that a copy of the file is whole
        run = checked(whole_poll(context, SOURCE, way(hub(Path(file), published, now)), now, "run"))
        report["output"] = f"{run.status}, {run.records} records"


def hub(file: Path, published: str, now: datetime) -> Callable[[Follow], Fetched]:
    """Return the fetch function of a poll: the gate, and the export behind it."""
    gate = {
        "total_count": 1,
        "results": [{"dataset_id": "doc001", "metas": {"default": {"title": "U", "data_processed": published}}}],
    }

    def get(follow: Follow) -> Fetched:
        page = Page(follow.url, partial(open_file, file), now)
        if follow.url == CATALOGUE:
            page = Page.of(follow.url, orjson.dumps(gate), now)
        return Fetched(page, Capture(follow.url, now, 200, published))

    return get
