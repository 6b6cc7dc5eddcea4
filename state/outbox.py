"""Outbox: one row for each alert and destination, written with the alert, so that none is lost and none is created twice.

A row is pending → sending → sent. An attempt without a known outcome (no response came, or the sender was killed) is `unknown`
until the next attempt, which checks first. A delivery that was rejected permanently, or given up, is `failed`. Each destination
(channel and target) is a queue of its own, whose lock its worker holds: the oldest row goes first, and while it waits, the queue
waits.
"""

import secrets
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlite_utils import Database

from state.db import connection_of, write
from state.encode import moment, stamp
from state.queries.history import Row, alert

WAITING = "('pending', 'sending', 'unknown')"


REFUSED = "refused until a person mends it: "  # prefix of the error of a channel that accepts no delivery


@dataclass(frozen=True, slots=True)
class Destination:
    """Destination of deliveries. More than `summary_above` alerts of one run become one summary with the alerts below it (None:
    never)."""

    channel: str
    target: str = ""
    summary_above: int | None = None


def put(connection: sqlite3.Connection, destination: Destination, run: int, alerts: Sequence[int]) -> None:
    """Queue deliveries of a run's alerts to a destination; existing ones stay unchanged."""
    summary = None
    if destination.summary_above is not None and len(alerts) > destination.summary_above:
        summary = insert(connection, destination, f"run-{run}")
    now = stamp(datetime.now(UTC))
    connection.executemany(
        "INSERT INTO deliveries (alert, parent, channel, target, key, status, queued_at) VALUES (?, ?, ?, ?, ?, 'pending', ?)"
        " ON CONFLICT (key) DO NOTHING",
        [[alert, summary, destination.channel, destination.target, _key(destination, str(alert)), now] for alert in alerts],
    )


def put_notice(db: Database, key: str, text: str, destinations: Iterable[Destination]) -> None:
    """Queue a notice for the operators, once for each key."""
    with write(db) as connection:
        cursor = connection.execute(
            "INSERT INTO notices (key, text, created_at) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING",
            [key, text, stamp(datetime.now(UTC))],
        )
        if cursor.rowcount:
            for destination in destinations:
                insert(connection, destination, f"notice-{cursor.lastrowid}", notice=cursor.lastrowid)


def insert(
    connection: sqlite3.Connection, destination: Destination, name: str, due: datetime | None = None, notice: int | None = None
) -> int:
    """Queue one delivery without an alert, a summary or a notice; returns its id, also when it existed. `due` is aware UTC."""
    key = _key(destination, name)
    connection.execute(
        "INSERT INTO deliveries (notice, channel, target, key, status, queued_at, next_attempt_at)"
        " VALUES (?, ?, ?, ?, 'pending', ?, ?) ON CONFLICT (key) DO NOTHING",
        [notice, destination.channel, destination.target, key, stamp(datetime.now(UTC)), due and stamp(due)],
    )
    return int(connection.execute("SELECT id FROM deliveries WHERE key = ?", [key]).fetchone()[0])


def mark_sent(db: Database, delivery: int, remote_id: str | None, parts: bool) -> None:
    """Mark a delivery as sent; with `parts`, also those below the summary."""
    with write(db) as connection:
        connection.execute(
            "UPDATE deliveries SET status = 'sent', sent_at = ?, remote_id = ?, error = NULL"
            " WHERE id = ?" + (" OR (parent = ? AND status <> 'sent')" if parts else ""),
            [stamp(datetime.now(UTC)), remote_id, delivery, *([delivery] if parts else [])],
        )


def postpone(db: Database, delivery: int, error: str, due: datetime, unsure: bool) -> None:
    """Postpone a delivery that failed; `due` (aware UTC) is the next attempt. `unsure`: it may have arrived all the same."""
    with write(db) as connection:
        connection.execute(
            "UPDATE deliveries SET status = iif(? OR unsure_since IS NOT NULL, 'unknown', 'pending'),"
            " unsure_since = iif(?, ?, unsure_since), error = ?, next_attempt_at = ? WHERE id = ?",
            [unsure, unsure, stamp(datetime.now(UTC)), error, stamp(due), delivery],
        )


def mark_failed(db: Database, delivery: int, error: str, unsure: bool = False) -> None:
    """Mark a delivery as failed: rejected permanently, or given up."""
    with write(db) as connection:
        connection.execute(
            "UPDATE deliveries SET status = 'failed', unsure_since = iif(?, ?, unsure_since), error = ? WHERE id = ?",
            [unsure, stamp(datetime.now(UTC)), error, delivery],
        )


def retry(db: Database, deliveries: Iterable[int]) -> int:
    """Queue deliveries that did not arrive again, due at once and with the full retry period; returns their number."""
    with write(db) as connection:
        return sum(
            connection.execute(
                "UPDATE deliveries SET status = iif(unsure_since IS NULL, 'pending', 'unknown'),"
                " first_attempt_at = NULL, next_attempt_at = NULL,"
                " error = NULL WHERE id = ? AND status IN ('pending', 'unknown', 'failed')",
                [each],
            ).rowcount
            for each in deliveries
        )


def drop(db: Database, deliveries: Iterable[int]) -> int:
    """Delete deliveries that did not arrive; returns their number. Deliveries below a deleted summary stay and are sent singly."""
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
    """Return all deliveries that did not arrive yet, or all of one alert with their summaries, oldest first."""
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


def _key(destination: Destination, name: str) -> str:
    return ":".join(filter(None, [destination.channel, destination.target, name]))


@dataclass(frozen=True, slots=True)
class Sending:
    """Delivery that a worker is sending. `alert` or `notice` is its content; a summary has `parts`, the alerts below it. `thread`
    is the remote id of the summary above; `unsure_since`: when an attempt was made that may have arrived. Times are aware UTC."""

    id: int
    key: str
    target: str
    attempts: int
    queued_at: datetime
    first_attempt_at: datetime
    unsure_since: datetime | None
    alert: Row | None
    notice: str | None
    parts: tuple[Row, ...]
    thread: str | None


def unstored_notice(place: Destination, text: str, now: datetime) -> Sending:
    """Return a notice that is sent without a row, because none can be written. `now` is aware UTC."""
    key = _key(place, f"direct-{stamp(now)}-{secrets.token_hex(4)}")
    return Sending(0, key, place.target, 1, now, now, None, None, text, (), None)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Queue that waits until `until` (aware UTC); `error`: the reason of the last failure."""

    until: datetime
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Cap:
    """Limit of `messages` from `day` (its start, an aware time) on; more wait in one summary until `next_day`."""

    messages: int
    day: datetime
    next_day: datetime


HEAD = (
    "SELECT d.*, p.remote_id AS thread FROM deliveries d LEFT JOIN deliveries p ON p.id = d.parent"
    f" WHERE d.channel = ? AND d.target = ? AND d.status IN {WAITING} AND (d.parent IS NULL OR p.status IN ('sent', 'failed'))"
    " ORDER BY d.id LIMIT 1"
)


def start_next(db: Database, destination: Destination, cap: Cap | None = None) -> Sending | Waiting | None:
    """Start sending the oldest delivery of a destination whose lock is held; returns Waiting when it must wait, None when there is
    none. One that is `sending` already was left by a sender that died: its outcome is unknown."""
    now = datetime.now(UTC)
    where = [destination.channel, destination.target]
    if connection_of(db).execute(HEAD, where).fetchone() is None:
        return None  # without a write lock: most destinations are idle most of the time
    with write(db) as connection:
        if cap:
            _summarise_rest(connection, destination, cap)
        row = connection.execute(HEAD, where).fetchone()
        if row is None:
            return None
        if row["next_attempt_at"] and moment(row["next_attempt_at"]) > now:
            return Waiting(moment(row["next_attempt_at"]), error=row["error"])
        unsure_since = row["tried_at"] if row["status"] == "sending" else row["unsure_since"]
        connection.execute(
            "UPDATE deliveries SET status = 'sending', attempts = attempts + 1, unsure_since = ?, tried_at = ?,"
            " first_attempt_at = coalesce(first_attempt_at, ?) WHERE id = ?",
            [unsure_since, stamp(now), stamp(now), row["id"]],
        )
    return _sending(db, row, unsure_since, now)


def waiting_destinations(db: Database) -> set[tuple[str, str]]:
    """Return channel and target of each destination with waiting deliveries."""
    rows = connection_of(db).execute(f"SELECT DISTINCT channel, target FROM deliveries WHERE status IN {WAITING}")
    return {(row["channel"], row["target"]) for row in rows}


def _sending(db: Database, row: sqlite3.Row, unsure_since: str | None, now: datetime) -> Sending:
    connection = connection_of(db)
    notice = connection.execute("SELECT text FROM notices WHERE id = ?", [row["notice"]]).fetchone() if row["notice"] else None
    below = connection.execute("SELECT alert FROM deliveries WHERE parent = ? ORDER BY id", [row["id"]]).fetchall()
    return Sending(
        id=row["id"],
        key=row["key"],
        target=row["target"],
        attempts=row["attempts"] + 1,
        queued_at=moment(row["queued_at"]),
        first_attempt_at=moment(row["first_attempt_at"]) if row["first_attempt_at"] else now,
        unsure_since=moment(unsure_since) if unsure_since else None,
        alert=alert(db, row["alert"]) if row["alert"] else None,
        notice=notice["text"] if notice else None,
        parts=tuple(alert(db, each["alert"]) for each in below),
        thread=row["thread"],
    )


def _summarise_rest(connection: sqlite3.Connection, destination: Destination, cap: Cap) -> None:
    """Move all waiting deliveries of a destination below one summary for the next day, once its limit is reached. A summary and its
    thread count as one message; notices are not limited."""
    where = [destination.channel, destination.target]
    (sent_today,) = connection.execute(
        "SELECT count(*) FROM deliveries WHERE channel = ? AND target = ? AND parent IS NULL AND notice IS NULL AND sent_at >= ?",
        [*where, stamp(cap.day)],
    ).fetchone()
    if sent_today < cap.messages:
        return
    waiting = "channel = ? AND target = ? AND status = 'pending' AND parent IS NULL AND notice IS NULL AND next_attempt_at IS NULL"
    tops = [row["id"] for row in connection.execute(f"SELECT id FROM deliveries WHERE {waiting}", where)]
    if not tops:
        return
    rest = insert(connection, destination, f"rest-{cap.day.date()}", due=cap.next_day)
    for each in set(tops) - {rest}:
        connection.execute("UPDATE deliveries SET parent = ? WHERE parent = ?", [rest, each])
        connection.execute("UPDATE deliveries SET parent = ? WHERE id = ? AND alert IS NOT NULL", [rest, each])
        connection.execute("DELETE FROM deliveries WHERE id = ? AND alert IS NULL", [each])
