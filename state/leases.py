"""Leases on the outbox: a worker takes the oldest delivery of a place, and nobody else takes one there while it is at work."""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlite_utils import Database

from state.db import connection_of, write
from state.encode import moment, stamp
from state.holder import alive, me
from state.outbox import WAITING, Place, insert
from state.queries.history import Row, alert

LEASE = timedelta(minutes=15)  # longer than any sender takes for one attempt
SETTLE = timedelta(seconds=2)  # what a sender that died had sent may still be on its way


@dataclass(frozen=True, slots=True)
class Leased:
    """One delivery in the hands of a worker. `alert` or `notice` is what it tells; a summary has `parts`, the alerts below it.
    `thread` is the remote id of the summary above it; `unsure` that an earlier attempt may have arrived."""

    id: int
    key: str
    target: str
    attempts: int
    queued_at: datetime
    first_attempt_at: datetime
    unsure: bool
    alert: Row | None
    notice: str | None
    parts: tuple[Row, ...]
    thread: str | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing can be taken before `until` (aware UTC); `busy`: another worker is at it; `error`: why the last attempt failed."""

    until: datetime
    busy: bool = False
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `messages` since `day` began (a moment, aware); what is more waits in one summary until `next_day`."""

    messages: int
    day: datetime
    next_day: datetime


HEAD = (
    "SELECT d.*, p.remote_id AS thread FROM deliveries d LEFT JOIN deliveries p ON p.id = d.parent"
    f" WHERE d.channel = ? AND d.target = ? AND d.status IN {WAITING} AND (d.parent IS NULL OR p.status IN ('sent', 'failed'))"
    " ORDER BY d.id LIMIT 1"
)


def lease(db: Database, place: Place, cap: Cap | None = None) -> Leased | Waiting | None:
    """Take the oldest delivery of a place; or hear how long to wait, or that there is none."""
    now = datetime.now(UTC)
    where = [place.channel, place.target]
    if connection_of(db).execute(HEAD, where).fetchone() is None:
        return None  # without a write lock: most places have nothing to do most of the time
    with write(db) as connection:
        if cap:
            _fold(connection, place, cap)
        row = connection.execute(HEAD, where).fetchone()
        if row is None:
            return None
        if row["status"] == "sending":
            until = moment(row["lease_until"])
            if alive(row["holder"]) and until > now:
                return Waiting(until, busy=True)
            if until - LEASE + SETTLE > now:
                return Waiting(until - LEASE + SETTLE, error="its sender died")
        if row["next_attempt_at"] and moment(row["next_attempt_at"]) > now:
            return Waiting(moment(row["next_attempt_at"]), error=row["error"])
        unsure = bool(row["unsure"]) or row["status"] == "sending"  # a sender that died while it sent leaves its outcome open
        connection.execute(
            "UPDATE deliveries SET status = 'sending', attempts = attempts + 1, unsure = ?, holder = ?, lease_until = ?,"
            " first_attempt_at = coalesce(first_attempt_at, ?) WHERE id = ?",
            [unsure, me(), stamp(now + LEASE), stamp(now), row["id"]],
        )
    return _leased(db, row, unsure, now)


def places_waiting(db: Database) -> set[tuple[str, str]]:
    """Channel and target of each place that something waits for."""
    rows = connection_of(db).execute(f"SELECT DISTINCT channel, target FROM deliveries WHERE status IN {WAITING}")
    return {(row["channel"], row["target"]) for row in rows}


def _leased(db: Database, row: sqlite3.Row, unsure: bool, now: datetime) -> Leased:
    connection = connection_of(db)
    notice = connection.execute("SELECT text FROM notices WHERE id = ?", [row["notice"]]).fetchone() if row["notice"] else None
    below = connection.execute("SELECT alert FROM deliveries WHERE parent = ? ORDER BY id", [row["id"]]).fetchall()
    return Leased(
        id=row["id"],
        key=row["key"],
        target=row["target"],
        attempts=row["attempts"] + 1,
        queued_at=moment(row["queued_at"]),
        first_attempt_at=moment(row["first_attempt_at"]) if row["first_attempt_at"] else now,
        unsure=unsure,
        alert=alert(db, row["alert"]) if row["alert"] else None,
        notice=notice["text"] if notice else None,
        parts=tuple(alert(db, each["alert"]) for each in below),
        thread=row["thread"],
    )


def _fold(connection: sqlite3.Connection, place: Place, cap: Cap) -> None:
    """Once a place has had its day's messages, all that waits for it goes below one summary for the next day. A summary and its
    thread count as one message; notices are not held back."""
    where = [place.channel, place.target]
    (told,) = connection.execute(
        "SELECT count(*) FROM deliveries WHERE channel = ? AND target = ? AND parent IS NULL AND notice IS NULL AND sent_at >= ?",
        [*where, stamp(cap.day)],
    ).fetchone()
    if told < cap.messages:
        return
    waiting = "channel = ? AND target = ? AND status = 'pending' AND parent IS NULL AND notice IS NULL AND next_attempt_at IS NULL"
    tops = [row["id"] for row in connection.execute(f"SELECT id FROM deliveries WHERE {waiting}", where)]
    if not tops:
        return
    rest = insert(connection, place, f"rest-{cap.day.date()}", due=cap.next_day)
    for each in set(tops) - {rest}:
        connection.execute("UPDATE deliveries SET parent = ? WHERE parent = ?", [rest, each])
        connection.execute("UPDATE deliveries SET parent = ? WHERE id = ? AND alert IS NOT NULL", [rest, each])
        connection.execute("DELETE FROM deliveries WHERE id = ? AND alert IS NULL", [each])
