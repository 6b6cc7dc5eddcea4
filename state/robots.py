"""The robots.txt of each origin as last fetched, kept for a day."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from state.db import connection_of, write
from state.encode import moment, stamp

FRESH = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Robots:
    """The answer to a request for robots.txt."""

    status: int
    body: str


def remembered(db: Database, origin: str, now: datetime) -> Robots | None:
    """What an origin answered less than a day ago, or None."""
    row = connection_of(db).execute("SELECT * FROM robots WHERE origin = ?", [origin]).fetchone()
    if row is None or not timedelta(0) <= now - moment(row["fetched_at"]) < FRESH:
        return None
    return Robots(row["status"], row["body"])


def remember(db: Database, origin: str, robots: Robots, now: datetime) -> None:
    """Keep what an origin answered."""
    with write(db) as connection:
        connection.execute(
            "INSERT OR REPLACE INTO robots (origin, fetched_at, status, body) VALUES (?, ?, ?, ?)",
            [origin, stamp(now), robots.status, robots.body],
        )
