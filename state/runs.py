"""Runs: one poll of one source, with its outcome. The lock of the source is held while it runs."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from sqlite_utils import Database

from state.db import connection_of, path_of, write
from state.encode import moment, stamp
from state.locks import lock

ACCEPTED = ("baseline", "ok", "unchanged")
REPARSE = "reparse"  # trigger of a run in which a new parser reads the archive
ENDED = "its process ended"  # error of a run that was not finished


@dataclass(slots=True)
class Run:
    """Poll of one source with its outcome and counts, as `run` and `replay` report it. `observed_at` is aware UTC."""

    id: int
    source: str
    observed_at: datetime
    trigger: str
    status: str = "running"
    records: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0
    alerts: int = 0
    requests: int = 0
    not_modified: int = 0
    error: str | None = None
    notes: dict[str, int] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        """True when the run was accepted: its result is, or confirmed, the stored state."""
        return self.status in ACCEPTED


@contextmanager
def running(db: Database, source: str, observed_at: datetime, trigger: str, code_version: str) -> Iterator[Run]:
    """Hold a source and open its run while the block polls it. Raises Locked when it is being polled already. An exception in the
    block fails the run; one that comes of writing (sqlite3.Error, OSError) is raised only if that cannot be written either."""
    with hold(path_of(db), [source]):
        run = begin(db, source, observed_at, trigger, code_version)
        try:
            yield run
        except (sqlite3.Error, OSError) as error:
            if not _failed(db, run, f"nothing could be written ({error})"):
                raise
        except Exception as error:
            _failed(db, run, f"a fault in this program: {error!r}")
            raise


@contextmanager
def hold(db_path: Path, sources: Iterable[str]) -> Iterator[None]:
    """Hold sources, so that nobody else polls them while the block runs. Raises Locked when one is being polled."""
    with ExitStack() as locks:
        for source in sources:
            locks.enter_context(lock(db_path, f"source-{source}", f"{source} is being polled by"))
        yield


def begin(db: Database, source: str, observed_at: datetime, trigger: str, code_version: str) -> Run:
    """Open a run of a source whose lock is held: a run that was left open has no process any more, and failed."""
    with write(db) as connection:
        connection.execute("UPDATE runs SET status = 'failed', error = ? WHERE source = ? AND status = 'running'", [ENDED, source])
        cursor = connection.execute(
            "INSERT INTO runs (source, trigger, observed_at, status, code_version) VALUES (?, ?, ?, 'running', ?)",
            [source, trigger, stamp(observed_at), code_version],
        )
        return Run(cursor.lastrowid or 0, source, observed_at, trigger)


def finish(connection: sqlite3.Connection, run: Run) -> None:
    """Store the outcome of a run. Call it in the transaction that writes the results of the run."""
    connection.execute(
        "UPDATE runs SET status = ?, records = ?, added = ?, changed = ?, removed = ?, alerts = ?, requests = ?, not_modified = ?,"
        " error = ?, notes = ? WHERE id = ?",
        [
            run.status, run.records, run.added, run.changed, run.removed, run.alerts, run.requests, run.not_modified,
            run.error, orjson.dumps(run.notes).decode() if run.notes else None, run.id,
        ],
    )  # fmt: skip


def on_record(db: Database, source: str, observed_at: datetime) -> Run | None:
    """Return the run of an observation (aware UTC) that is already on record, for a repeated replay; None when it is to be polled.
    An accepted run is returned as `unchanged`, a failed or quarantined one as it was if a later run was accepted since. An older
    observation that is not on record cannot be inserted before later ones: `failed`. A failed or quarantined run without a later
    accepted one is deleted and polled again; so is an accepted one whose resulting state was lost."""
    connection = connection_of(db)
    row = connection.execute(
        "SELECT * FROM runs WHERE source = ? AND observed_at = ? AND status <> 'running' AND trigger <> ? ORDER BY id DESC LIMIT 1",
        [source, stamp(observed_at), REPARSE],
    ).fetchone()
    latest = connection.execute("SELECT accepted_at FROM sources WHERE name = ?", [source]).fetchone()
    overtaken = latest is not None and latest["accepted_at"] is not None and moment(latest["accepted_at"]) > observed_at
    if row and row["status"] in ACCEPTED:
        return latest and Run(row["id"], source, observed_at, row["trigger"], "unchanged", row["records"])
    if row and overtaken:
        return Run(row["id"], source, observed_at, row["trigger"], row["status"], row["records"] or 0, error=row["error"])
    if overtaken:
        error = f"it is older than the last accepted poll ({latest['accepted_at']}); replay history into a new database first"
        return Run(0, source, observed_at, "replay", "failed", error=error)
    if row:
        delete(db, row["id"])
    return None


def delete(db: Database, number: int) -> None:
    """Delete a run that was not accepted, with its rows of captures."""
    with write(db) as connection:
        connection.execute("DELETE FROM captures WHERE run = ?", [number])
        connection.execute("DELETE FROM runs WHERE id = ?", [number])


def latest(db: Database, source: str) -> dict[str, Any] | None:
    """Return the newest run of a source as a row of the table, or None."""
    row = connection_of(db).execute("SELECT * FROM runs WHERE source = ? ORDER BY id DESC LIMIT 1", [source]).fetchone()
    return dict(row) if row else None


def latest_accepted(db: Database, source: str) -> dict[str, Any] | None:
    """Return the newest accepted run of a source, of a poll or a replay, as a row of the table, or None."""
    query = f"SELECT * FROM runs WHERE source = ? AND status IN {ACCEPTED} ORDER BY id DESC LIMIT 1"
    row = connection_of(db).execute(query, [source]).fetchone()
    return dict(row) if row else None


# a poll that was broken off, by a restart for instance, says nothing of its source
LIVE = f"trigger NOT IN ('replay', 'demo', '{REPARSE}') AND status <> 'running' AND error IS NOT '{ENDED}'"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Finished poll: its time (aware UTC), its status, and its error or an empty text."""

    at: datetime
    status: str
    error: str


def last(db: Database, source: str) -> Outcome | None:
    """Return the newest poll of a source, by order of writing, or None before the first."""
    return _outcome(db, source, "ORDER BY id DESC")


def last_good(db: Database, source: str) -> Outcome | None:
    """Return the newest accepted poll of a source, or None."""
    return _outcome(db, source, f"AND status IN {ACCEPTED} ORDER BY id DESC")


def first(db: Database, source: str) -> Outcome | None:
    """Return the first poll of a source, or None."""
    return _outcome(db, source, "ORDER BY id")


def newest_time(db: Database) -> datetime | None:
    """Return the latest time (aware UTC) of a poll of any source, by the clock of then, or None."""
    row = connection_of(db).execute(f"SELECT max(observed_at) FROM runs WHERE {LIVE}").fetchone()
    return moment(row[0]) if row[0] else None


def counts(db: Database) -> list[tuple[str, str, int]]:
    """Return the number of polls by source and status."""
    rows = connection_of(db).execute(f"SELECT source, status, count(*) FROM runs WHERE {LIVE} GROUP BY source, status")
    return [(row[0], row[1], row[2]) for row in rows]


def _outcome(db: Database, source: str, rest: str) -> Outcome | None:
    query = f"SELECT observed_at, status, error FROM runs WHERE source = ? AND {LIVE} {rest} LIMIT 1"
    row = connection_of(db).execute(query, [source]).fetchone()
    return Outcome(moment(row["observed_at"]), row["status"], row["error"] or "") if row else None


def _failed(db: Database, run: Run, error: str) -> bool:
    """Store that a run failed, unless its outcome is stored already; return True when it was open."""
    run.status, run.error = "failed", error
    run.records = run.added = run.changed = run.removed = run.alerts = 0
    with write(db) as connection:
        failed = "UPDATE runs SET status = 'failed', error = ? WHERE id = ? AND status = 'running'"
        return connection.execute(failed, [error, run.id]).rowcount > 0
