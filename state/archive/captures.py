"""Captures: one row a response, with its place in the evidence archive."""

import sqlite3
from collections.abc import Iterable

from sqlite_utils import Database

from state.db import connection_of
from state.encode import moment, stamp
from state.model import Capture
from state.runs import ACCEPTED, Run

NEWEST = (
    f"FROM captures c JOIN runs r ON r.id = c.run WHERE r.status IN {ACCEPTED} AND c.url = ?1 AND (?2 IS NULL OR r.source = ?2)"
    " ORDER BY c.id DESC LIMIT 1"
)


def keep_captures(connection: sqlite3.Connection, run: Run, captures: Iterable[Capture]) -> dict[str, int]:
    """Insert the captures of a run; returns their ids by address."""
    kept = {}
    for c in captures:
        body = _body(connection, c) if c.revisit else None
        cursor = connection.execute(
            "INSERT INTO captures (run, url, fetched_at, status, etag, last_modified, sha256, file, offset, body)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [run.id, c.url, stamp(c.fetched_at), c.status, c.etag, c.last_modified, c.sha256, c.file, c.offset, body],
        )
        kept[c.url] = cursor.lastrowid or 0
    return kept


def _body(connection: sqlite3.Connection, capture: Capture) -> int | None:
    """Return the id of the capture that holds the body of a revisit. It is looked up by address and SHA-256, for another source may
    have captured a newer body."""
    row = connection.execute(
        f"SELECT coalesce(c.body, c.id) FROM captures c JOIN runs r ON r.id = c.run WHERE r.status IN {ACCEPTED} AND c.url = ?"
        " AND c.sha256 IS ? ORDER BY c.id DESC LIMIT 1",
        [capture.url, capture.sha256],
    ).fetchone()
    return row and int(row[0])


def last_capture(db: Database, url: str, source: str | None = None) -> Capture | None:
    """Return the newest accepted capture of an address, by one source or by any: its validators and digest, with the time and place
    of its body (which a revisit does not hold itself)."""
    # newest by id, not by time: the clock may have been set back
    row = connection_of(db).execute(f"SELECT c.* {NEWEST}", [url, source]).fetchone()
    body = row and row["body"] and connection_of(db).execute("SELECT * FROM captures WHERE id = ?", [row["body"]]).fetchone()
    held = body or row
    return row and Capture(
        row["url"], moment(held["fetched_at"]), row["status"], row["sha256"], row["etag"], row["last_modified"],
        held["file"], held["offset"],
    )  # fmt: skip


def last_captures(db: Database, source: str) -> list[Capture]:
    """Return the newest accepted capture of every address of a source, by id. Its stored records were read from these."""
    rows = connection_of(db).execute(
        "SELECT c.url FROM captures c JOIN runs r ON r.id = c.run WHERE r.source = ? GROUP BY c.url ORDER BY max(c.id)", [source]
    )
    return [capture for row in rows.fetchall() if (capture := last_capture(db, row["url"], source))]


def captures_of(db: Database, number: int) -> list[Capture]:
    """Return the captures of one run, each with file and offset of its body."""
    rows = connection_of(db).execute(
        "SELECT c.*, coalesce(b.file, c.file) AS body_file, coalesce(b.offset, c.offset) AS body_offset"
        " FROM captures c LEFT JOIN captures b ON b.id = c.body WHERE c.run = ? ORDER BY c.id",
        [number],
    )
    return [
        Capture(
            row["url"], moment(row["fetched_at"]), row["status"], row["sha256"], row["etag"], row["last_modified"],
            row["body_file"], row["body_offset"],
        )
        for row in rows
    ]  # fmt: skip
