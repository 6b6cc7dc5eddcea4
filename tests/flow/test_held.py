"""A run in quarantine can be accepted or dropped by hand."""

from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.held import accept, drop, held_runs
from bot.pipeline import Desk
from bot.replay import replay, sessions
from sources.iso.committees import source
from state import reading
from tests.world import committees, jsonl, row, warc


def poll(desk: Desk, path: Path, body: bytes, week: int):
    return replay(desk, sessions([warc(path / f"week-{week}.warc.gz", [body], first=week)], [source])[0])


@pytest.fixture
def held(desk: Desk, tmp_path: Path) -> int:
    poll(desk, tmp_path, jsonl(committees()), 0)
    run = poll(desk, tmp_path, jsonl(committees(changed={10: row(10, None)})), 1)
    assert run.status == "quarantined"
    return run.id


def test_accepting_tells_what_was_held_back(desk: Desk, held: int) -> None:
    run = accept(desk, held)
    assert (run.status, run.alerts) == ("ok", 1)
    assert [alert["event"] for alert in reading.alerts(desk.db)] == ["role-lost"]
    assert held_runs(desk) == []


def test_dropping_leaves_the_state(desk: Desk, held: int, tmp_path: Path) -> None:
    drop(desk, held)
    assert held_runs(desk) == []
    assert poll(desk, tmp_path, jsonl(committees()), 2).status == "unchanged"


def test_what_a_later_poll_overtook_cannot_be_accepted(desk: Desk, held: int, tmp_path: Path) -> None:
    poll(desk, tmp_path, jsonl(committees()), 2)
    with pytest.raises(ConfigError, match="later poll"):
        accept(desk, held)


def test_records_that_come_twice_are_never_accepted(desk: Desk, tmp_path: Path) -> None:
    poll(desk, tmp_path, jsonl(committees()), 0)
    body = jsonl(committees())
    run = poll(desk, tmp_path, body + body.splitlines(keepends=True)[3], 1)
    assert accept(desk, run.id).status == "quarantined"


def test_only_held_runs_can_be_accepted(desk: Desk) -> None:
    with pytest.raises(ConfigError, match="Run 7 is not held"):
        accept(desk, 7)
