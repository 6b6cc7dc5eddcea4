"""Troubles of the bot itself, each told when it begins and when it ends, and daily measures of each source for slow drift. A row is
told when it says so, so that a kill in between loses none."""

import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlite_utils import Database

from state.db import connection_of, write
from state.encode import stamp


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that needs a person: who or what has it (`subject`), which of its sides (`slot`; one trouble each at a time), of
    what kind, and in which words it is told when it begins and when it ends."""

    subject: str
    slot: str
    kind: str
    text: str
    end_text: str


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell: that a trouble began, or that it ended. `key` is the same each time that it is tried."""

    row: int
    key: str
    subject: str
    kind: str
    text: str
    ended: bool


def settle(db: Database, troubles: Iterable[Trouble], slots: Collection[str], known: Collection[str], now: datetime) -> None:
    """Write which troubles there are now (aware UTC): new ones begin, those of `slots` that are no more end. One that changed its
    kind is another trouble: the new one begins, and the end of the old one is not told, for nothing is well. Nor is that of a
    subject that is not among the `known` ones: it is not looked at any more."""
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


def untold(db: Database) -> list[Notice]:
    """What is still to be told, in its order."""
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


def told(db: Database, notice: Notice, now: datetime) -> None:
    """A notice went to the log and into the outbox."""
    column = "end_told_at" if notice.ended else "told_at"
    with write(db) as connection:
        connection.execute(f"UPDATE ops SET {column} = ? WHERE id = ?", [stamp(now), notice.row])


def current(db: Database) -> list[dict[str, str]]:
    """The troubles that there are now: subject, slot, kind, text, began_at."""
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
# a list counts as filled when it has a member
SHARES = (
    "SELECT f.key AS name, CAST(sum(f.value IS NOT NULL AND f.value NOT IN ('', '[]')) AS REAL) / :n AS value"
    " FROM tracked t, json_each(t.fields) f WHERE t.source = :source AND t.removed_at IS NULL GROUP BY f.key"
)


def measure(db: Database, source: str, day: date) -> None:
    """Write the measures of a source for a day (UTC); the last of a day stays."""
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
    """The measures of a source by name, oldest first: those of the first three days from `since` on, and all after `recent`. What
    lies between says nothing of a drift and would cost most of the time, for this is asked every minute."""
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
