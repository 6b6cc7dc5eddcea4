"""Backups of the database: made while all runs, looked over before they count, put back with what was there set aside."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from bot.errors import ConfigError
from state.db import copy, faults, open_readonly, refuse_newer
from state.locks import Taken, alone

NAME = "standards-watch-{:%Y%m%dT%H%M%SZ}.db"
PATTERN = "standards-watch-*Z.db"


def back_up(db: Database, db_path: Path, folder: Path, now: datetime, keep: int) -> Path:
    """Copy the open database into a folder, check the copy, and delete all but the newest `keep` backups; returns the new one.
    `now` is aware UTC. Raises ConfigError when the folder is the database's own, OSError when the copy is not sound."""
    if folder.resolve() == db_path.resolve().parent:
        raise ConfigError(f"{folder} is where the database lies; name another folder, best on another disk.")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / NAME.format(now)
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    try:
        sound_copy(db, part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    for old in sorted(folder.glob(PATTERN), reverse=True)[keep:]:
        old.unlink()
    return path


def restore(file: Path, db_path: Path, now: datetime) -> Path | None:
    """Put a backup in the place of a database; returns where the one that was there now lies, or None. Raises ConfigError when the
    file is no sound database or a service is running, Newer when a later version wrote it."""
    with opened(file) as backup:
        refuse_newer(backup, file)
        try:
            with alone(db_path, now):
                return put_back(backup, db_path, now)
        except Taken as taken:
            raise ConfigError(str(taken)) from taken


def put_back(backup: Database, db_path: Path, now: datetime) -> Path | None:
    """Write a sound database to a path, and set aside what was there."""
    part = db_path.with_name(db_path.name + ".part")
    part.unlink(missing_ok=True)
    sound_copy(backup, part)
    aside = None
    if db_path.exists():
        with closing(sqlite3.connect(db_path)) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # all of it into the one file that is moved
        aside = db_path.with_name(f"{db_path.name}.before-{now:%Y%m%dT%H%M%SZ}")
        db_path.replace(aside)
    for left in ("-wal", "-shm"):
        db_path.with_name(db_path.name + left).unlink(missing_ok=True)
    part.replace(db_path)
    return aside


def sound_copy(db: Database, path: Path) -> None:
    """Copy an open database into a file that is whole alone. Raises OSError when the copy is not sound."""
    copy(db, path)
    with Database(sqlite3.connect(path, isolation_level=None)) as made:
        if broken := faults(made):
            raise OSError(5, f"the copy is not sound ({broken}); check the database with `doctor`", str(path))


@contextmanager
def opened(file: Path) -> Iterator[Database]:
    """A backup, opened read-only and looked over. Raises ConfigError."""
    with ExitStack() as stack:
        try:
            backup = stack.enter_context(open_readonly(file))
            broken = faults(backup)
            if not broken and "_sqlite_migrations" not in backup.table_names():
                broken = "it has none of this program's tables"
        except sqlite3.Error as error:
            broken = str(error)
        if broken:
            raise ConfigError(f"{file} is no sound backup ({broken}).")
        yield backup
