"""Upgrades: on a copy first, and never of a database that is newer than the program."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from state.db import Newer, NotMigrated, connect, connection_of, copy, open_database, write
from state.schema import migrations


def older(path: Path) -> None:
    """A database as the first version made it, with a row."""
    db = connect(path)
    with write(db) as connection:
        migrations.apply(db, stop_before="m002_alerts_of_a_record")
        connection.execute("INSERT INTO sources (name, accepted_at) VALUES ('s', '2026-01-01T00:00:00Z')")
    db.close()


def test_an_older_database_is_upgraded_and_keeps_its_rows(tmp_path: Path) -> None:
    older(tmp_path / "w.db")
    db = open_database(tmp_path / "w.db")
    assert connection_of(db).execute("SELECT name FROM sources").fetchone()[0] == "s"
    assert "alerts_of_record" in {index.name for index in db["alerts"].indexes}
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == []
    db.close()


def test_an_upgrade_that_fails_on_the_copy_leaves_the_database_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "w.db"
    older(path)
    connection = sqlite3.connect(path)
    connection.execute("CREATE INDEX alerts_of_record ON runs(id)")  # in the way of the second step
    before = connection.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall()
    with pytest.raises(NotMigrated, match=r"does not work on a copy of it .*alerts_of_record already exists.*is as it was"):
        open_database(path)
    assert connection.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall() == before
    connection.close()


def test_a_newer_database_is_refused_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "w.db"
    open_database(path).close()
    connection = sqlite3.connect(path)
    connection.execute("INSERT INTO _sqlite_migrations (migration_set, name) VALUES ('standards_watch', 'm900_later')")
    connection.commit()
    connection.close()
    with pytest.raises(Newer, match=r"written by a newer version of this program \(it has m900_later\)"):
        open_database(path)
    done = subprocess.run([sys.executable, "-m", "bot", "--db", path, "alerts"], capture_output=True, text=True)
    assert done.returncode == 2
    assert "install that version again" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_with_pages_of_another_size_is_upgraded(tmp_path: Path) -> None:
    older(tmp_path / "w.db")
    db = open_database(tmp_path / "w.db")
    assert db.execute("PRAGMA page_size").fetchone()[0] == 4096
    copy(db, tmp_path / "copy.db")
    db.close()
    db = open_database(tmp_path / "copy.db")
    assert db.execute("PRAGMA page_size").fetchone()[0] == 4096
    db.close()
