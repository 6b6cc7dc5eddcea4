"""What the first poll of a source saw listed, but could not read within its budget: read later, it is still no news."""

import sqlite3
from collections.abc import Collection, Iterable


def settle(connection: sqlite3.Connection, source: str, unread: Iterable[str], read: Collection[str]) -> set[str]:
    """Remember the keys of a first poll that were left unread; returns those of `read` that were, and forgets them."""
    connection.executemany("INSERT OR IGNORE INTO backlog (source, key) VALUES (?, ?)", [(source, key) for key in unread])
    waiting = {row[0] for row in connection.execute("SELECT key FROM backlog WHERE source = ?", [source])}
    late = waiting.intersection(read)
    connection.executemany("DELETE FROM backlog WHERE source = ? AND key = ?", [(source, key) for key in late])
    return late
