"""The crawl cache: what each page gave at the last accepted poll, change tokens of gates, and records whose reading is deferred."""

import sqlite3
from collections.abc import Collection, Iterable, Mapping

import orjson
from sqlite_utils import Database

from state.db import connection_of
from state.runs import Run


def pages_given(db: Database, source: str, url: str, sha256: str, reader: str) -> tuple[tuple[str, ...], str] | None:
    """The keys of the records that a page gave and the follows (as they were kept), when it had these bytes, the same reader read
    it, and none of its records counts as removed or is of another version since; else None."""
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
    """Remember some pages: address, SHA-256, keys of the records, follows. Call it in the transaction of the run they belong to."""
    connection.executemany(
        "INSERT OR REPLACE INTO pages (source, reader, url, sha256, keys, follows, run) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(run.source, reader, url, sha256, orjson.dumps(keys).decode(), follows, run.id) for url, sha256, keys, follows in pages],
    )


def known_tokens(db: Database, source: str) -> dict[bytes, str]:
    """Seal → guarded address of every gate of a source that is remembered."""
    rows = connection_of(db).execute("SELECT seal, name FROM gates WHERE source = ?", [source])
    return {row["seal"]: row["name"] for row in rows}


def keep_tokens(connection: sqlite3.Connection, source: str, seals: Mapping[str, bytes]) -> None:
    """Remember these gates (seal by guarded address) and no others. Call it in the transaction of the run they belong to."""
    connection.execute("DELETE FROM gates WHERE source = ?", [source])
    connection.executemany(
        "INSERT INTO gates (source, name, seal) VALUES (?, ?, ?)", [(source, name, seal) for name, seal in seals.items()]
    )


def defer(connection: sqlite3.Connection, source: str, keys: Iterable[str]) -> None:
    """Remember that some records of a source, held or not yet, wait to be read; then they are read whatever lists say of them."""
    waiting = [(source, key) for key in keys]
    connection.executemany("INSERT OR IGNORE INTO backlog (source, key) VALUES (?, ?)", waiting)
    connection.executemany("UPDATE tracked SET digest = NULL WHERE source = ? AND key = ?", waiting)


def settle_deferred(connection: sqlite3.Connection, source: str, read: Collection[str]) -> set[str]:
    """Those of some keys that waited, which are now read, or gone, and wait no more."""
    asked = orjson.dumps(list(read)).decode()
    rows = connection.execute(
        "SELECT key FROM backlog WHERE source = ? AND key IN (SELECT value FROM json_each(?))", [source, asked]
    )
    late = {row[0] for row in rows}
    connection.executemany("DELETE FROM backlog WHERE source = ? AND key = ?", [(source, key) for key in late])
    return late
