"""The hosts that we ask, one row each: who has a request under way, and when the next may start. All processes on the database
share it, so that together they keep the pace of one."""

import sqlite3
from datetime import datetime, timedelta

from sqlite_utils import Database

from state.db import connection_of, write
from state.encode import moment, stamp
from state.holder import alive

LEASE = timedelta(seconds=60)
BUSY_S = 0.2  # how soon to look again while another request is under way


def take(db: Database, host: str, holder: str, now: datetime, pace_s: float) -> float:
    """Take a host for one request. Returns 0.0 when it is ours now, otherwise the seconds after which to try again."""
    with write(db) as connection:
        row = _row(connection, host)
        if row and (wait := _wait(row, holder, now, pace_s)) > 0:
            return wait
        connection.execute(
            "INSERT INTO hosts (host, holder, lease_until) VALUES (?, ?, ?)"
            " ON CONFLICT (host) DO UPDATE SET holder = excluded.holder, lease_until = excluded.lease_until",
            [host, holder, stamp(now + LEASE)],
        )
    return 0.0


def renew(db: Database, host: str, holder: str, now: datetime) -> None:
    """Say that the request is still under way."""
    with write(db) as connection:
        connection.execute("UPDATE hosts SET lease_until = ? WHERE host = ? AND holder = ?", [stamp(now + LEASE), host, holder])


def give(db: Database, host: str, holder: str, next_at: datetime) -> None:
    """Give the host back; the next request may start at `next_at`."""
    with write(db) as connection:
        connection.execute(
            "UPDATE hosts SET next_at = ?, holder = NULL, lease_until = NULL WHERE host = ? AND holder = ?",
            [stamp(next_at), host, holder],
        )


def hold(db: Database, host: str, until: datetime) -> None:
    """Leave the host alone until then: it asked for that."""
    with write(db) as connection:
        connection.execute(
            "INSERT INTO hosts (host, held_until) VALUES (?, ?) ON CONFLICT (host) DO UPDATE SET held_until = excluded.held_until",
            [host, stamp(until)],
        )


def held_until(db: Database, host: str) -> datetime | None:
    """Until when the host asked to be left alone, past or future, or None."""
    row = _row(connection_of(db), host)
    return moment(row["held_until"]) if row and row["held_until"] else None


def _row(connection: sqlite3.Connection, host: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = connection.execute("SELECT * FROM hosts WHERE host = ?", [host]).fetchone()
    return row


def _wait(row: sqlite3.Row, holder: str, now: datetime, pace_s: float) -> float:
    held = (moment(row["held_until"]) - now).total_seconds() if row["held_until"] else 0.0
    # a clock that was set back must not hold us for longer than the pace asks
    paced = min((moment(row["next_at"]) - now).total_seconds(), 2 * pace_s) if row["next_at"] else 0.0
    other = row["holder"]
    busy = other and other != holder and moment(row["lease_until"]) > now and alive(other)
    return max(held, paced, BUSY_S if busy else 0.0)
