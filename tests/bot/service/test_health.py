"""Troubles are told once when they begin and once when they end; drift shows over weeks; the clock is watched."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.app import App
from bot.config import Config
from bot.service.cycle import announce_troubles
from bot.service.health import DiskUsage, check_health, drifts, of_clock, of_source, of_space
from bot.service.heartbeat import Heartbeat
from sources import all_sources
from state import ops
from state.db import write
from state.encode import stamp
from state.ops import Trouble
from tests.opened import opened
from tests.state.tables import put_measure

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
SLOTS, KNOWN = ["poll", "age"], ["a", "b"]
NAME = "iso-committees"


@pytest.fixture
def db(tmp_path: Path) -> Database:
    return opened(tmp_path / "w.db")


@pytest.fixture
def here(tmp_path: Path) -> Iterator[App]:
    made = App(Config(), tmp_path / "w.db")
    made.create()
    yield made
    made.close()


def trouble(subject: str = "a", kind: str = "failed", slot: str = "poll") -> Trouble:
    return Trouble(subject, slot, kind, f"{subject} {kind}", f"{subject} works again")


def told(db: Database) -> list[str]:
    notices = ops.pending_notices(db)
    for notice in notices:
        ops.mark_told(db, notice, NOW)
    return [notice.text for notice in notices]


def poll(db: Database, at: datetime, status: str, trigger: str = "serve", error: str = "because") -> None:
    with write(db) as connection:
        connection.execute(
            "INSERT INTO runs (source, trigger, observed_at, status, error) VALUES (?, ?, ?, ?, ?)",
            [NAME, trigger, stamp(at), status, error],
        )


def test_once_and_again_at_the_end(db: Database) -> None:
    for _ in range(3):
        ops.store_troubles(db, [trouble(), trouble("b")], SLOTS, KNOWN, NOW)
        ops.store_troubles(db, [trouble(), trouble("b")], SLOTS, KNOWN, NOW)
    assert told(db) == ["a failed", "b failed"]
    ops.store_troubles(db, [trouble("b")], SLOTS, KNOWN, NOW)
    ops.store_troubles(db, [trouble("b")], SLOTS, KNOWN, NOW)
    assert told(db) == ["a works again"]
    ops.store_troubles(db, [trouble(), trouble("b")], SLOTS, KNOWN, NOW)
    assert told(db) == ["a failed"]
    assert [row["subject"] for row in ops.current(db)] == ["b", "a"]


def test_another_kind_of_trouble_is_no_recovery(db: Database) -> None:
    ops.store_troubles(db, [trouble()], SLOTS, KNOWN, NOW)
    ops.store_troubles(db, [trouble(kind="blocked")], SLOTS, KNOWN, NOW)
    ops.store_troubles(db, [], SLOTS, KNOWN, NOW)
    assert told(db) == ["a failed", "a blocked", "a works again"]


def test_what_is_not_looked_at_any_more_did_not_recover(db: Database) -> None:
    ops.store_troubles(db, [trouble(), trouble("b")], SLOTS, KNOWN, NOW)
    told(db)
    ops.store_troubles(db, [], SLOTS, ["b"], NOW)
    assert told(db) == ["b works again"]
    assert ops.current(db) == []


def test_other_slots_stay_as_they_are(db: Database) -> None:
    ops.store_troubles(db, [trouble(slot="age", kind="stale")], SLOTS, KNOWN, NOW)
    ops.store_troubles(db, [], ["poll"], KNOWN, NOW)
    assert len(ops.current(db)) == 1


def test_a_notice_that_was_not_told_is_told_at_the_next_chance(db: Database) -> None:
    ops.store_troubles(db, [trouble()], SLOTS, KNOWN, NOW)
    before = ops.pending_notices(db)  # and killed here
    ops.store_troubles(db, [], SLOTS, KNOWN, NOW)
    after = ops.pending_notices(db)
    assert [notice.key for notice in before] == [after[0].key]
    assert [notice.ended for notice in after] == [False, True]


@pytest.mark.parametrize(
    ("status", "says"),
    [("failed", "the poll failed: because"), ("blocked", "was blocked"), ("quarantined", "standards-watch held")],
)
def test_an_outage_and_its_end(here: App, status: str, says: str) -> None:
    source = all_sources()[NAME]
    poll(here.db, NOW - timedelta(hours=30), "ok")
    poll(here.db, NOW, status)
    (found,) = of_source(here, source, NOW)
    assert (found.subject, found.kind) == (NAME, status)
    assert says in found.text
    assert "The state of 2026-11-23 04:00 stays." in found.text
    check_health(here, [source], NOW)
    assert announce_troubles(here, NOW) == 1
    poll(here.db, NOW + timedelta(hours=4), "unchanged")
    check_health(here, [source], NOW + timedelta(hours=4))
    assert [(notice.text, notice.ended) for notice in ops.pending_notices(here.db)] == [(f"{NAME}: polls work again.", True)]


def test_stale_after_two_turns_that_brought_nothing(here: App) -> None:
    source = all_sources()[NAME]
    poll(here.db, NOW, "ok")
    assert list(of_source(here, source, NOW + timedelta(hours=53))) == []
    (found,) = of_source(here, source, NOW + timedelta(hours=55))
    assert (found.kind, "nothing was accepted for 55 hours" in found.text) == ("stale", True)


def test_a_source_that_never_gave_anything_good_is_stale_too(here: App) -> None:
    for hours in (0, 24, 48):
        poll(here.db, NOW + timedelta(hours=hours), "failed")
    kinds = [each.kind for each in of_source(here, all_sources()[NAME], NOW + timedelta(hours=55))]
    assert kinds == ["failed", "stale"]


def test_replayed_history_is_no_poll(here: App) -> None:
    poll(here.db, NOW - timedelta(days=300), "failed", trigger="replay")
    assert list(of_source(here, all_sources()[NAME], NOW)) == []


def test_space_is_told_near_its_limit_and_over_when_a_fifth_was_gained(here: App) -> None:
    low, nearly, enough = DiskUsage(400_000_000, 0), DiskUsage(550_000_000, 0), DiskUsage(601_000_000, 0)
    assert list(of_space(here, nearly)) == []
    (found,) = of_space(here, low)
    assert "400 MB free" in found.text
    ops.store_troubles(here.db, [found], ["space"], ["disk"], NOW)
    assert len(list(of_space(here, nearly))) == 1
    assert list(of_space(here, enough)) == []
    (archive,) = of_space(here, DiskUsage(10**12, 18_500_000_000))
    assert (archive.subject, "18.50 GB of 20" in archive.text) == ("archive", True)


def test_a_full_disk_is_told_though_little_room_was_told_before(here: App) -> None:
    kinds = []
    for free in (400_000_000, 10_000, 5_000_000, 11_000_000, 601_000_000):
        found = list(of_space(here, DiskUsage(free, 0)))
        ops.store_troubles(here.db, found, ["space"], ["disk"], NOW)
        kinds.append([each.kind for each in found])
    assert kinds == [["space"], ["full"], ["full"], ["space"], []]
    assert [text.partition(".")[0] for text in told(here.db)] == [
        "The disk has 400 MB free",
        "The disk is full: no poll can be written",
        "The disk has 11 MB free",
        "The disk has room again",
    ]


def test_a_clock_that_stands_before_a_poll(here: App) -> None:
    poll(here.db, NOW + timedelta(days=3), "ok")
    (found,) = of_clock(here, NOW, None)
    assert (found.kind, "2026-11-27" in found.text) == ("behind", True)
    assert list(of_clock(here, NOW + timedelta(days=3), None)) == []


def test_a_jump_is_told_once_whoever_looks_and_hides_how_old_a_state_is(here: App) -> None:
    source = all_sources()[NAME]
    poll(here.db, NOW - timedelta(days=9), "ok")
    check_health(here, [source], NOW, timedelta(days=9))  # the service, which saw the clock jump
    check_health(here, [source], NOW)  # `run` by hand beside it, which did not
    check_health(here, [source], NOW, timedelta(days=9))
    assert [row["kind"] for row in ops.current(here.db)] in (["jump", "stale"], ["jump"])
    check_health(here, [source], NOW + timedelta(hours=1), timedelta(0))
    kinds = [notice.kind for notice in ops.pending_notices(here.db) if notice.ended]
    assert kinds == ["jump"]


@pytest.mark.parametrize("step", [3600.0, -86_400.0])
def test_the_clock_is_watched(step: float) -> None:
    wall, steady = 1e9, 50.0
    heartbeat = Heartbeat(lambda: (wall, steady))
    wall, steady = wall + 61, steady + 60
    assert not heartbeat.jumped()
    wall, steady = wall + 60 + step, steady + 60
    assert heartbeat.jumped() == timedelta(seconds=step)
    wall, steady = wall + 1800, steady + 1800
    assert heartbeat.jumped() == timedelta(seconds=step)  # still worth saying
    wall, steady = wall + 1900, steady + 1900
    assert not heartbeat.jumped()


def series(*values: float, name: str = "records") -> dict[str, list[tuple[date, float]]]:
    """A value a week, the last of today."""
    today = NOW.date()
    return {name: [(today - timedelta(weeks=len(values) - 1 - n), value) for n, value in enumerate(values)]}


@pytest.mark.parametrize(
    ("values", "name", "expected"),
    [
        ((1000, 990, 980, 970, 960), "records", False),
        ((1000, 990, 960, 930, 900, 880, 860), "records", True),
        ((1000, 1040, 1080, 1110, 1140, 1170), "records", True),
        ((0.99, 0.98, 0.97, 0.95, 0.93, 0.91), "secretariat", True),
        ((0.99, 0.98, 0.97, 0.97, 0.96, 0.96), "secretariat", False),
        ((0.80, 0.85, 0.90, 0.95, 0.99), "secretariat", False),  # filled better is no trouble
        ((1000, 850), "records", False),  # a step: the checks judge it
    ],
)
def test_drift(values: tuple[float, ...], name: str, expected: bool) -> None:
    assert bool(list(drifts(series(*values, name=name), NOW.date()))) is expected


def test_what_only_grows_does_not_drift(here: App) -> None:
    fleeting, kept = all_sources()["itu-contributions"], all_sources()[NAME]
    for source in (fleeting, kept):
        poll(here.db, NOW, "ok")
        for age in range(60):
            day = (NOW - timedelta(days=age)).date().isoformat()
            put_measure(here.db, source.name, day, "records", 1000.0 - 10 * age)
            put_measure(here.db, source.name, day, "date", 0.3 + age / 100)
    assert [trouble.kind for trouble in of_source(here, kept, NOW)] == ["drift"]
    assert list(of_source(here, fleeting, NOW)) == []
