"""The steps that are measured, each in a process of its own; each prints its seconds, its peak memory and how it ended, as JSON."""

import hashlib
import json
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any


def loads(file: str) -> None:
    """Only parse the lines, the floor of any reader."""
    import orjson

    began = time.perf_counter()
    with Path(file).open("rb") as stream:
        for line in stream:
            orjson.loads(line)
    say(time.perf_counter() - began, what="orjson.loads")


def insert(file: str) -> None:
    """Let sqlite-utils insert the file, from the command line."""
    target = Path(file).with_suffix(".plain.db")
    target.unlink(missing_ok=True)
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "sqlite_utils", "insert", str(target), "deliverables", file, "--nl", "--pk", "id"],
        check=True,
        capture_output=True,
    )
    say(time.perf_counter() - began, what="sqlite-utils insert --nl")


def load(committees: str, deliverables: str, database: str) -> None:
    """The first poll of all, into a database that knows the committees."""
    from sources.iso import committees as committee_source

    first(database, committee_source.source, Path(committees))
    poll(deliverables, database)


def poll(file: str, database: str) -> None:
    """One poll of the deliverables, some days after the last."""
    from sources.iso.deliverables import source

    first(database, source, Path(file), told=True)


def first(database: str, source: Any, file: Path, told: bool = False) -> None:
    from bot.attribute import load_attributor
    from bot.parse import Answer
    from bot.pipeline import Desk
    from bot.pipeline import poll as whole_poll
    from bot.watch import load_watchlist
    from sources.base import Follow, Page
    from state import runs
    from state.db import open_database
    from state.model import Capture
    from tests.world import way

    db = open_database(Path(database))
    desk = Desk(db, Path(database).parent, load_attributor(), [load_watchlist("china", "china")])
    before = runs.latest(db, source.name)
    now = datetime.fromisoformat(before["observed_at"]) + timedelta(days=1) if before else datetime(2026, 1, 7, 6, tzinfo=UTC)

    def get(follow: Follow) -> Answer:
        with file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        capture = Capture(follow.url, now, 200, digest)
        last = runs.last_capture(db, follow.url)
        if last and last.sha256 == digest:
            return Answer(None, capture)
        return Answer(Page(follow.url, lambda: file.open("rb"), now), capture)

    began = time.perf_counter()
    run = whole_poll(desk, source, way(get), now, "run")
    seconds = time.perf_counter() - began
    if told:
        say(seconds, f"{run.status}, {run.records} records, {run.changed} changed, {run.alerts} alerts")


def say(seconds: float, status: str = "", what: str = "") -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "mb": peak, "status": status, "what": what}))
