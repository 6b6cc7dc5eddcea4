"""Gates: what a cheap page said of the state of the pages behind it, as of the last accepted poll of a source."""

import sqlite3
from collections.abc import Mapping

from sqlite_utils import Database

from state.db import connection_of


def known(db: Database, source: str) -> dict[bytes, str]:
    """Seal → guarded address of every gate of a source that is remembered."""
    rows = connection_of(db).execute("SELECT seal, name FROM gates WHERE source = ?", [source])
    return {row["seal"]: row["name"] for row in rows}


def keep(connection: sqlite3.Connection, source: str, seals: Mapping[str, bytes]) -> None:
    """Remember these gates (seal by guarded address) and no others. Call it in the transaction of the run they belong to."""
    connection.execute("DELETE FROM gates WHERE source = ?", [source])
    connection.executemany(
        "INSERT INTO gates (source, name, seal) VALUES (?, ?, ?)", [(source, name, seal) for name, seal in seals.items()]
    )
