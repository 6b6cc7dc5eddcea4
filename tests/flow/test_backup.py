"""Backups that are sound, their number, and what a restore does with what was there."""

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
from tests.opened import opened
from tests.rows import columns

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
