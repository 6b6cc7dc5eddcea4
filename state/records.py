"""Tracked records: reading, and marking as missing, removed or present. Differences are written by `state/changes.py`."""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from sqlite_utils import Database

from state.attributions import open_attributions
from state.db import connection_of
from state.encode import RecordRow, record_of, stamp
from state.model import Attribution, Change, Meaning, Record
from state.runs import Run

CHUNK = 400
OWN = ("title", "reference", "status")  # columns of the record, beside its source's fields
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Held:
    """Stored record with its open attributions."""

    id: int
    record: Record
    missing_runs: int
    removed: bool
    attributions: tuple[Attribution, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """Difference between a stored record (`held`, None for a new one) and the same record as read: its changes, meanings, and its
    attributions before and after. `earlier` is the record of another key that it continues; `gone`: it counts as removed."""

    held: Held | None
    record: Record
    changes: tuple[Change, ...]
    before: tuple[Attribution, ...]
    after: tuple[Attribution, ...]
    meanings: tuple[Meaning, ...] = ()
    url: str = ""
    earlier: Held | None = None
    gone: bool = False

    @property
    def news(self) -> bool:
        """True when the body changed something, not only our parser."""
        return any(change.kind != "reparsed" for change in self.changes)


def accepted(db: Database, source: str) -> sqlite3.Row | None:
    """Return the last accepted poll of a source: time and parser version, or None before the first."""
    row = connection_of(db).execute("SELECT * FROM sources WHERE name = ?", [source]).fetchone()
    return row if row and row["accepted_at"] else None


def present_keys(connection: sqlite3.Connection, source: str) -> set[str]:
    """Return the keys of the records of a source that are not removed."""
    rows = connection.execute("SELECT key FROM tracked WHERE source = ? AND removed_at IS NULL", [source])
    return {row[0] for row in rows}


def removed_keys(connection: sqlite3.Connection, source: str) -> set[str]:
    """Return the keys of the removed records of a source."""
    return {row[0] for row in connection.execute("SELECT key FROM tracked WHERE source = ? AND removed_at IS NOT NULL", [source])}


def count_present(connection: sqlite3.Connection, source: str) -> int:
    """Return the number of records of a source that are not removed."""
    row = connection.execute("SELECT count(*) FROM tracked WHERE source = ? AND removed_at IS NULL", [source]).fetchone()
    return int(row[0])


def keys_without_field(connection: sqlite3.Connection, source: str, name: str) -> set[str]:
    """Return the keys of the records of a source that are not removed and have an empty field."""
    column, path = (name, []) if name in OWN else ("json_extract(fields, ?)", [f'$."{name}"'])
    rows = connection.execute(
        f"SELECT key FROM tracked WHERE source = ? AND removed_at IS NULL AND coalesce({column}, '') IN ('', 0, '[]')",
        [source, *path],
    )
    return {row[0] for row in rows}


def keys_without_role(connection: sqlite3.Connection, source: str, role: str) -> set[str]:
    """Return the keys of the records of a source that are not removed and have no claim of a role."""
    rows = connection.execute(
        "SELECT key FROM tracked WHERE source = ? AND removed_at IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM json_each(claims) WHERE json_extract(value, '$[0]') = ?)",
        [source, role],
    )
    return {row[0] for row in rows}


def missing_keys(connection: sqlite3.Connection, source: str) -> set[str]:
    """Return the keys of the records that the last accepted poll lacked."""
    rows = connection.execute(
        "SELECT key FROM tracked INDEXED BY tracked_missing WHERE source = ? AND missing_runs > 0 AND removed_at IS NULL", [source]
    )
    return {row[0] for row in rows}


def record_ids(connection: sqlite3.Connection, source: str, keys: Collection[str]) -> dict[str, int]:
    """Return record ids by key."""
    found: dict[str, int] = {}
    for some in chunks(list(keys)):
        marks = ", ".join("?" * len(some))
        rows = connection.execute(f"SELECT key, id FROM tracked WHERE source = ? AND key IN ({marks})", [source, *some])
        found.update({row["key"]: row["id"] for row in rows})
    return found


def record_by_id(connection: sqlite3.Connection, row: int) -> Record:
    """Return a record by id."""
    return record_of(connection.execute("SELECT * FROM tracked WHERE id = ?", [row]).fetchone())


def held(connection: sqlite3.Connection, source: str, keys: Collection[str], at: datetime) -> dict[str, Held]:
    """Return stored records by key, with their open attributions; those through an owner as of a moment (aware UTC)."""
    found = without_attributions(connection, source, keys)
    for some in chunks(list(found.values())):
        standing = open_attributions(connection, [each.id for each in some], at)
        found |= {each.record.key: replace(each, attributions=standing.get(each.id, ())) for each in some}
    return found


def without_attributions(connection: sqlite3.Connection, source: str, keys: Collection[str]) -> dict[str, Held]:
    """Return stored records by key, without attributions."""
    found: dict[str, Held] = {}
    for some in chunks(list(keys)):
        marks = ", ".join("?" * len(some))
        for row in connection.execute(f"SELECT * FROM tracked WHERE source = ? AND key IN ({marks})", [source, *some]):
            found[row["key"]] = Held(row["id"], record_of(row), row["missing_runs"], row["removed_at"] is not None)
    return found


def unchanged(connection: sqlite3.Connection, source: str, rows: Mapping[str, RecordRow]) -> set[str]:
    """Return the keys of records whose stored row equals the given one. Removed records are left out."""
    found = set[str]()
    for some in chunks(list(rows)):
        marks = ", ".join("?" * len(some))
        query = (
            f"SELECT key, {', '.join(RecordRow._fields)} FROM tracked WHERE source = ? AND removed_at IS NULL AND key IN ({marks})"
        )
        found |= {key for key, *held in connection.execute(query, [source, *some]) if RecordRow(*held) == rows[key]}
    return found


def mark_absent(connection: sqlite3.Connection, source: str, keys: set[str], gone: set[str], now: datetime) -> None:
    """Mark records as missing in an accepted poll, for the first time or again. Those that are `gone` count as removed; their
    attributions end at the time at which they were first missing."""
    for some in chunks(list(keys)):
        connection.execute(
            "UPDATE tracked SET missing_runs = missing_runs + 1, missing_since = coalesce(missing_since, ?),"
            " seen_until = coalesce(seen_until, (SELECT accepted_at FROM sources WHERE name = ?))"
            f" WHERE source = ? AND key IN ({', '.join('?' * len(some))})",
            [stamp(now), source, source, *some],
        )
    for some in chunks(list(gone)):
        marks = ", ".join("?" * len(some))
        for table in ("standings", "owners"):
            connection.execute(
                f"UPDATE {table} SET valid_to = t.missing_since FROM tracked t WHERE t.id = {table}.record"
                f" AND valid_to IS NULL AND t.source = ? AND t.key IN ({marks})",
                [source, *some],
            )
        connection.execute(f"UPDATE tracked SET removed_at = ? WHERE source = ? AND key IN ({marks})", [stamp(now), source, *some])


def mark_present(connection: sqlite3.Connection, source: str, keys: Collection[str]) -> None:
    """Mark records as present: they were missing or removed, and are listed again."""
    for some in chunks(list(keys)):
        connection.execute(
            "UPDATE tracked SET missing_runs = 0, missing_since = NULL, seen_until = NULL, removed_at = NULL"
            f" WHERE source = ? AND key IN ({', '.join('?' * len(some))})",
            [source, *some],
        )


def accept(connection: sqlite3.Connection, run: Run, parser_version: int) -> None:
    """Store a run as the last accepted one of its source."""
    connection.execute(
        "INSERT INTO sources (name, accepted_at, parser_version) VALUES (?, ?, ?)"
        " ON CONFLICT (name) DO UPDATE SET accepted_at = excluded.accepted_at, parser_version = excluded.parser_version",
        [run.source, stamp(run.observed_at), parser_version],
    )


def chunks(keys: list[T]) -> Iterator[list[T]]:
    """Yield a list in chunks that fit into one SQL statement."""
    for start in range(0, len(keys), CHUNK):
        yield keys[start : start + CHUNK]


def in_parts_shown(connection: sqlite3.Connection, source: str, scope: str, shown: set[str], keys: set[str]) -> set[str]:
    """Return the keys that belong to a part of the whole (a study period, say: the value of the field `scope`) of which any record
    is `shown`."""
    rows = connection.execute("SELECT key, json_extract(fields, '$.' || ?) FROM tracked WHERE source = ?", [scope, source])
    of = {row[0]: row[1] or "" for row in rows}
    seen = {of[key] for key in shown if key in of}
    return {key for key in keys if of[key] in seen}


def keys_with_value(connection: sqlite3.Connection, source: str, field: str, value: str) -> list[str]:
    """Return the keys of the records of a source that have a value in a field, newest record first."""
    rows = connection.execute(
        "SELECT key FROM tracked WHERE source = ? AND json_extract(fields, '$.' || ?) = ? ORDER BY id DESC", [source, field, value]
    )
    return [row[0] for row in rows]


def end_attributions(connection: sqlite3.Connection, ids: Iterable[int], now: datetime) -> None:
    """End the attributions and owners of records (their ids) that continue under another key."""
    ended = [(stamp(now), record) for record in ids]
    connection.executemany("UPDATE standings SET valid_to = ? WHERE record = ? AND valid_to IS NULL", ended)
    connection.executemany("UPDATE owners SET valid_to = ? WHERE record = ? AND valid_to IS NULL", ended)
