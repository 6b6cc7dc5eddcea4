"""What each page gave when it was last read in an accepted poll, so that a page whose bytes are the same is not read again."""

import sqlite3
from collections.abc import Iterable

import orjson
from sqlite_utils import Database

from state.db import connection_of
from state.runs import Run


def gave(db: Database, source: str, url: str, sha256: str, reader: str) -> tuple[tuple[str, ...], str] | None:
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


def keep(connection: sqlite3.Connection, run: Run, reader: str, pages: Iterable[tuple[str, str, tuple[str, ...], str]]) -> None:
    """Remember some pages: address, SHA-256, keys of the records, follows. Call it in the transaction of the run they belong to."""
    connection.executemany(
        "INSERT OR REPLACE INTO pages (source, reader, url, sha256, keys, follows, run) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(run.source, reader, url, sha256, orjson.dumps(keys).decode(), follows, run.id) for url, sha256, keys, follows in pages],
    )
