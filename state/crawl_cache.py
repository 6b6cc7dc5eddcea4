"""Crawl cache, what need not be read again: this address with these bytes and this reader gave this.

A page is known by the SHA-256 of its body, a page behind a gate by the change token that another page prints for it, and a line (of
a bulk file, or a row of a list) by its digest and the key of its record. A line without a digest belongs to a record whose reading
was deferred: the next poll reads it even where a list shows no change.
"""

import sqlite3
from collections.abc import Collection, Iterable, Mapping

import orjson
from sqlite_utils import Database

from state.db import connection_of
from state.runs import Run

LINE = "#"  # a line's address is this and the key of its record
KEEP = "INSERT OR REPLACE INTO crawl_cache (source, run, reader, address, digest, gave) VALUES (?, ?, ?, ?, ?, ?)"


def known_lines(db: Database, source: str) -> dict[bytes, str]:
    """Return digest → record key of the lines of a source."""
    cursor = connection_of(db).cursor()
    cursor.row_factory = None  # plain tuples for speed
    return dict(
        cursor.execute(
            "SELECT digest, substr(address, 2) FROM crawl_cache WHERE source = ? AND address >= '#' AND address < '$'"
            " AND digest IS NOT NULL",
            [source],
        )
    )


def known_page(db: Database, source: str, reader: str, address: str, digest: str | bytes) -> str | None:
    """Return what a page with this digest gave (JSON), or None when it must be read: also when one of its records (`keys`) was
    removed or changed since."""
    row = (
        connection_of(db)
        .execute(
            "SELECT gave FROM crawl_cache c WHERE source = ? AND reader = ? AND address = ? AND digest = ? AND NOT EXISTS (SELECT 1"
            " FROM json_each(c.gave, '$.keys') k LEFT JOIN tracked t ON t.source = c.source AND t.key = k.value"
            " WHERE t.id IS NULL OR t.removed_at IS NOT NULL OR t.run > c.run)",
            [source, reader, address, digest],
        )
        .fetchone()
    )
    return row and str(row["gave"])


def keep_pages(connection: sqlite3.Connection, run: Run, reader: str, pages: Iterable[tuple[str, str | bytes, str]]) -> None:
    """Store pages read in a run: address, digest and what each gave (JSON)."""
    connection.executemany(KEEP, [(run.source, run.id, reader, *page) for page in pages])


def keep_lines(connection: sqlite3.Connection, run: Run, reader: str, lines: Mapping[str, bytes | None]) -> None:
    """Store the lines read in a run: record key → digest, or None for a record that is not known by a line."""
    forget_lines(connection, run.source, [key for key, digest in lines.items() if digest is None])
    connection.executemany(
        KEEP, [(run.source, run.id, reader, LINE + key, digest, None) for key, digest in lines.items() if digest is not None]
    )


def defer(connection: sqlite3.Connection, run: Run, keys: Iterable[str]) -> None:
    """Defer the reading of records, stored or not."""
    connection.executemany(KEEP, [(run.source, run.id, "", LINE + key, None, None) for key in keys])


def deferred(connection: sqlite3.Connection, source: str, keys: Collection[str]) -> set[str]:
    """Return those of some records whose reading was deferred."""
    rows = connection.execute(
        "SELECT substr(address, 2) FROM json_each(?) k CROSS JOIN crawl_cache c ON c.source = ? AND c.address = k.value"
        " WHERE digest IS NULL",
        [orjson.dumps([LINE + key for key in keys]).decode(), source],
    )
    return {row[0] for row in rows}


def forget_lines(connection: sqlite3.Connection, source: str, keys: Iterable[str]) -> None:
    """Delete the lines of some records."""
    connection.executemany("DELETE FROM crawl_cache WHERE source = ? AND address = ?", [(source, LINE + key) for key in keys])
