"""Records of which the next word is no news: what a first poll saw listed but could not read within its budget, and what a new
parser could not read again."""

import sqlite3
from collections.abc import Collection, Iterable

import orjson


def put_off(connection: sqlite3.Connection, source: str, keys: Iterable[str]) -> None:
    """Remember that some records of a source, held or not yet, wait to be read; then they are read whatever lists say of them."""
    waiting = [(source, key) for key in keys]
    connection.executemany("INSERT OR IGNORE INTO backlog (source, key) VALUES (?, ?)", waiting)
    connection.executemany("UPDATE tracked SET digest = NULL WHERE source = ? AND key = ?", waiting)


def settle(connection: sqlite3.Connection, source: str, read: Collection[str]) -> set[str]:
    """Those of some keys that waited, which are now read, or gone, and wait no more."""
    asked = orjson.dumps(list(read)).decode()
    rows = connection.execute(
        "SELECT key FROM backlog WHERE source = ? AND key IN (SELECT value FROM json_each(?))", [source, asked]
    )
    late = {row[0] for row in rows}
    connection.executemany("DELETE FROM backlog WHERE source = ? AND key = ?", [(source, key) for key in late])
    return late
