"""kill -9 at any point of a replay, then the same command again: the same tables as an undisturbed run."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.worlds.committee_list import AFNOR, DIN, SAC, committees, jsonl, row, warc

KILLS = 8
VOLATILE = {"created_at", "code_version"}
DELIVERING = {"queued_at", "first_attempt_at", "sent_at", "attempts", "holder", "unsure"}


def replaying(db: Path, archive: Path) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "bot", "--db", str(db), "replay", str(archive), "--deliver", "--json"]
    return subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def tables(db: Path) -> dict[str, list[tuple[Any, ...]]]:
    connection = sqlite3.connect(db)
    names = [
        name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%sqlite%'")
    ]
    found: dict[str, list[tuple[Any, ...]]] = {}
    for name in names:
        columns = [column[1] for column in connection.execute(f"PRAGMA table_info({name})") if column[1] not in VOLATILE]
        if name == "deliveries":
            columns = [column for column in columns if column not in DELIVERING]
        found[name] = sorted(connection.execute(f"SELECT {', '.join(columns)} FROM {name}").fetchall(), key=repr)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
    return found


def test_a_killed_replay_is_taken_up_again(tmp_path: Path) -> None:
    states = [
        committees(),
        committees(changed={10: row(10, AFNOR, [SAC])}),
        committees(721, changed={10: row(10, AFNOR, [SAC]), 721: row(721, SAC)}),
        committees(721, changed={721: row(721, SAC), 20: row(20, DIN)}, without=[5]),
        committees(721, changed={721: row(721, SAC), 20: row(20, DIN)}, without=[5]),
    ]
    archive = warc(tmp_path / "weeks.warc.gz", [jsonl(each) for each in states])
    undisturbed = tmp_path / "undisturbed.db"
    started = time.monotonic()
    assert replaying(undisturbed, archive).wait() == 0
    took = time.monotonic() - started
    expected = tables(undisturbed)
    assert len(expected["alerts"]) > 3

    killed = 0
    for number in range(KILLS):
        db = tmp_path / f"killed-{number}.db"
        process = replaying(db, archive)
        time.sleep(took * (number + 1) / (KILLS + 1))
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
            killed += 1
        process.wait()
        assert replaying(db, archive).wait() == 0
        assert tables(db) == expected
    assert killed
