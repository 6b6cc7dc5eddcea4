"""Politeness, shared by all processes: pauses of hosts, their robots.txt for a day, and the daily budget of a source."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlite_utils import Database

from state.db import connection_of, write
from state.encode import moment, stamp


def wait_s(db: Database, host: str, now: datetime) -> tuple[float, bool]:
    """Return the seconds until a host may get a request, and whether it asked for the pause itself. A pause that begins in the
    future was recorded by a clock that ran ahead: it begins now, so that nobody waits longer than the pause."""
    row = connection_of(db).execute("SELECT * FROM hosts WHERE host = ?", [host]).fetchone()
    if row is None:
        return 0.0, False
    since, until, asked = moment(row["since"]), moment(row["until"]), bool(row["asked"])
    if since > now:
        until -= since - now
        with write(db) as connection:
            connection.execute("UPDATE hosts SET since = ?, until = ? WHERE host = ?", [stamp(now), stamp(until), host])
    return max(0.0, (until - now).total_seconds()), asked


def pause(db: Database, host: str, since: datetime, until: datetime, asked: bool = False) -> None:
    """Record that a host gets no request between two times (aware UTC). `asked`: it asked for that itself (Retry-After), and then a
    longer pause on record stays."""
    with write(db) as connection:
        connection.execute(
            "INSERT INTO hosts (host, since, until, asked) VALUES (?, ?, ?, ?) ON CONFLICT (host) DO UPDATE"
            " SET since = excluded.since, until = excluded.until, asked = excluded.asked"
            " WHERE NOT excluded.asked OR julianday(excluded.until) > julianday(until)",
            [host, stamp(since), stamp(until), asked],
        )


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
