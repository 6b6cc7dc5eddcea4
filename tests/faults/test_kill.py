"""kill -9 at any point of a replay, then the same command again: the same on record as after an undisturbed run."""

import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from state.db import integrity_errors, open_readonly
from state.runs import ENDED
from tests.rows import VIEWS, rows
from tests.worlds.committee_list import AFNOR, DIN, SAC, committees, jsonl, row, warc

KILLS = 8
VOLATILE = {"created_at", "code_version", "queued_at", "first_attempt_at", "sent_at", "attempts", "tried_at", "unsure_since"}


def replaying(db: Path, archive: Path) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "bot", "--db", str(db), "replay", str(archive), "--deliver", "--json"]
    return subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def views(db: Path) -> dict[str, list[dict[str, Any]]]:
    """Return all that is on record, but for what depends on the hour and on how often something was tried: runs that were broken
    off are left out, and the others numbered anew."""
    with closing(open_readonly(db)) as held:
        assert integrity_errors(held) == ""
    found = {view: [{k: v for k, v in row.items() if k not in VOLATILE} for row in rows(db, view)] for view in VIEWS}
    found["runs"] = [run for run in found["runs"] if run["error"] != ENDED]
    number = {run["id"]: n for n, run in enumerate(found["runs"], 1)}
    for view, name in [("runs", "id"), *((view, "run") for view in VIEWS if "run" in (found[view] or [{}])[0])]:
        for each in found[view]:
            each[name] = number[each[name]]
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
    expected = views(undisturbed)
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
        assert views(db) == expected
    assert killed
