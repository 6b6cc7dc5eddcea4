"""Years of weekly polls through the whole pipeline, and queries on the result."""

import hashlib
import io
import shutil
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.measure import measured
from benchmarks.steps.deliverables import checked, china_context
from benchmarks.worlds import committees as committee_world
from benchmarks.worlds import deliverables as deliverable_world
from bot.context import RunContext
from bot.logs import set_up
from bot.parse.result import Fetched
from bot.run.pipeline import poll
from sources.base import Follow, Page, Source
from sources.iso import committees, deliverables
from state.db import connection_of
from state.model import Capture
from state.runs import Run
from tests.worlds.committee_list import way

FIRST = datetime(2026, 1, 7, 6, tzinfo=UTC)
ROWS, CHANGED = 4_000, 80


def build(folder: str, weeks: str, share: str) -> None:
    """Poll week after week up to the last of `weeks` ("52,260,520"). At each of these weeks a copy of the database is kept, with
    the files of the following week. `share` is the fraction of the full size."""
    set_up("text", "error")
    here, marks = Path(folder), [int(each) for each in weeks.split(",")]
    database = here / "growing.db"
    context = china_context(database)
    size, last = float(share), max(marks) + 1
    files = zip(
        committee_world.weekly(last, int(committee_world.COMMITTEES * size), steady=True),
        deliverable_world.weekly(last, int(ROWS * size), int(CHANGED * size)),
        strict=True,
    )
    with context.db, measured():
        for week, bodies in enumerate(files):
            if week in marks:
                connection_of(context.db).execute("PRAGMA wal_checkpoint(TRUNCATE)")
                shutil.copy(database, here / f"week-{week}.db")
                for name, body in zip(("committees", "deliverables"), bodies, strict=True):
                    (here / f"week-{week}-{name}.jsonl").write_bytes(body)
            both(context, bodies, FIRST + timedelta(weeks=week))


def next_week(folder: str, database: str, week: str) -> None:
    """Poll the week after a mark, on a copy of its database."""
    set_up("text", "error")
    here, context = Path(folder), china_context(Path(database))
    bodies = tuple((here / f"week-{week}-{name}.jsonl").read_bytes() for name in ("committees", "deliverables"))
    with context.db, measured() as report:
        report["output"] = both(context, bodies, FIRST + timedelta(weeks=int(week)))


def ask(database: str, *words: str) -> None:
    """Run a command on a database within this process, and measure the second run, so that no import counts."""
    said(database, *words)
    with measured() as report:
        report["output"] = said(database, *words)


def said(database: str, *words: str) -> int:
    """Run a command and return the number of lines that it prints."""
    from bot.cli import cli

    with redirect_stdout(io.StringIO()) as out:
        cli.main(["--db", database, *words], standalone_mode=False)
    return len(out.getvalue().splitlines())


def both(context: RunContext, bodies: tuple[bytes, ...], now: datetime) -> str:
    """Poll the committees, then the deliverables, and return a summary."""
    runs = [
        poll_once(context, source, body, now) for source, body in zip((committees.source, deliverables.source), bodies, strict=True)
    ]
    return ", ".join(f"{run.status}: {run.changed} of {run.records} changed" for run in runs)


def poll_once(context: RunContext, source: Source, body: bytes, now: datetime) -> Run:
    small = replace(source, expect=replace(source.expect, records=(1, 10**6)))  # fewer rows than the body has
    digest = hashlib.sha256(body).hexdigest()

    def get(follow: Follow) -> Fetched:
        return Fetched(Page(follow.url, lambda: io.BytesIO(body), now), Capture(follow.url, now, 200, digest))

    return checked(poll(context, small, way(get), now, "run"))
