"""Politeness per host, shared by all processes: one request at a time, robots.txt for a day, and the daily budget of a source."""

import sqlite3
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlite_utils import Database

from state.db import connection_of, write
from state.encode import moment, stamp
from state.locks import is_alive

LEASE = timedelta(seconds=60)
BUSY_S = 0.2  # seconds until the next try while another request is under way


def take_turn(db: Database, host: str, holder: str, now: datetime, pace_s: float) -> float:
    """Lease a host for one request. Returns 0.0 when it is leased, otherwise the seconds after which to try again."""
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


def renew_turn(db: Database, host: str, holder: str, now: datetime) -> None:
    """Extend the lease of a request that is still under way."""
    with write(db) as connection:
        connection.execute("UPDATE hosts SET lease_until = ? WHERE host = ? AND holder = ?", [stamp(now + LEASE), host, holder])


def release_turn(db: Database, host: str, holder: str, next_at: datetime) -> None:
    """Release the host; the next request may start at `next_at` (aware UTC)."""
    with write(db) as connection:
        connection.execute(
            "UPDATE hosts SET next_at = ?, holder = NULL, lease_until = NULL WHERE host = ? AND holder = ?",
            [stamp(next_at), host, holder],
        )


def hold(db: Database, host: str, until: datetime) -> None:
    """Store that the host asked for no requests until a time (aware UTC)."""
    with write(db) as connection:
        connection.execute(
            "INSERT INTO hosts (host, held_until) VALUES (?, ?) ON CONFLICT (host) DO UPDATE SET held_until = excluded.held_until",
            [host, stamp(until)],
        )


def held_until(db: Database, host: str) -> datetime | None:
    """Return the time (aware UTC, past or future) until which the host asked for no requests, or None."""
    row = _row(connection_of(db), host)
    return moment(row["held_until"]) if row and row["held_until"] else None


def _row(connection: sqlite3.Connection, host: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = connection.execute("SELECT * FROM hosts WHERE host = ?", [host]).fetchone()
    return row


def _wait(row: sqlite3.Row, holder: str, now: datetime, pace_s: float) -> float:
    held = (moment(row["held_until"]) - now).total_seconds() if row["held_until"] else 0.0
    # a clock that was set back must not make us wait much longer than the pace
    paced = min((moment(row["next_at"]) - now).total_seconds(), 2 * pace_s) if row["next_at"] else 0.0
    other = row["holder"]
    busy = other and other != holder and moment(row["lease_until"]) > now and is_alive(other)
    return max(held, paced, BUSY_S if busy else 0.0)


FRESH = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Robots:
    """Response to a request for robots.txt."""

    status: int
    body: str


def stored_robots(db: Database, origin: str, now: datetime) -> Robots | None:
    """Return the robots.txt of an origin fetched less than a day ago, or None."""
    row = connection_of(db).execute("SELECT * FROM robots WHERE origin = ?", [origin]).fetchone()
    if row is None or not timedelta(0) <= now - moment(row["fetched_at"]) < FRESH:
        return None
    return Robots(row["status"], row["body"])


def store_robots(db: Database, origin: str, robots: Robots, now: datetime) -> None:
    """Store the robots.txt of an origin."""
    with write(db) as connection:
        connection.execute(
            "INSERT OR REPLACE INTO robots (origin, fetched_at, status, body) VALUES (?, ?, ?, ?)",
            [origin, stamp(now), robots.status, robots.body],
        )


def count_request(db: Database, source: str, day: date, limit: int) -> bool:
    """Count one more request of a source on a UTC day; False, and nothing counted, when its budget is used up."""
    with write(db) as connection:
        cursor = connection.execute(
            "INSERT INTO budgets (source, day, requests) SELECT ?, ?, 1 WHERE ? > 0"
            " ON CONFLICT (source, day) DO UPDATE SET requests = requests + 1 WHERE requests < ?",
            [source, day.isoformat(), limit, limit],
        )
        return cursor.rowcount > 0
