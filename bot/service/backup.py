"""Backups of the database: made while it is in use, checked before they count, restored with the old database set aside."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from bot.errors import ConfigError
from sources import all_sources
from state.db import copy, integrity_errors, make_folder, open_readonly, refuse_newer
from state.locks import Locked, lock
from state.runs import hold

NAME = "standards-watch-{:%Y%m%dT%H%M%SZ}.db"
PATTERN = "standards-watch-*Z.db"


def back_up(db: Database, db_path: Path, folder: Path, now: datetime, keep: int) -> Path:
    """Copy the open database into a folder, check the copy, and delete all but the newest `keep` backups. Returns the new path.
    `now` is aware UTC. Raises ConfigError when the folder is the database's own, OSError when the copy is damaged."""
    if folder.resolve() == db_path.resolve().parent:
        raise ConfigError(f"{folder} is where the database lies; name another folder, best on another disk.")
    make_folder(folder)
    path = folder / NAME.format(now)
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    try:
        checked_copy(db, part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    for old in sorted(folder.glob(PATTERN), reverse=True)[keep:]:
        old.unlink()
    return path


def restore(file: Path, db_path: Path, now: datetime) -> Path | None:
    """Replace a database by a backup. Returns the path to which the old database was moved, or None. Raises ConfigError when the
    file is damaged, or a service or a poll is running, Newer when a later version wrote it."""
    with open_backup(file) as backup:
        refuse_newer(backup, file)
        try:
            with lock(db_path, "service", f"{db_path} is in use by `serve`,"), hold(db_path, all_sources()):
                return replace_database(backup, db_path, now)
        except Locked as taken:
            raise ConfigError(str(taken)) from taken


def replace_database(backup: Database, db_path: Path, now: datetime) -> Path | None:
    """Copy a checked backup to the database's path, and move the old database aside."""
    part = db_path.with_name(db_path.name + ".part")
    part.unlink(missing_ok=True)
    checked_copy(backup, part)
    aside = None
    if db_path.exists():
        with closing(sqlite3.connect(db_path)) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # move the journal's pages into the file that is set aside
        give(part, db_path.stat())
        aside = db_path.with_name(f"{db_path.name}.before-{now:%Y%m%dT%H%M%SZ}")
        db_path.replace(aside)
    for left in ("-wal", "-shm"):
        db_path.with_name(db_path.name + left).unlink(missing_ok=True)
    part.replace(db_path)
    return aside


def give(path: Path, like: os.stat_result) -> None:
    """Give a file the mode of another, and its owner too when root restores."""
    path.chmod(like.st_mode & 0o777)
    if os.geteuid() == 0:
        os.chown(path, like.st_uid, like.st_gid)


def checked_copy(db: Database, path: Path) -> None:
    """Copy an open database into one self-contained file and check it. Raises OSError when the copy is damaged."""
    copy(db, path)
    with Database(sqlite3.connect(path, isolation_level=None)) as made:
        if broken := integrity_errors(made):
            raise OSError(5, f"the copy is not sound ({broken}); check the database with `doctor`", str(path))


@contextmanager
def open_backup(file: Path) -> Iterator[Database]:
    """Open a backup read-only and check it. Raises ConfigError."""
    with ExitStack() as stack:
        try:
            backup = stack.enter_context(open_readonly(file))
            broken = integrity_errors(backup)
            if not broken and "_sqlite_migrations" not in backup.table_names():
                broken = "it has none of this program's tables"
        except sqlite3.Error as error:
            broken = str(error)
        if broken:
            raise ConfigError(f"{file} is no sound backup ({broken}).")
        yield backup
