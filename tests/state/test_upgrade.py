"""Upgrades: on a copy first, and never of a database that is newer than the program."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from state.captures import last_capture
from state.db import Newer, NotMigrated, connected, connection_of, copy, open_database, write
from state.encode import load_claims
from state.migrations import migrations
from state.model import Claim, Evidence
from tests.opened import opened


def older(path: Path) -> None:
    """A database as the first version made it, with a row."""
    db = connected(path)
    with write(db) as connection:
        migrations.apply(db, stop_before="m002_hosts")
        connection.execute("INSERT INTO sources (name, accepted_at) VALUES ('s', '2026-01-01T00:00:00Z')")
    db.close()


def test_an_older_database_is_upgraded_and_keeps_its_rows(tmp_path: Path) -> None:
    older(tmp_path / "w.db")
    db = open_database(tmp_path / "w.db")
    assert connection_of(db).execute("SELECT name FROM sources").fetchone()[0] == "s"
    assert {"hosts", "ops", "measures"} <= set(db.table_names())
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == []
    db.close()


def test_an_upgrade_that_fails_on_the_copy_leaves_the_database_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "w.db"
    older(path)
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE hosts (of_somebody_else TEXT)")  # in the way of the second step
    before = connection.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall()
    with pytest.raises(NotMigrated, match=r"does not work on a copy of it .*hosts already exists.*is as it was"):
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


def test_claims_of_before_are_written_in_runs(tmp_path: Path) -> None:
    db = connected(tmp_path / "w.db")
    before = '[["secretariat","SAC",null,"1635","https://example.org/a","secretariat","SAC (China)"]]'
    with write(db) as connection:
        migrations.apply(db, stop_before="m018_claims")
        connection.execute("INSERT INTO sources (name) VALUES ('s')")
        connection.execute(
            "INSERT INTO tracked (source, key, kind, body, fields, claims, first_seen) VALUES ('s', 'a', 'k', 'ISO', '{}', ?, '')",
            [before],
        )
    db.close()
    (row,) = opened(tmp_path / "w.db").query("SELECT claims FROM tracked")
    told = Evidence("https://example.org/a", "secretariat", "SAC (China)")
    assert load_claims(row["claims"]) == (Claim("secretariat", "SAC", told, None, "1635"),)


def test_where_the_body_lies_is_known_of_captures_of_before(tmp_path: Path) -> None:
    db = connected(tmp_path / "w.db")
    with write(db) as connection:
        migrations.apply(db, stop_before="m014_bodies")
        for number, (status, text) in enumerate([(200, "x"), (304, "x"), (200, "y"), (304, "y"), (200, "y")], start=1):
            day = f"2026-01-0{number}T00:00:00Z"
            connection.execute("INSERT INTO runs (source, trigger, observed_at, status) VALUES ('s', 'run', ?, 'ok')", [day])
            connection.execute(
                "INSERT INTO captures (run, url, fetched_at, status, sha256, file, offset) VALUES (?, 'https://a', ?, ?, ?, ?, 9)",
                [number, day, status, text, f"{number}.warc.gz"],
            )
    db.close()
    db = opened(tmp_path / "w.db")
    assert [row["body"] for row in db.query("SELECT body FROM captures ORDER BY id")] == [None, 1, None, 3, 3]
    newest = last_capture(db, "https://a")
    assert newest
    assert (newest.file, newest.fetched_at.day) == ("3.warc.gz", 3)


def test_an_attribution_and_a_version_of_before_read_as_they_did(tmp_path: Path) -> None:
    db = connected(tmp_path / "w.db")
    sac = ("secretariat", "leads", "CN", "SAC", "SAC", "1635", "r", "1", 0.98)
    din = ("secretariat", "leads", "DE", "DIN", "DIN", None, "r", "1", 0.98)
    unknown = ("secretariat", "leads", None, "SAC", "SAC", "1635", "unknown", "2", 0.0)
    rows = [
        (1, 1, *sac, "u", "f", "SAC", None, "a", "b", None, None),
        (2, 1, *din, "u", "f", "DIN", None, "b", None, None, "900"),
        (3, 2, *sac, "w", "f", "SAC", None, "a", None, 4, None),
        (4, 2, *unknown, "w", "f", "SAC", None, "a", None, None, None),
    ]
    with write(db) as connection:
        migrations.apply(db, stop_before="m021_past")
        connection.execute("INSERT INTO runs (id, source, trigger, observed_at, status) VALUES (1, 's', 'run', 'a', 'ok')")
        connection.executemany(
            "INSERT INTO tracked (id, source, key, kind, body, reference, title, status, fields, claims, first_seen)"
            """ VALUES (?, 's', ?, 'k', 'ISO', 'R', 'New', 'Active', '{"stage":"40.20"}', '[]', 'a')""",
            [(1, "1"), (2, "2")],
        )
        state = '{"title":"%s","reference":"R","status":"Active","stage":"%s"}'
        connection.executemany(
            "INSERT INTO versions (record, n, observed_at, run, fields, claims) VALUES (?, ?, ?, 1, ?, '[]')",
            [(1, 1, "a", state % ("Old", "20.00")), (1, 2, "b", state % ("New", "40.20")), (2, 1, "a", state % ("New", "40.20"))],
        )
        columns = [row[1] for row in connection.execute("PRAGMA table_info(attributions)")]
        connection.executemany(f"INSERT INTO attributions VALUES ({', '.join('?' * len(columns))})", reversed(rows))
    db.close()
    db = open_database(tmp_path / "w.db")
    assert [tuple(row.values()) for row in db.query(f"SELECT {', '.join(columns)} FROM attributions ORDER BY id")] == rows
    assert db["judgements"].count == 3
    states = list(db.query("SELECT record, n, observed_at, title, fields FROM versions ORDER BY record, n"))
    assert [tuple(row.values()) for row in states] == [
        (1, 1, "a", "Old", '{"stage":"20.00"}'),
        (1, 2, "b", "New", '{"stage":"40.20"}'),
        (2, 1, "a", "New", '{"stage":"40.20"}'),
    ]
    assert db["past"].count == 1
    db.close()


def test_a_database_with_pages_of_another_size_is_upgraded(tmp_path: Path) -> None:
    older(tmp_path / "w.db")
    db = open_database(tmp_path / "w.db")
    assert db.execute("PRAGMA page_size").fetchone()[0] == 4096
    copy(db, tmp_path / "copy.db")
    db.close()
    db = open_database(tmp_path / "copy.db")
    assert db.execute("PRAGMA page_size").fetchone()[0] == 4096
    db.close()
