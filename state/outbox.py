"""The outbox: one row for each alert and place, written with the alert, so that none is lost and none is made twice.

A row is pending → sending → sent. An attempt whose outcome nobody knows (no answer came, or the sender was killed) is `unknown`
until the next attempt looks first; what is refused for good, or given up, is `failed`. Each place (channel and target) is a queue:
its oldest row goes first, and while that one waits, so does the queue, and no other.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlite_utils import Database

from state.db import connection_of, write
from state.encode import stamp
from state.queries.history import Row

WAITING = "('pending', 'sending', 'unknown')"


REFUSED = "refused until a person mends it: "  # how the error of a channel begins that takes nothing at all


@dataclass(frozen=True, slots=True)
class Place:
    """Where deliveries go. More than `summary_above` alerts of one run become one summary with the rest below it (None: never)."""

    channel: str
    target: str = ""
    summary_above: int | None = None


def put(connection: sqlite3.Connection, place: Place, run: int, alerts: Sequence[int]) -> None:
    """Deliveries of a run's alerts to a place; one that is there already stays as it is."""
    summary = None
    if place.summary_above is not None and len(alerts) > place.summary_above:
        summary = insert(connection, place, f"run-{run}")
    now = stamp(datetime.now(UTC))
    connection.executemany(
        "INSERT INTO deliveries (alert, parent, channel, target, key, status, queued_at) VALUES (?, ?, ?, ?, ?, 'pending', ?)"
        " ON CONFLICT (key) DO NOTHING",
        [[alert, summary, place.channel, place.target, _key(place, str(alert)), now] for alert in alerts],
    )


def put_notice(db: Database, key: str, text: str, places: Iterable[Place]) -> None:
    """Tell those who look after the bot; the same key is told once."""
    with write(db) as connection:
        cursor = connection.execute(
            "INSERT INTO notices (key, text, created_at) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING",
            [key, text, stamp(datetime.now(UTC))],
        )
        if cursor.rowcount:
            for place in places:
                insert(connection, place, f"notice-{cursor.lastrowid}", notice=cursor.lastrowid)


def insert(connection: sqlite3.Connection, place: Place, name: str, due: datetime | None = None, notice: int | None = None) -> int:
    """One delivery that is no alert's, a summary or a notice; returns its id, also when it was there."""
    key = _key(place, name)
    connection.execute(
        "INSERT INTO deliveries (notice, channel, target, key, status, queued_at, next_attempt_at)"
        " VALUES (?, ?, ?, ?, 'pending', ?, ?) ON CONFLICT (key) DO NOTHING",
        [notice, place.channel, place.target, key, stamp(datetime.now(UTC)), due and stamp(due)],
    )
    return int(connection.execute("SELECT id FROM deliveries WHERE key = ?", [key]).fetchone()[0])


def sent(db: Database, delivery: int, remote_id: str | None, parts: bool) -> None:
    """A delivery arrived; with `parts`, a summary carried those below it along."""
    with write(db) as connection:
        connection.execute(
            "UPDATE deliveries SET status = 'sent', sent_at = ?, remote_id = ?, error = NULL, lease_until = NULL, holder = NULL"
            " WHERE id = ?" + (" OR (parent = ? AND status <> 'sent')" if parts else ""),
            [stamp(datetime.now(UTC)), remote_id, delivery, *([delivery] if parts else [])],
        )


def later(db: Database, delivery: int, error: str, due: datetime, unsure: bool) -> None:
    """A delivery did not arrive yet: it is tried again when due (aware UTC). `unsure`: it may have arrived all the same."""
    with write(db) as connection:
        connection.execute(
            "UPDATE deliveries SET status = iif(unsure OR ?, 'unknown', 'pending'), unsure = unsure OR ?, error = ?,"
            " next_attempt_at = ?, lease_until = NULL, holder = NULL WHERE id = ?",
            [unsure, unsure, error, stamp(due), delivery],
        )


def failed(db: Database, delivery: int, error: str, unsure: bool = False) -> None:
    """A delivery was refused for good, or is given up."""
    with write(db) as connection:
        connection.execute(
            "UPDATE deliveries SET status = 'failed', unsure = unsure OR ?, error = ?, lease_until = NULL, holder = NULL"
            " WHERE id = ?",
            [unsure, error, delivery],
        )


def retry(db: Database, deliveries: Iterable[int]) -> int:
    """Queue deliveries that did not arrive again, at once and with all their time; returns how many."""
    with write(db) as connection:
        return sum(
            connection.execute(
                "UPDATE deliveries SET status = iif(unsure, 'unknown', 'pending'), first_attempt_at = NULL, next_attempt_at = NULL,"
                " error = NULL WHERE id = ? AND status IN ('pending', 'unknown', 'failed')",
                [each],
            ).rowcount
            for each in deliveries
        )


def drop(db: Database, deliveries: Iterable[int]) -> int:
    """Take deliveries that did not arrive out of the outbox; returns how many. What lies below a summary stays and goes alone."""
    with write(db) as connection:
        count = 0
        for each in deliveries:
            connection.execute(
                "UPDATE deliveries SET parent = NULL WHERE parent = ?"
                " AND (SELECT status FROM deliveries WHERE id = ?) IN ('pending', 'unknown', 'failed')",
                [each, each],
            )
            count += connection.execute(
                "DELETE FROM deliveries WHERE id = ? AND status IN ('pending', 'unknown', 'failed')", [each]
            ).rowcount
        return count


def listing(db: Database, alert: int | None = None) -> list[Row]:
    """All deliveries that did not arrive yet, or all of one alert with the summaries above them, oldest first."""
    where, values = f"d.status IN {WAITING} OR d.status = 'failed'", []
    if alert is not None:
        where = "d.alert = ? OR d.id IN (SELECT parent FROM deliveries WHERE alert = ?)"
        values = [alert, alert]
    rows = connection_of(db).execute(
        "SELECT d.id AS delivery, d.channel, d.target, d.status, d.attempts, d.queued_at, d.next_attempt_at, d.sent_at, d.error,"
        " d.alert, coalesce(a.headline, n.text, 'summary') AS headline FROM deliveries d LEFT JOIN alerts a ON a.id = d.alert"
        f" LEFT JOIN notices n ON n.id = d.notice WHERE {where} ORDER BY d.id",
        values,
    )
    return [dict(row) for row in rows]


def _key(place: Place, name: str) -> str:
    return ":".join(filter(None, [place.channel, place.target, name]))
