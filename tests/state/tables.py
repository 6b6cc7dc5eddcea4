"""The tables behind the public views, for what no command writes or shows; no test outside this folder names them in SQL."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from state.db import open_readonly

Held = Database | sqlite3.Connection


def put_record(held: Held, **columns: object) -> None:
    """Write a tracked record as a poll would have; `fields` and `claims` are JSON."""
    _insert(held, "tracked", {"kind": "k", "body": "EX", "fields": "{}", "claims": "[]", "first_seen": "x"} | columns)


def put_past(held: Held, **columns: object) -> None:
    """Write an earlier version of a record."""
    _insert(held, "past", {"run": 1, "fields": "{}", "claims": "[]"} | columns)


def put_source(held: Held, **columns: object) -> None:
    """Write what the last accepted poll of a source left."""
    _insert(held, "sources", columns)


def put_owner(held: Held, **columns: object) -> None:
    """Write which committee owns a record."""
    _insert(held, "owners", columns)


def put_measure(held: Held, source: str, day: str, name: str, value: float) -> None:
    """Write what was measured of a source on a day."""
    _insert(held, "measures", {"source": source, "day": day, "name": name, "value": value})


def _insert(held: Held, table: str, row: dict[str, Any]) -> None:
    held.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", list(row.values()))


def reword(held: Held, title: str, note: str = "", reference: str | None = None) -> None:
    """Give a record (all, without a reference) another title, and a note among its fields."""
    held.execute(
        "UPDATE tracked SET title = ?, fields = json_set(fields, '$.note', ?) WHERE ? IS NULL OR reference = ?",
        [title, note, reference, reference],
    )


def check_search(held: Held) -> None:
    """Raise sqlite3.DatabaseError where the full-text index is not that of the records."""
    held.execute("INSERT INTO titles(titles) VALUES ('integrity-check')")


def lose(held: Held, records: bool = False) -> None:
    """Take away what is known of accepted polls, and with `records` all that they left."""
    for table in ("sources", *(("standings", "past", "tracked") if records else ())):
        held.execute(f"DELETE FROM {table}")


def rules_versions(held: Held) -> set[str]:
    """Return the versions of the rules that judged what was accepted."""
    return {row[0] for row in held.execute("SELECT version FROM rules")}


def ever_corrected(held: Held) -> bool:
    """Return true when a person corrected anything, even if it was undone."""
    return held.execute("SELECT 1 FROM corrections LIMIT 1").fetchone() is not None


def troubles(path: Path) -> list[tuple[Any, ...]]:
    """Return all troubles of a database file with their ends: subject, slot, kind, text, began, told, ended, end text, end told."""
    with closing(open_readonly(path)) as db:
        query = "SELECT subject, slot, kind, text, began_at, told_at, ended_at, end_text, end_told_at FROM ops"
        return [tuple(row) for row in db.execute(query)]
