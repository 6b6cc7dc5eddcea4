"""Runs: one poll of one source. The row of a run that is under way is also the lease that keeps others off that source."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from sqlite_utils import Database

from state.db import connection_of, write
from state.encode import moment, stamp
from state.holder import alive, me
from state.model import Capture

LEASE = timedelta(minutes=15)
ACCEPTED = ("baseline", "ok", "unchanged")
NEWEST = (
    f"FROM captures c JOIN runs r ON r.id = c.run WHERE r.status IN {ACCEPTED} AND c.url = ?1 AND (?2 IS NULL OR r.source = ?2)"
    " ORDER BY c.id DESC LIMIT 1"
)


class Busy(Exception):
    """Another process is polling this source now."""


@dataclass(slots=True)
class Run:
    """One poll of one source: what `run` and `replay` report of it. `observed_at` is aware UTC."""

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
        """Whether its answer became, or confirmed, the state we hold."""
        return self.status in ACCEPTED


def begin(db: Database, source: str, observed_at: datetime, trigger: str, code_version: str) -> Run:
    """Take the lease of a source by opening a run. Raises Busy when another process holds it; a run whose process is gone,
    or whose lease ran out, left nothing behind and is dropped."""
    now = datetime.now(UTC)
    with write(db) as connection:
        left = connection.execute(
            "SELECT id, holder, lease_until FROM runs WHERE source = ? AND status = 'running'", [source]
        ).fetchone()
        if left:
            if alive(left["holder"]) and moment(left["lease_until"]) > now:
                raise Busy(f"{source} is being polled by {left['holder']} now; try again when it has finished")
            connection.execute("DELETE FROM runs WHERE id = ?", [left["id"]])
        cursor = connection.execute(
            "INSERT INTO runs (source, trigger, observed_at, status, code_version, holder, lease_until)"
            " VALUES (?, ?, ?, 'running', ?, ?, ?)",
            [source, trigger, stamp(observed_at), code_version, me(), stamp(now + LEASE)],
        )
        return Run(cursor.lastrowid or 0, source, observed_at, trigger)


def renew(db: Database, run: Run) -> None:
    """Say that a run is still alive (called between its pages)."""
    until = stamp(datetime.now(UTC) + LEASE)
    with write(db) as connection:
        connection.execute("UPDATE runs SET lease_until = ? WHERE id = ? AND status = 'running'", [until, run.id])


def finish(connection: sqlite3.Connection, run: Run) -> None:
    """Write how a run ended; it gives the lease back. Call it in the transaction that holds what the run found."""
    connection.execute(
        "UPDATE runs SET status = ?, records = ?, added = ?, changed = ?, removed = ?, alerts = ?, requests = ?, not_modified = ?,"
        " error = ?, notes = ?, holder = NULL, lease_until = NULL WHERE id = ?",
        [
            run.status, run.records, run.added, run.changed, run.removed, run.alerts, run.requests, run.not_modified,
            run.error, orjson.dumps(run.notes).decode() if run.notes else None, run.id,
        ],
    )  # fmt: skip


def keep_captures(connection: sqlite3.Connection, run: Run, captures: Iterable[Capture]) -> dict[str, int]:
    """Write where the answers of a run are kept; returns the capture's row by address."""
    kept = {}
    for c in captures:
        body = _body(connection, c) if c.revisit else None
        cursor = connection.execute(
            "INSERT INTO captures (run, url, fetched_at, status, etag, last_modified, sha256, file, offset, body)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [run.id, c.url, stamp(c.fetched_at), c.status, c.etag, c.last_modified, c.sha256, c.file, c.offset, body],
        )
        kept[c.url] = cursor.lastrowid or 0
    return kept


def _body(connection: sqlite3.Connection, capture: Capture) -> int | None:
    """The row of the capture that holds the body of one that says "as before"; another source may have met a newer one."""
    row = connection.execute(
        f"SELECT coalesce(c.body, c.id) FROM captures c JOIN runs r ON r.id = c.run WHERE r.status IN {ACCEPTED} AND c.url = ?"
        " AND c.sha256 IS ? ORDER BY c.id DESC LIMIT 1",
        [capture.url, capture.sha256],
    ).fetchone()
    return row and int(row[0])


def on_record(db: Database, source: str, observed_at: datetime) -> Run | None:
    """What an observation that is already on record came to, for a replay that meets it again: `unchanged` if it was accepted,
    as it was if a later one was accepted since. An older observation that is not on record cannot be put in between: failed.
    A failed or held one that nothing has overtaken is dropped from the record, to be tried again; an accepted one is taken anew
    where the state that it left was lost."""
    connection = connection_of(db)
    row = connection.execute(
        "SELECT * FROM runs WHERE source = ? AND observed_at = ? AND status <> 'running' ORDER BY id DESC LIMIT 1",
        [source, stamp(observed_at)],
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
        forget(db, row["id"])
    return None


def forget(db: Database, number: int) -> None:
    """Take a run that came to nothing off the record, with its captures' rows."""
    with write(db) as connection:
        connection.execute("DELETE FROM captures WHERE run = ?", [number])
        connection.execute("DELETE FROM runs WHERE id = ?", [number])


def last_capture(db: Database, url: str, source: str | None = None) -> Capture | None:
    """The newest accepted capture of an address, by one source or by any: its validators and digest, and when and where its body
    was kept (which a capture that says "as before" does not hold itself)."""
    # by their order of writing, which a clock that was set back does not turn round
    row = connection_of(db).execute(f"SELECT c.* {NEWEST}", [url, source]).fetchone()
    body = row and row["body"] and connection_of(db).execute("SELECT * FROM captures WHERE id = ?", [row["body"]]).fetchone()
    held = body or row
    return row and Capture(
        row["url"], moment(held["fetched_at"]), row["status"], row["sha256"], row["etag"], row["last_modified"],
        held["file"], held["offset"],
    )  # fmt: skip


def last_captures(db: Database, source: str) -> list[Capture]:
    """The newest capture of every address that a source itself has accepted, in their order: what it holds was read from these."""
    rows = connection_of(db).execute(
        "SELECT c.url FROM captures c JOIN runs r ON r.id = c.run WHERE r.source = ? GROUP BY c.url ORDER BY max(c.id)", [source]
    )
    return [capture for row in rows.fetchall() if (capture := last_capture(db, row["url"], source))]


def captures_of(db: Database, number: int) -> list[Capture]:
    """The captures of one run, each with where its body lies."""
    rows = connection_of(db).execute(
        "SELECT c.*, coalesce(b.file, c.file) AS body_file, coalesce(b.offset, c.offset) AS body_offset"
        " FROM captures c LEFT JOIN captures b ON b.id = c.body WHERE c.run = ? ORDER BY c.id",
        [number],
    )
    return [
        Capture(
            row["url"], moment(row["fetched_at"]), row["status"], row["sha256"], row["etag"], row["last_modified"],
            row["body_file"], row["body_offset"],
        )
        for row in rows
    ]  # fmt: skip


def latest(db: Database, source: str) -> dict[str, Any] | None:
    """The newest run of a source, as it stands in the table."""
    row = connection_of(db).execute("SELECT * FROM runs WHERE source = ? ORDER BY id DESC LIMIT 1", [source]).fetchone()
    return dict(row) if row else None
