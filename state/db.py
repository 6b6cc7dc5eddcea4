"""Open the database and write to it: one short transaction that holds the write lock from its first statement."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from state.migrations import migrations

BUSY_MS = 60_000
CHECKPOINT_PAGES = 8_000  # some 32 MB: an ordinary poll need not wait for the file itself to be brought up to date
CACHE_KB = 24_000  # so that a first load does not write the same pages of an index again and again


def open_database(path: Path) -> Database:
    """The database at a path, made and migrated when need be. Raises sqlite3.DatabaseError when the file is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, isolation_level=None, timeout=BUSY_MS / 1000)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
    connection.execute(f"PRAGMA cache_size = -{CACHE_KB}")
    connection.execute("PRAGMA foreign_keys = ON")
    db = Database(connection)
    if migrations.pending(db):
        with write(db):
            migrations.apply(db)
    return db


def open_readonly(path: Path) -> Database:
    """The database at a path for reading only, beside whoever writes. Raises sqlite3.OperationalError when there is none."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=BUSY_MS / 1000)
    connection.row_factory = sqlite3.Row
    return Database(connection)


@contextmanager
def write(db: Database) -> Iterator[sqlite3.Connection]:
    """One transaction, begun IMMEDIATE: a deferred one that reads first fails at once when another writer came in between,
    whatever the busy timeout. Commits at the end; any exception (a kill, too) leaves nothing behind."""
    connection = connection_of(db)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def connection_of(db: Database) -> sqlite3.Connection:
    """The open connection below a sqlite-utils database."""
    connection = db.conn
    if connection is None:
        raise sqlite3.ProgrammingError("the database is closed")
    return connection
