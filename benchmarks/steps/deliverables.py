"""Polls of ISO's deliverables through the whole pipeline except the network: the answer is a file on disk."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.measure import measured
from bot.attribute import load_attributor
from bot.context import RunContext
from bot.decide.watchlist import load_watchlist
from bot.parse.result import Fetched
from bot.run.pipeline import poll as whole_poll
from sources.base import Follow, Page, Source
from sources.iso import committees, deliverables
from state import runs
from state.archive import captures
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
    with measured() as report:
        report["output"] = (here / "first.jsonl").stat().st_size


def load(committee_file: str, file: str, database: str) -> None:
    """Load the committees, then the deliverables, into a new database."""
    context = china_context(Path(database))
    with context.db:
        poll_once(context, database, committees.source, Path(committee_file))
    poll(file, database)


def poll(file: str, database: str) -> None:
    """Poll once, a day after the last poll."""
    context = china_context(Path(database))
    with context.db, measured() as report:  # closed, so that a copy of the file is whole
        run = poll_once(context, database, deliverables.source, Path(file))
        report["output"] = f"{run.status}, {run.records} records, {run.changed} changed, {run.alerts} alerts"


def china_context(database: Path) -> RunContext:
    """Open the context of a run that watches China and has no channel."""
    return RunContext(open_database(database), database.parent, load_attributor(), [load_watchlist("china", "china")])


def checked(run: Run) -> Run:
    """Return the run. Raises RuntimeError when it was not accepted, for then its cost means nothing."""
    if not run.good:
        raise RuntimeError(f"the poll was not accepted: {run.status}, {run.error}")
    return run


def poll_once(context: RunContext, database: str, source: Source, file: Path) -> Run:
    before = runs.latest(context.db, source.name)
    now = datetime.fromisoformat(before["observed_at"]) + timedelta(days=1) if before else datetime(2026, 1, 7, 6, tzinfo=UTC)

    def get(follow: Follow) -> Fetched:
        with file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        capture = Capture(follow.url, now, 200, digest)
        last = captures.last_capture(context.db, follow.url)
        same = last is not None and last.sha256 == digest
        return Fetched(None if same else Page(follow.url, lambda: file.open("rb"), now), capture)

    small = replace(source, expect=replace(source.expect, records=(1, 10**6)))  # a short run has fewer rows than the body
    return checked(whole_poll(context, small, way(get), now, "run"))
