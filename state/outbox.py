"""The outbox: one row for each alert and channel, written with the alert, so that none is lost and none is made twice."""

import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime

from sqlite_utils import Database

from state.db import connection_of, write
from state.encode import stamp
from state.reading import Row, alert


def add(connection: sqlite3.Connection, alerts: Iterable[int], channels: Iterable[str]) -> None:
    """Deliveries of alerts to channels; one that is there already stays as it is."""
    names = list(channels)
    connection.executemany(
        "INSERT INTO deliveries (alert, channel, key, status) VALUES (?, ?, ?, 'pending') ON CONFLICT (key) DO NOTHING",
        [[alert, channel, f"{channel}:{alert}"] for alert in alerts for channel in names],
    )


def pending(db: Database, channel: str) -> list[tuple[int, Row]]:
    """The deliveries that wait for a channel, oldest first, each with its alert as `state.reading.alerts` gives it."""
    rows = connection_of(db).execute(
        "SELECT id, alert FROM deliveries WHERE channel = ? AND status = 'pending' ORDER BY id", [channel]
    )
    return [(row["id"], alert(db, row["alert"])) for row in rows.fetchall()]


def sent(db: Database, delivery: int, remote_id: str | None = None) -> None:
    """A delivery arrived."""
    with write(db) as connection:
        connection.execute(
            "UPDATE deliveries SET status = 'sent', attempts = attempts + 1, sent_at = ?, remote_id = ?, error = NULL WHERE id = ?",
            [stamp(datetime.now(UTC)), remote_id, delivery],
        )


def failed(db: Database, delivery: int, error: str) -> None:
    """A delivery was refused for good."""
    with write(db) as connection:
        connection.execute(
            "UPDATE deliveries SET status = 'failed', attempts = attempts + 1, error = ? WHERE id = ?", [error, delivery]
        )
