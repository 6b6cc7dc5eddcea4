"""Database: opening, migration, and write transactions, which hold the write lock from their first statement; and the rights of
the files in the data folder: 0640 and 0750 at most, owned by who owns the folder, also when root calls a command."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlite_utils import Database

from state.schema import migrations

BUSY_MS = 60_000
PAGE_BYTES = 8192  # most records take over half a page of 4096 and would waste the rest
CHECKPOINT_PAGES = 4_000  # some 32 MB: an ordinary poll does not wait for a checkpoint
CACHE_KB = 24_000  # so that a first load does not rewrite index pages again and again


class Newer(Exception):
    """Error: the database was written by a newer version of this program."""


class NotMigrated(Exception):
    """Error: the migration to this version failed; the database is unchanged."""


def open_database(path: Path) -> Database:
    """Open the database at a path, create and migrate it if necessary. The result is a context manager that closes it. Raises
    sqlite3.DatabaseError when the file is no database, Newer when a later version wrote it, NotMigrated when the migration fails
    on a copy."""
    make_folder(path.parent)
    if not path.exists():
        create_file(path)
    db = connect(path)
    try:
        refuse_newer(db, path)
        if migrations.pending(db):
            if migrations.applied(db):
                check_migration(db, path)
            with write(db):
                migrations.apply(db)
    except BaseException:
        db.close()
        raise
    return db


def create_file(path: Path) -> None:
    """Create the file of a new database: the page size cannot be changed in WAL mode. SQLite gives its journals the same rights."""
    open(path, "ab", opener=private).close()
    with closing(sqlite3.connect(path, timeout=BUSY_MS / 1000)) as connection:  # another process may create it at the same time
        connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
        connection.execute("VACUUM")


def connect(path: Path) -> Database:
    """Open a connection for one thread, with the settings of all connections."""
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
    """Raise Newer when the database has migrations that this program does not know."""
    known = {step.name for step in migrations._migrations}
    if later := [step.name for step in migrations.applied(db) if step.name not in known]:
        raise Newer(
            f"The database {path} was written by a newer version of this program (it has {later[-1]}); install that version again,"
            " or restore a backup of before the upgrade."
        )


def check_migration(db: Database, path: Path) -> None:
    """Run the migrations on a copy beside the database, and check its integrity. Raises NotMigrated."""
    with tempfile.TemporaryDirectory(prefix="upgrade-", dir=path.parent) as folder:
        try:
            copy(db, file := Path(folder) / path.name)
            with connect(file) as upgraded:
                with write(upgraded):
                    migrations.apply(upgraded)
                broken = integrity_errors(upgraded)
        except (sqlite3.Error, OSError) as error:
            broken = str(error)
    if broken:
        raise NotMigrated(
            f"The upgrade of {path} does not work on a copy of it ({broken}); the database is as it was. Go on with the"
            " version of before, and see docs/operations.md."
        )


def copy(db: Database, path: Path) -> None:
    """Copy a database into a new file that needs no journal beside it."""
    open(path, "ab", opener=private).close()
    with closing(sqlite3.connect(path)) as made:
        connection_of(db).backup(made)
        made.execute("PRAGMA journal_mode = DELETE")  # one file only


def integrity_errors(db: Database) -> str:
    """Return the integrity errors of a database as text; empty when there are none."""
    connection = connection_of(db)
    found = [row[0] for row in connection.execute("PRAGMA integrity_check(3)") if row[0] != "ok"]
    found += [
        f"a row of {row[0]} refers to none of {row[2]}" for row in connection.execute("PRAGMA foreign_key_check").fetchmany(3)
    ]
    return "; ".join(found)


def open_readonly(path: Path) -> Database:
    """Open the database at a path for reading only; others may write. Raises sqlite3.OperationalError when there is none."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=BUSY_MS / 1000)
    connection.row_factory = sqlite3.Row
    return Database(connection)


@contextmanager
def write(db: Database) -> Iterator[sqlite3.Connection]:
    """Run one transaction, begun IMMEDIATE: a deferred one that reads first fails at once when another writer was faster, whatever
    the busy timeout. Commits at the end; any exception, or a kill, rolls back."""
    connection = connection_of(db)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def connection_of(db: Database) -> sqlite3.Connection:
    """Return the open connection of a sqlite-utils database. Raises sqlite3.ProgrammingError when it is closed."""
    connection = db.conn
    if connection is None:
        raise sqlite3.ProgrammingError("the database is closed")
    return connection


def path_of(db: Database) -> Path:
    """Return the absolute path of the file of an open database."""
    return Path(connection_of(db).execute("PRAGMA database_list").fetchone()["file"])


def private(path: str, flags: int) -> int:
    """Open a file for `open(…, opener=private)`; a new one is 0640 at most and belongs to the owner of its folder."""
    new = not os.path.exists(path)
    number = os.open(path, flags, 0o640)
    if new:
        belong(Path(path))
    return number


def make_folder(path: Path) -> Path:
    """Create a folder and those above it, 0750 at most, unless they exist. Return it."""
    if not path.is_dir():
        make_folder(path.parent)
        path.mkdir(mode=0o750, exist_ok=True)
        belong(path)
    return path


def belong(path: Path) -> None:
    """Give a new file or folder to the owner of the folder above, when root makes it."""
    if os.geteuid() == 0:
        above = path.absolute().parent.stat()
        os.chown(path, above.st_uid, above.st_gid)
