"""Crawl cache: the results of pages at the last accepted poll, change tokens of gates, and records whose reading is deferred."""

import sqlite3
from collections.abc import Collection, Iterable, Mapping

import orjson
from sqlite_utils import Database

from state.db import connection_of
from state.runs import Run


def cached_page(db: Database, source: str, url: str, sha256: str, reader: str) -> tuple[tuple[str, ...], str] | None:
    """Return the record keys and the follows (JSON) of a page, when it has the same bytes and reader, and none of its records was
    removed or changed since; else None."""
    connection = connection_of(db)
    row = connection.execute(
        "SELECT keys, follows, run FROM pages WHERE source = ? AND url = ? AND sha256 = ? AND reader = ?",
        [source, url, sha256, reader],
    ).fetchone()
    if row is None:
        return None
    keys: list[str] = orjson.loads(row["keys"])
    present = connection.execute(
        "SELECT count(*) FROM json_each(?2) AS asked CROSS JOIN tracked ON tracked.source = ?1 AND tracked.key = asked.value"
        " WHERE tracked.removed_at IS NULL AND tracked.run <= ?3",
        [source, row["keys"], row["run"]],
    ).fetchone()[0]
    return (tuple(keys), row["follows"]) if present == len(keys) else None


def keep_pages(
    connection: sqlite3.Connection, run: Run, reader: str, pages: Iterable[tuple[str, str, tuple[str, ...], str]]
) -> None:
    """Store the results of pages: address, SHA-256, record keys, follows (JSON). Call it in the transaction of their run."""
    connection.executemany(
        "INSERT OR REPLACE INTO pages (source, reader, url, sha256, keys, follows, run) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(run.source, reader, url, sha256, orjson.dumps(keys).decode(), follows, run.id) for url, sha256, keys, follows in pages],
    )


def known_tokens(db: Database, source: str) -> dict[bytes, str]:
    """Return the stored gates of a source: change token → guarded address."""
    rows = connection_of(db).execute("SELECT seal, name FROM gates WHERE source = ?", [source])
    return {row["seal"]: row["name"] for row in rows}


def keep_tokens(connection: sqlite3.Connection, source: str, seals: Mapping[str, bytes]) -> None:
    """Replace the gates of a source (guarded address → change token). Call it in the transaction of their run."""
    connection.execute("DELETE FROM gates WHERE source = ?", [source])
    connection.executemany(
        "INSERT INTO gates (source, name, seal) VALUES (?, ?, ?)", [(source, name, seal) for name, seal in seals.items()]
    )


def defer(connection: sqlite3.Connection, source: str, keys: Iterable[str]) -> None:
    """Defer records of a source, stored or not: the next poll reads them even where a list shows no change."""
    waiting = [(source, key) for key in keys]
    connection.executemany("INSERT OR IGNORE INTO backlog (source, key) VALUES (?, ?)", waiting)
    connection.executemany("UPDATE tracked SET digest = NULL WHERE source = ? AND key = ?", waiting)


def clear_deferred(connection: sqlite3.Connection, source: str, read: Collection[str]) -> set[str]:
    """Delete some keys, which are now read or gone, from the deferred ones; returns those that were deferred."""
    asked = orjson.dumps(list(read)).decode()
    rows = connection.execute(
        "SELECT key FROM backlog WHERE source = ? AND key IN (SELECT value FROM json_each(?))", [source, asked]
    )
    deferred = {row[0] for row in rows}
    connection.executemany("DELETE FROM backlog WHERE source = ? AND key = ?", [(source, key) for key in deferred])
    return deferred
