"""Backups that are sound, their number, and what a restore does with what was there."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.errors import ConfigError
from bot.service.backup import back_up, restore
from state import runs
from state.db import connection_of, open_database
from state.locks import lock
from tests.flow.test_serve import ORIGIN
from tests.opened import opened
from tests.rows import columns
from tests.worlds.bodies import Committees, open_site

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def names(path: Path) -> list[str]:
    return columns(path, "runs", "source")


def begin(db: Database, name: str) -> None:
    runs.begin(db, name, NOW, "run", "0")


def test_a_backup_is_whole_while_others_write_and_is_put_back(tmp_path: Path) -> None:
    path = tmp_path / "data" / "w.db"
    db = open_database(path)
    begin(db, "one")
    other = open_database(path)
    connection_of(other).execute("BEGIN IMMEDIATE")
    connection_of(other).execute("UPDATE runs SET source = 'never committed'")
    made = back_up(db, path, tmp_path / "backups", NOW, 3)
    connection_of(other).execute("ROLLBACK")
    other.close()
    assert made.name == "standards-watch-20261124T090000Z.db"
    assert [each.name for each in made.parent.iterdir()] == [made.name]
    begin(db, "two")
    db.close()
    aside = restore(made, path, NOW)
    assert names(path) == ["one"]
    assert aside is not None
    assert names(aside) == ["one", "two"]


@pytest.mark.parametrize("words", [["backup", "b"], ["forget", "Ann Example", "--yes"]])
def test_of_no_database_nothing_is_copied_and_nothing_forgotten(tmp_path: Path, words: list[str]) -> None:
    command = [sys.executable, "-m", "bot", "--db", tmp_path / "elsewhere" / "w.db", *words]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("Error: There is no database at ")
    assert list(tmp_path.iterdir()) == []


def test_the_newest_stay(tmp_path: Path) -> None:
    db = open_database(tmp_path / "data" / "w.db")
    made = [back_up(db, tmp_path / "data" / "w.db", tmp_path / "b", NOW + timedelta(days=day), 3) for day in range(5)]
    assert sorted((tmp_path / "b").iterdir()) == made[2:]
    db.close()


def test_a_damaged_backup_is_refused_and_nothing_is_touched(tmp_path: Path) -> None:
    path = tmp_path / "w.db"
    db = open_database(path)
    made = back_up(db, path, tmp_path / "b", NOW, 3)
    db.close()
    text = bytearray(made.read_bytes())
    text[16_000:24_000] = b"\xff" * 8_000  # the head of a page, too: what is free in one may hold anything
    made.write_bytes(text)
    with pytest.raises(ConfigError, match="is no sound backup"):
        restore(made, path, NOW)
    assert names(path) == []
    (tmp_path / "other.db").write_bytes(b"")
    with pytest.raises(ConfigError, match="it has none of this program's tables"):
        restore(tmp_path / "other.db", path, NOW)


def test_nothing_is_restored_under_a_running_service(tmp_path: Path) -> None:
    path = tmp_path / "w.db"
    db = open_database(path)
    made = back_up(db, path, tmp_path / "b", NOW, 3)
    db.close()
    in_use = r"is in use by `serve`, process \d+ on \S+ since \S+Z; try again when it has ended"
    with lock(path, "service"), pytest.raises(ConfigError, match=in_use):
        restore(made, path, NOW)


def test_nothing_is_restored_under_a_poll(tmp_path: Path) -> None:
    path = tmp_path / "w.db"
    with open_database(path) as db:
        made = back_up(db, path, tmp_path / "b", NOW, 3)
    with lock(path, "source-iso-committees"), pytest.raises(ConfigError, match="iso-committees is being polled by process"):
        restore(made, path, NOW)


def rights(folder: Path) -> set[tuple[str, int, int, int]]:
    """Name, mode, owner and group of all in a folder, but for what says by its name when it was made."""
    found = [(path, path.stat()) for path in folder.rglob("*") if "before" not in path.name]
    return {(path.name.partition("-2")[0], stat.st_mode & 0o777, stat.st_uid, stat.st_gid) for path, stat in found}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes files for somebody else")
@pytest.mark.parametrize("umask", [0, 0o22, 0o77])
def test_root_makes_and_restores_what_the_owner_of_the_folder_can_use_and_nobody_else_can_read(tmp_path: Path, umask: int) -> None:
    body, data, user = Committees(3), tmp_path / "home" / "data", 61234
    (tmp_path / "home").mkdir()
    os.chown(tmp_path / "home", user, user)
    server, origin = open_site(body.site)

    def call(*words: str | Path) -> None:
        mirror = f'[http]\nmirrors = {{"{ORIGIN}" = "{origin}"}}\n'
        (tmp_path / "w.toml").write_text(mirror)
        command = [sys.executable, "-m", "bot", "--config", tmp_path / "w.toml", "--db", data / "w.db", *words]
        subprocess.run(command, check=True, capture_output=True, umask=umask)

    call("run", "iso-committees")
    call("backup", tmp_path / "home" / "b")
    assert {each[1:] for each in rights(tmp_path / "home")} == {
        (0o750 & ~umask, user, user),
        (0o640 & ~umask, user, user),
    }
    (data / "w.db").chmod(0o600)
    os.chown(data / "w.db", user, 7)
    (made,) = (tmp_path / "home" / "b").iterdir()
    call("restore", made)
    call("run", "iso-committees")
    server.shutdown()
    server.server_close()
    assert ("w.db", 0o600, user, 7) in rights(data)
    assert {each[2] for each in rights(data)} == {user}


def test_the_commands(tmp_path: Path) -> None:
    def call(*words: str | Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "bot", "--db", tmp_path / "data" / "w.db", *words]
        return subprocess.run(command, capture_output=True, text=True)

    open_database(tmp_path / "data" / "w.db").close()
    done = call("backup", tmp_path / "b", "--keep", "2")
    assert done.returncode == 0, done.stderr
    assert "checked" in done.stdout
    (made,) = (tmp_path / "b").iterdir()
    begin(opened(tmp_path / "data" / "w.db"), "late")
    done = call("restore", made)
    assert done.returncode == 0, done.stderr
    assert names(tmp_path / "data" / "w.db") == []
    done = call("backup", tmp_path / "data")
    assert (done.returncode, "name another folder" in done.stderr) == (2, True)
