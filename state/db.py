"""Open the database and write to it: one short transaction that holds the write lock from its first statement."""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlite_utils import Database

from state.schema import migrations

BUSY_MS = 60_000
PAGE_BYTES = 8192  # most records take over half a page of 4096, and would leave the rest of it empty
CHECKPOINT_PAGES = 4_000  # some 32 MB: an ordinary poll need not wait for the file itself to be brought up to date
CACHE_KB = 24_000  # so that a first load does not write the same pages of an index again and again


class Newer(Exception):
    """The database was written by a newer version of this program."""


class NotMigrated(Exception):
    """The database could not be brought up to this version; it is as it was."""


def open_database(path: Path) -> Database:
    """The database at a path, made and migrated when need be; a context manager that closes it, as is each database here. Raises
    sqlite3.DatabaseError when the file is none, Newer when a later version wrote it, NotMigrated when the upgrade does not work on
    a copy of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        lay_out(path)
    db = connected(path)
    try:
        refuse_newer(db, path)
        if migrations.pending(db):
            if migrations.applied(db):
                rehearse(db, path)
            with write(db):
                migrations.apply(db)
    except BaseException:
        db.close()
        raise
    return db


def lay_out(path: Path) -> None:
    """Make the file of a new database: the size of its pages cannot be changed once there is a journal."""
    with closing(sqlite3.connect(path, timeout=BUSY_MS / 1000)) as connection:  # another may be making it, too
        connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
        connection.execute("VACUUM")


def connected(path: Path) -> Database:
    """A connection for one thread, as all of them are set."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=BUSY_MS / 1000)
    connection.row_factory = sqlite3.Row
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        connection.execute(f"PRAGMA cache_size = -{CACHE_KB}")
        connection.execute("PRAGMA foreign_keys = ON")
        return Database(connection)
    except BaseException:
        connection.close()
        raise


def refuse_newer(db: Database, path: Path) -> None:
    """Raise Newer when the database holds steps that this program does not know."""
    known = {step.name for step in migrations._migrations}
    if later := [step.name for step in migrations.applied(db) if step.name not in known]:
        raise Newer(
            f"The database {path} was written by a newer version of this program (it has {later[-1]}); install that version again,"
            " or restore a backup of before the upgrade."
        )


def rehearse(db: Database, path: Path) -> None:
    """Run the migrations on a copy first, beside the database, and look the copy over. Raises NotMigrated."""
    with tempfile.TemporaryDirectory(prefix="upgrade-", dir=path.parent) as folder:
        try:
            copy(db, file := Path(folder) / path.name)
            with connected(file) as upgraded:
                with write(upgraded):
                    migrations.apply(upgraded)
                broken = faults(upgraded)
        except (sqlite3.Error, OSError) as error:
            broken = str(error)
    if broken:
        raise NotMigrated(
            f"The upgrade of {path} does not work on a copy of it ({broken}); the database is as it was. Go on with the"
            " version of before, and see docs/operations.md."
        )


def copy(db: Database, path: Path) -> None:
    """Copy a database, as it stands now, into a new file that is whole alone."""
    with closing(sqlite3.connect(path)) as made:
        connection_of(db).backup(made)
        made.execute("PRAGMA journal_mode = DELETE")  # one file, no other beside it


def faults(db: Database) -> str:
    """What SQLite finds wrong with a database, or an empty text."""
    connection = connection_of(db)
    found = [row[0] for row in connection.execute("PRAGMA integrity_check(3)") if row[0] != "ok"]
    found += [
        f"a row of {row[0]} refers to none of {row[2]}" for row in connection.execute("PRAGMA foreign_key_check").fetchmany(3)
    ]
    return "; ".join(found)


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
