"""How the polls of a source ended, for those who ask whether all is well. Replayed history says nothing of that."""

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from state.db import connection_of, write
from state.encode import moment
from state.holder import TOKEN
from state.runs import ACCEPTED

LIVE = "trigger NOT IN ('replay', 'demo') AND status <> 'running'"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One poll that is over: its time (aware UTC), how it ended, and why if it came to nothing."""

    at: datetime
    status: str
    error: str


def last(db: Database, source: str) -> Outcome | None:
    """The newest poll of a source, in the order in which they were made, or None before the first."""
    return _one(db, source, "ORDER BY id DESC")


def last_good(db: Database, source: str) -> Outcome | None:
    """The newest poll whose answer became, or confirmed, the state that we hold."""
    return _one(db, source, f"AND status IN {ACCEPTED} ORDER BY id DESC")


def first(db: Database, source: str) -> Outcome | None:
    """The first poll of a source."""
    return _one(db, source, "ORDER BY id")


def newest_time(db: Database) -> datetime | None:
    """The latest time (aware UTC) at which any source was polled, by the clock of then."""
    row = connection_of(db).execute(f"SELECT max(observed_at) FROM runs WHERE {LIVE}").fetchone()
    return moment(row[0]) if row[0] else None


def fail(db: Database, source: str, error: str) -> None:
    """Close the run of a source that this process left open: it failed, for a reason that is not the source's."""
    with write(db) as connection:
        connection.execute(
            "UPDATE runs SET status = 'failed', error = ?, holder = NULL, lease_until = NULL"
            " WHERE source = ? AND status = 'running' AND holder LIKE ?",
            [error, source, f"% {TOKEN}"],
        )


def counts(db: Database) -> list[tuple[str, str, int]]:
    """How many polls ended how: source, status, number."""
    rows = connection_of(db).execute(f"SELECT source, status, count(*) FROM runs WHERE {LIVE} GROUP BY source, status")
    return [(row[0], row[1], row[2]) for row in rows]


def _one(db: Database, source: str, rest: str) -> Outcome | None:
    query = f"SELECT observed_at, status, error FROM runs WHERE source = ? AND {LIVE} {rest} LIMIT 1"
    row = connection_of(db).execute(query, [source]).fetchone()
    return Outcome(moment(row["observed_at"]), row["status"], row["error"] or "") if row else None


def drop(db: Database, source: str) -> None:
    """Take the run of a source that this process began and does not go on with off the record."""
    with write(db) as connection:
        connection.execute("DELETE FROM runs WHERE source = ? AND status = 'running' AND holder LIKE ?", [source, f"% {TOKEN}"])
