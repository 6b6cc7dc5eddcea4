"""A run in quarantine can be accepted or dropped by hand."""

from io import BytesIO
from pathlib import Path

import pytest

from bot.context import RunContext
from bot.errors import ConfigError
from bot.fetch.replay import archive_reader
from bot.run.quarantine import accept, drop, quarantined_runs
from bot.run.replay import replay, sessions
from sources.base import Follow
from sources.iso.committees import source
from state import runs
from state.archive import captures
from state.archive.writer import Archive, Reply
from state.db import write
from state.model import Capture
from state.queries import history
from tests.worlds.committee_list import committees, day, jsonl, row, warc


def poll(desk: RunContext, path: Path, body: bytes, week: int):
    return replay(desk, sessions([warc(path / f"week-{week}.warc.gz", [body], first=week)], [source])[0])


@pytest.fixture
def held(desk: RunContext, tmp_path: Path) -> int:
    poll(desk, tmp_path, jsonl(committees()), 0)
    run = poll(desk, tmp_path, jsonl(committees(changed={10: row(10, None)})), 1)
    assert run.status == "quarantined"
    return run.id


def test_accepting_tells_what_was_held_back(desk: RunContext, held: int) -> None:
    run = accept(desk, held)
    assert (run.status, run.alerts) == ("ok", 1)
    assert [alert["event"] for alert in history.alerts(desk.db)] == ["role-lost"]
    assert quarantined_runs(desk) == []


def test_dropping_leaves_the_state(desk: RunContext, held: int, tmp_path: Path) -> None:
    drop(desk, held)
    assert quarantined_runs(desk) == []
    assert poll(desk, tmp_path, jsonl(committees()), 2).status == "unchanged"


def test_what_a_later_poll_overtook_cannot_be_accepted(desk: RunContext, held: int, tmp_path: Path) -> None:
    poll(desk, tmp_path, jsonl(committees()), 2)
    with pytest.raises(ConfigError, match="later poll"):
        accept(desk, held)


def test_records_that_come_twice_are_never_accepted(desk: RunContext, tmp_path: Path) -> None:
    poll(desk, tmp_path, jsonl(committees()), 0)
    body = jsonl(committees())
    run = poll(desk, tmp_path, body + body.splitlines(keepends=True)[3], 1)
    assert accept(desk, run.id).status == "quarantined"


def test_a_run_of_a_source_that_is_configured_no_more_is_not_accepted(desk: RunContext, held: int) -> None:
    desk.db.execute("UPDATE runs SET source = 'unesco-dataset-gone' WHERE id = ?", [held])
    with pytest.raises(ConfigError, match="There is no source 'unesco-dataset-gone' any more"):
        accept(desk, held)


def test_only_held_runs_can_be_accepted(desk: RunContext) -> None:
    with pytest.raises(ConfigError, match="Run 7 is not held"):
        accept(desk, 7)


def archived(desk: RunContext, week: int, outcome: str, status: int, sha256: str, body: bytes | None) -> int:
    """A run with one answer (None: the one of before) in the archive of the desk; returns its number."""
    run = runs.begin(desk.db, source.name, day(week), "run", "0")
    reply = Reply("https://example.org/a", day(week), status, "", [("Content-Type", "application/json")])
    with Archive(desk.data).run(f"run-{week}", day(week), {}) as file:
        place = file.revisit(reply, (reply.url, day(0))) if body is None else file.response(reply, BytesIO(body), len(body))
    with write(desk.db) as connection:
        capture = Capture(reply.url, day(week), status, sha256, None, None, *place, revisit=body is None)
        captures.keep_captures(connection, run, [capture])
        run.status = outcome
        runs.finish(connection, run)
    return run.id


def test_a_held_run_has_the_pages_that_were_the_same_as_before(desk: RunContext) -> None:
    archived(desk, 0, "ok", 200, "x", b"{}")
    number = archived(desk, 1, "quarantined", 304, "x", None)
    answer = archive_reader(source, desk.data, captures.captures_of(desk.db, number))(Follow("https://example.org/a"))
    assert answer
    assert answer.page
    assert answer.page.body == b"{}"


def test_the_body_of_a_revisit_is_the_one_it_was_asked_about_though_another_source_met_a_newer_one(desk: RunContext) -> None:
    archived(desk, 0, "ok", 200, "x", b"{}")
    archived(desk, 1, "ok", 200, "y", b'{"newer": 1}')
    archived(desk, 2, "ok", 304, "x", None)
    newest = captures.last_capture(desk.db, "https://example.org/a")
    assert newest
    assert (newest.sha256, newest.fetched_at) == ("x", day(0))


def test_the_page_of_a_record_that_was_gone_is_no_page_when_it_is_read_again(desk: RunContext) -> None:
    archived(desk, 0, "ok", 404, "x", b'{"message": "gone"}')
    assert (
        archive_reader(source, desk.data, captures.last_captures(desk.db, source.name))(Follow("https://example.org/a", key="a"))
        is None
    )


def test_another_file_of_the_same_second_is_no_stale_copy(desk: RunContext, tmp_path: Path) -> None:
    statuses = []
    for week, hour in enumerate(("06", "06", "05")):
        body = jsonl(committees(changed={10: row(10, (1511 + week, "DIN"))}))
        stamped = {"Last-Modified": f"Wed, 07 Jan 2026 {hour}:00:00 GMT"}
        path = warc(tmp_path / f"week-{week}.warc.gz", [body], first=week, **stamped)
        statuses.append(replay(desk, sessions([path], [source])[0]).status)
    assert statuses == ["baseline", "ok", "quarantined"]


def test_the_same_answer_is_held_again(desk: RunContext, held: int, tmp_path: Path) -> None:
    for week in (2, 3):
        assert poll(desk, tmp_path, jsonl(committees(changed={10: row(10, None)})), week).status == "quarantined"
    assert len(quarantined_runs(desk)) == 3
