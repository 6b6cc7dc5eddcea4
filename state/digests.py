"""Which digest went to whom: one row a digest, week and recipient, so that nobody is sent one twice."""

from datetime import UTC, datetime

from sqlite_utils import Database

from state.db import connection_of, write
from state.encode import stamp
from state.locks import alive, me
from state.queries.history import Row


def claim(db: Database, digest: str, week: str, recipient: str, message_id: str, again: bool = False) -> int | None:
    """Take the right to send a digest to a recipient; None when it was sent, or is being sent. One whose sender died, or lost the
    connection, while the message was under way is `unknown` and sent only `again`, on a person's word."""
    where = [digest, week, recipient]
    with write(db) as connection:
        row = connection.execute("SELECT * FROM digests WHERE digest = ? AND week = ? AND recipient = ?", where).fetchone()
        if row is None:
            cursor = connection.execute(
                "INSERT INTO digests (digest, week, recipient, message_id, status, attempts, holder)"
                " VALUES (?, ?, ?, ?, 'pending', 1, ?)",
                [*where, message_id, me()],
            )
            return cursor.lastrowid
        busy = row["holder"] is not None and alive(row["holder"])
        if busy or row["status"] == "sent":
            return None
        if row["status"] in ("sending", "unknown") and not again:
            connection.execute("UPDATE digests SET status = 'unknown', holder = NULL WHERE id = ?", [row["id"]])
            return None
        connection.execute(
            "UPDATE digests SET status = 'pending', attempts = attempts + 1, holder = ? WHERE id = ?", [me(), row["id"]]
        )
        return int(row["id"])


def under_way(db: Database, number: int) -> None:
    """From here on the message may arrive."""
    with write(db) as connection:
        connection.execute("UPDATE digests SET status = 'sending' WHERE id = ?", [number])


def settle(db: Database, number: int, status: str, error: str | None = None) -> None:
    """What became of it: sent, pending, failed or unknown."""
    sent_at = stamp(datetime.now(UTC)) if status == "sent" else None
    with write(db) as connection:
        connection.execute(
            "UPDATE digests SET status = ?, sent_at = ?, error = ?, holder = NULL WHERE id = ?", [status, sent_at, error, number]
        )


def listing(db: Database, digest: str, week: str) -> list[Row]:
    """Recipients of one digest: `recipient, status, attempts, sent_at, error`."""
    rows = connection_of(db).execute(
        "SELECT recipient, status, attempts, sent_at, error FROM digests WHERE digest = ? AND week = ? ORDER BY id", [digest, week]
    )
    return [dict(row) for row in rows]
