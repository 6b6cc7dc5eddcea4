"""Polls of the deliverables of ISO, through the whole pipeline but for the network: the answer is a file on disk."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.steps.meter import measured
from bot.attribute import load_attributor
from bot.context import RunContext
from bot.decide.watchlist import load_watchlist
from bot.parse.result import Fetched
from bot.run.pipeline import poll as whole_poll
from sources.base import Follow, Page, Source
from sources.iso import committees, deliverables
from state import captures, runs
from state.db import open_database
from state.model import Capture
from state.runs import Run
from tests.worlds.committee_list import way


def world(folder: str, rows: str, changed: str) -> None:
    """Write the files: committees, deliverables, the same with one change, and with `changed` changes."""
    from benchmarks.worlds.deliverables import committee_lines, deliverable_lines

    here, count = Path(folder), int(rows)
    for name, lines in {
        "committees": committee_lines(),
        "first": deliverable_lines(count),
        "one": deliverable_lines(count, changed=1),
        "week": deliverable_lines(count, changed=int(changed)),
    }.items():
        with (here / f"{name}.jsonl").open("wb") as stream:
            stream.writelines(lines)
    with measured() as told:
        told["said"] = (here / "first.jsonl").stat().st_size


def load(committee_file: str, file: str, database: str) -> None:
    """The first poll of all, into a database that knows the committees."""
    desk = seated(database)
    with desk.db:
        polled(desk, database, committees.source, Path(committee_file))
    poll(file, database)


def poll(file: str, database: str) -> None:
    """One poll, a day after the last."""
    desk = seated(database)
    with desk.db, measured() as told:  # closed, so that a copy of the file is whole
        run = polled(desk, database, deliverables.source, Path(file))
        told["said"] = f"{run.status}, {run.records} records, {run.changed} changed, {run.alerts} alerts"


def seated(database: str) -> RunContext:
    """A desk that watches China and tells nobody."""
    return RunContext(open_database(Path(database)), Path(database).parent, load_attributor(), [load_watchlist("china", "china")])


def polled(desk: RunContext, database: str, source: Source, file: Path) -> Run:
    before = runs.latest(desk.db, source.name)
    now = datetime.fromisoformat(before["observed_at"]) + timedelta(days=1) if before else datetime(2026, 1, 7, 6, tzinfo=UTC)

    def get(follow: Follow) -> Fetched:
        with file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        capture = Capture(follow.url, now, 200, digest)
        last = captures.last_capture(desk.db, follow.url)
        same = last is not None and last.sha256 == digest
        return Fetched(None if same else Page(follow.url, lambda: file.open("rb"), now), capture)

    small = replace(source, expect=replace(source.expect, records=(1, 10**6)))  # a short run has fewer rows than the body
    run = whole_poll(desk, small, way(get), now, "run")
    if not run.good:
        raise RuntimeError(f"the poll is no measure: {run.status}, {run.error}")
    return run
