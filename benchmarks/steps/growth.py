"""Years of weekly polls through the whole pipeline, and what is asked of them."""

import hashlib
import io
import shutil
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.steps.meter import measured
from benchmarks.worlds import committees as committee_world
from benchmarks.worlds import deliverables as deliverable_world
from bot.attribute import load_attributor
from bot.context import RunContext
from bot.decide.watchlist import load_watchlist
from bot.logs import set_up
from bot.parse.result import Fetched
from bot.run.pipeline import poll
from sources.base import Follow, Page, Source
from sources.iso import committees, deliverables
from state.db import connection_of, open_database
from state.model import Capture
from state.runs import Run
from tests.worlds.committee_list import way

FIRST = datetime(2026, 1, 7, 6, tzinfo=UTC)
ROWS, CHANGED = 4_000, 80


def build(folder: str, weeks: str, share: str) -> None:
    """Poll week after week up to the last of `weeks` ("52,260,520"); at each of these a copy of the database is kept, and the files
    of the week after it. `share` is that of the full size."""
    set_up("text", "error")
    here, marks = Path(folder), [int(each) for each in weeks.split(",")]
    database = here / "growing.db"
    desk = seated(database)
    size, last = float(share), max(marks) + 1
    files = zip(
        committee_world.weekly(last, int(committee_world.COMMITTEES * size), steady=True),
        deliverable_world.weekly(last, int(ROWS * size), int(CHANGED * size)),
        strict=True,
    )
    with desk.db, measured():
        for week, bodies in enumerate(files):
            if week in marks:
                connection_of(desk.db).execute("PRAGMA wal_checkpoint(TRUNCATE)")
                shutil.copy(database, here / f"week-{week}.db")
                for name, body in zip(("committees", "deliverables"), bodies, strict=True):
                    (here / f"week-{week}-{name}.jsonl").write_bytes(body)
            both(desk, bodies, FIRST + timedelta(weeks=week))


def next_week(folder: str, database: str, week: str) -> None:
    """The poll of the week after a mark, on a copy of its database."""
    set_up("text", "error")
    here, desk = Path(folder), seated(Path(database))
    bodies = tuple((here / f"week-{week}-{name}.jsonl").read_bytes() for name in ("committees", "deliverables"))
    with desk.db, measured() as told:
        told["said"] = both(desk, bodies, FIRST + timedelta(weeks=int(week)))


def ask(database: str, *words: str) -> None:
    """A command on a database, within this process; the second time, so that no import is counted."""
    said(database, *words)
    with measured() as told:
        told["said"] = said(database, *words)


def said(database: str, *words: str) -> int:
    """How many lines a command says."""
    from bot.cli import cli

    with redirect_stdout(io.StringIO()) as out:
        cli.main(["--db", database, *words], standalone_mode=False)
    return len(out.getvalue().splitlines())


def seated(database: Path) -> RunContext:
    """A desk that watches China and tells nobody."""
    return RunContext(open_database(database), database.parent, load_attributor(), [load_watchlist("china", "china")])


def both(desk: RunContext, bodies: tuple[bytes, ...], now: datetime) -> str:
    """Poll the committees, then the deliverables; returns what was seen."""
    runs = [polled(desk, source, body, now) for source, body in zip((committees.source, deliverables.source), bodies, strict=True)]
    return ", ".join(f"{run.status}: {run.changed} of {run.records} changed" for run in runs)


def polled(desk: RunContext, source: Source, body: bytes, now: datetime) -> Run:
    small = replace(source, expect=replace(source.expect, records=(1, 10**6)))  # fewer rows than the body has
    digest = hashlib.sha256(body).hexdigest()

    def get(follow: Follow) -> Fetched:
        return Fetched(Page(follow.url, lambda: io.BytesIO(body), now), Capture(follow.url, now, 200, digest))

    run = poll(desk, small, way(get), now, "run")
    if not run.good:
        raise RuntimeError(f"the poll is no measure: {run.status}, {run.error}")
    return run
