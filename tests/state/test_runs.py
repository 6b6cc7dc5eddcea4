"""Runs of a source: one at a time, however long it takes; a run that was broken off failed, and its number is never used again."""

import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest

from state import runs
from state.db import open_database, write
from state.locks import Locked, lock
from state.runs import ENDED
from tests.rows import columns
from tests.shared import ROOT
from tests.worlds.alert_rows import fresh

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
POLL = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from state import runs
from state.db import open_database, write

with open_database(Path(sys.argv[1])) as db, runs.running(db, "a", datetime.now(UTC), "run", "1"):
    print("polling", flush=True)
    sys.stdin.read()
"""


def polling(db: Path) -> "subprocess.Popen[str]":
    """Another process that is polling source a."""
    command = [sys.executable, "-c", POLL, db]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "polling\n"
    return process


def test_a_poll_that_takes_twenty_minutes_keeps_others_off_and_says_who_it_is(tmp_path: Path) -> None:
    db = fresh(tmp_path)
    with polling(tmp_path / "w.db") as other:
        later = NOW + timedelta(minutes=20)
        busy = rf"^a is being polled by process {other.pid} on \S+ since \S+Z; try again when it has ended\.$"
        with pytest.raises(Locked, match=busy), runs.running(db, "a", later, "run", "1"):
            pytest.fail("two polls at once")
        with runs.running(db, "b", later, "run", "1") as run:
            assert run.source == "b"
        assert columns(tmp_path / "w.db", "runs", "status", "source = 'a'") == ["running"]


def test_a_killed_poll_failed_and_the_next_starts_at_once_under_its_own_number(tmp_path: Path) -> None:
    db = fresh(tmp_path)
    with polling(tmp_path / "w.db") as other:
        other.kill()
    with runs.running(db, "a", NOW, "run", "1") as run:
        assert columns(tmp_path / "w.db", "runs", "id, status, error") == [(1, "failed", ENDED), (2, "running", None)]
        assert run.id == 2
    assert runs.last(db, "a") is None, "it says nothing of the source"


def test_the_number_of_a_deleted_run_is_not_used_again(tmp_path: Path) -> None:
    db = fresh(tmp_path)
    runs.delete(db, runs.begin(db, "a", NOW, "run", "1").id)
    assert runs.begin(db, "a", NOW, "run", "1").id == 2


def test_threads_of_one_process_exclude_each_other(tmp_path: Path) -> None:
    db, said = fresh(tmp_path), []

    def poll() -> None:
        try:
            with open_database(tmp_path / "w.db") as own, runs.running(own, "a", NOW, "run", "1"):
                said.append("polls")
        except Locked:
            said.append("busy")

    with runs.running(db, "a", NOW, "run", "1"):
        second = Thread(target=poll)
        second.start()
        second.join()
    assert said == ["busy"]


def test_a_wait_for_a_lock_ends_with_the_block_that_holds_it(tmp_path: Path) -> None:
    done: list[str] = []

    def wait() -> None:
        with lock(tmp_path / "w.db", "host-[::1]/../" + "x" * 300):
            done.append("second")

    with lock(tmp_path / "w.db", "host-[::1]/../" + "x" * 300):
        second = Thread(target=wait)
        second.start()
        second.join(0.2)
        done.append("first")
    second.join()
    assert done == ["first", "second"]
    assert [path.parent.name for path in tmp_path.rglob("*") if path.is_file()] == ["locks"]


@pytest.mark.parametrize(
    ("error", "raised", "says"),
    [
        (sqlite3.OperationalError("disk full"), False, "nothing could be written (disk full)"),
        (KeyError("x"), True, "a fault in this program: KeyError('x')"),
    ],
)
def test_an_error_in_a_poll_fails_its_run(tmp_path: Path, error: Exception, raised: bool, says: str) -> None:
    db, seen = fresh(tmp_path), []
    try:
        with runs.running(db, "a", NOW, "run", "1") as run:
            run.added = 3
            raise error
    except KeyError:
        seen.append(True)
    assert bool(seen) is raised
    assert (run.status, run.added) == ("failed", 0)
    assert columns(tmp_path / "w.db", "runs", "status, error") == [("failed", says)]


def test_an_error_after_the_outcome_was_written_is_raised(tmp_path: Path) -> None:
    db = fresh(tmp_path)

    def poll() -> None:
        with runs.running(db, "a", NOW, "run", "1") as run:
            run.status = "ok"
            with write(db) as connection:
                runs.finish(connection, run)
            raise OSError("rename")

    with pytest.raises(OSError, match="rename"):
        poll()
    assert columns(tmp_path / "w.db", "runs", "status") == ["ok"]
