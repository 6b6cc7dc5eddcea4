"""Troubles of the bot itself, with a notice when one begins and when it ends; and daily measures of each source for slow drift. A
notice is marked as told in its row, so that a kill loses none."""

import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlite_utils import Database

from state.db import connection_of, write
from state.encode import stamp


@dataclass(frozen=True, slots=True)
class Trouble:
    """Problem that needs a person: `subject` (a source, a channel …), `slot` (one trouble in each at a time), `kind`, and the texts
    of the notices when it begins and when it ends."""

    subject: str
    slot: str
    kind: str
    text: str
    end_text: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Message that a trouble began or ended. `key` is the same at each attempt; `row` is the id of the trouble."""

    row: int
    key: str
    subject: str
    kind: str
    text: str
    ended: bool


def store_troubles(
    db: Database, troubles: Iterable[Trouble], slots: Collection[str], known: Collection[str], now: datetime
) -> None:
    """Store the present troubles (`now` is aware UTC): open new ones, close those of `slots` that are over. A trouble that changed
    its kind is closed without a notice, and the new one is opened, for the problem is not solved. A trouble of a subject that is
    not `known` is closed without a notice, too: it is no longer monitored."""
    found = {(trouble.subject, trouble.slot): trouble for trouble in troubles}
    if not _differ(connection_of(db), found, slots):
        return
    with write(db) as connection:
        for row in _open(connection, slots):
            trouble = found.pop((row["subject"], row["slot"]), None)
            if trouble and trouble.kind == row["kind"]:
                continue
            end_text = row["end_words"] if trouble is None and row["subject"] in known else None
            connection.execute("UPDATE ops SET ended_at = ?, end_text = ? WHERE id = ?", [stamp(now), end_text, row["id"]])
            if trouble:
                _begin(connection, trouble, now)
        for trouble in found.values():
            _begin(connection, trouble, now)


def pending_notices(db: Database) -> list[Notice]:
    """Return the notices that are not told yet, in order."""
    rows = connection_of(db).execute(
        "SELECT * FROM ops WHERE told_at IS NULL OR (end_text IS NOT NULL AND end_told_at IS NULL) ORDER BY id"
    )
    notices = []
    for row in rows:
        if row["told_at"] is None:
            notices.append(Notice(row["id"], f"ops:{row['id']}:began", row["subject"], row["kind"], row["text"], False))
        if row["end_text"] is not None:
            notices.append(Notice(row["id"], f"ops:{row['id']}:ended", row["subject"], row["kind"], row["end_text"], True))
    return notices


def mark_told(db: Database, notice: Notice, now: datetime) -> None:
    """Mark a notice as told: it is in the log and in the outbox."""
    column = "end_told_at" if notice.ended else "told_at"
    with write(db) as connection:
        connection.execute(f"UPDATE ops SET {column} = ? WHERE id = ?", [stamp(now), notice.row])


def current(db: Database) -> list[dict[str, str]]:
    """Return the present troubles: subject, slot, kind, text, began_at."""
    rows = connection_of(db).execute("SELECT subject, slot, kind, text, began_at FROM ops WHERE ended_at IS NULL ORDER BY id")
    return [dict(row) for row in rows]


def _differ(connection: sqlite3.Connection, found: dict[tuple[str, str], Trouble], slots: Collection[str]) -> bool:
    there = {(row["subject"], row["slot"]): row["kind"] for row in _open(connection, slots)}
    return there != {place: trouble.kind for place, trouble in found.items()}


def _open(connection: sqlite3.Connection, slots: Collection[str]) -> list[sqlite3.Row]:
    marks = ", ".join("?" * len(slots))
    query = f"SELECT * FROM ops WHERE ended_at IS NULL AND slot IN ({marks}) ORDER BY id"
    return connection.execute(query, list(slots)).fetchall()


def _begin(connection: sqlite3.Connection, trouble: Trouble, now: datetime) -> None:
    connection.execute(
        "INSERT INTO ops (subject, slot, kind, text, end_words, began_at) VALUES (?, ?, ?, ?, ?, ?)",
        [trouble.subject, trouble.slot, trouble.kind, trouble.text, trouble.end_text, stamp(now)],
    )


KEPT = timedelta(days=400)
# an empty list counts as not filled
SHARES = (
    "SELECT f.key AS name, CAST(sum(f.value IS NOT NULL AND f.value NOT IN ('', '[]')) AS REAL) / :n AS value"
    " FROM tracked t, json_each(t.fields) f WHERE t.source = :source AND t.removed_at IS NULL GROUP BY f.key"
)


def measure(db: Database, source: str, day: date) -> None:
    """Store the measures of a source for a day (UTC); later ones of the same day replace them."""
    connection = connection_of(db)
    count = connection.execute("SELECT count(*) FROM tracked WHERE source = ? AND removed_at IS NULL", [source]).fetchone()[0]
    if not count:
        return
    shares = connection.execute(SHARES, {"n": count, "source": source}).fetchall()
    values = [("records", float(count)), *((row["name"], row["value"]) for row in shares)]
    with write(db) as writing:
        writing.executemany(
            "INSERT INTO measures (source, day, name, value) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (source, day, name) DO UPDATE SET value = excluded.value",
            [[source, day.isoformat(), name, value] for name, value in values],
        )
        writing.execute("DELETE FROM measures WHERE day < ?", [(day - KEPT).isoformat()])


def series(db: Database, source: str, since: date, recent: date) -> dict[str, list[tuple[date, float]]]:
    """Return the measures of a source by name, oldest first: those of the first three days from `since` on, and all after `recent`.
    Those between are not needed for drift and would cost most of the time, for this is asked every minute."""
    found: dict[str, list[tuple[date, float]]] = {}
    rows = connection_of(db).execute(
        "WITH early(last) AS (SELECT max(day) FROM"
        " (SELECT DISTINCT day FROM measures WHERE source = :source AND day >= :since ORDER BY day LIMIT 3))"
        " SELECT name, day, value FROM early, measures WHERE source = :source AND day BETWEEN :since AND last UNION ALL"
        " SELECT name, day, value FROM early, measures WHERE source = :source AND day > max(last, :recent) ORDER BY day",
        {"source": source, "since": since.isoformat(), "recent": recent.isoformat()},
    )
    for row in rows:
        found.setdefault(row["name"], []).append((date.fromisoformat(row["day"]), row["value"]))
    return found
