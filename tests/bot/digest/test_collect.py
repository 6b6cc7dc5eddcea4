"""What goes where in a digest: sections, deadlines, coverage, counts and series."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.decide.watchlist import load_watchlist
from bot.digest.charts import led_chart
from bot.digest.collect import WatchlistPart, collect, section_of
from bot.digest.week import span_of_days, week_named
from state.attributions import BEGIN, Judgements
from state.db import connection_of
from state.model import Attribution, Evidence
from state.queries import weekly
from tests.opened import opened
from tests.state.tables import put_past, put_record
from tests.worlds.alert_rows import SEEN, alert, fresh, queue

WEEK = week_named("2026-W02", UTC)
CHINA = load_watchlist("china", "china")


@pytest.fixture
def db(tmp_path: Path) -> Database:
    made = fresh(tmp_path)
    queue(made, [alert(n) for n in range(1, 5)])
    return made


def part_of(db: Database) -> WatchlistPart:
    return collect(db, "weekly", WEEK, [CHINA]).parts[0]


def test_alerts_that_no_route_wants_are_said(db: Database) -> None:
    said = "Alerts of these days that no route wants, and that no channel got: 4."
    assert said in collect(db, "weekly", WEEK, [CHINA], unwanted=4).coverage.health
    assert not any("no route" in line for line in collect(db, "weekly", WEEK, [CHINA]).coverage.health)


@pytest.mark.parametrize(
    ("event", "change", "kind", "section"),
    [
        ("role-gained", "changed", "committee", "roles"),
        ("role-gained", "added", "committee", "roles"),
        ("role-gained", "added", "project", "new"),
        ("item-added", "added", "project", "new"),
        ("role-lost", "removed", "project", "roles"),
        ("ballot-opened", "changed", "project", "ballots"),
        ("published", "changed", "project", "published"),
        ("published", "added", "project", "published"),
        ("membership", "changed", "committee", "other"),
        ("never-heard-of", "", "", "other"),
    ],
)
def test_each_alert_is_in_one_section(event: str, change: str, kind: str, section: str) -> None:
    assert section_of({"event": event, "change_kind": change, "kind": kind}) == section


def test_deadlines_are_those_of_the_next_thirty_days(db: Database) -> None:
    for number, due in enumerate(["2026-01-11", "2026-01-12", "2026-02-10", "2026-02-11"], start=1):
        db.execute("UPDATE alerts SET due = ? WHERE id = ?", [due, number])
    assert [row["due"] for row in part_of(db).deadlines] == ["2026-01-12", "2026-02-10"]


def test_shadow_and_baseline_are_not_told_one_by_one(db: Database) -> None:
    db.execute("UPDATE alerts SET status = 'shadow' WHERE id = 1")
    db.execute("UPDATE alerts SET status = 'baseline' WHERE id = 2")
    part = part_of(db)
    assert [row["alert"] for row in part.sections[0].alerts] == [3, 4]
    assert len(part.began) == 1


def test_another_week_and_another_watchlist_are_not_told(db: Database) -> None:
    db.execute("UPDATE alerts SET observed_at = '2026-01-12T00:00:00Z' WHERE id = 1")
    db.execute("UPDATE alerts SET watchlist = 'eu' WHERE id = 2")
    assert [row["alert"] for row in part_of(db).sections[0].alerts] == [3, 4]


def test_a_source_in_trouble_is_named_since_its_first_bad_poll(db: Database) -> None:
    add = "INSERT INTO runs (source, trigger, observed_at, status, error) VALUES ('itu-x', 'run', ?, ?, ?)"
    for day, status in ((5, "blocked"), (6, "ok"), (7, "blocked"), (9, "blocked"), (13, "ok")):
        db.execute(add, [f"2026-01-{day:02}T06:00:00Z", status, "refused" if status == "blocked" else None])
    found = collect(db, "weekly", WEEK, [CHINA]).coverage
    assert found.gaps == ("itu-x is blocked since 2026-01-07 06:00: refused",)
    assert found.health[0].startswith("5 polls: 2 good, 3 blocked")


def test_a_quiet_week_says_what_was_checked(db: Database) -> None:
    add = "INSERT INTO runs (source, trigger, observed_at, status) VALUES (?, 'run', ?, ?)"
    for source, seen, status in (("a", "2026-01-06", "ok"), ("b", "2026-01-01", "ok"), ("c", "2026-01-13", "ok")):
        db.execute(add, [source, f"{seen}T06:00:00Z", status])
    found = collect(db, "weekly", WEEK, [CHINA]).coverage
    assert found.gaps == ("b was not polled in these days; its last good poll was on 1 January 2026",)
    assert found.quiet == "No alerts. 2 of 3 sources were checked; 1 was not (see above)."


def test_nothing_is_said_of_days_that_were_not_watched(tmp_path: Path) -> None:
    found = collect(opened(tmp_path / "e.db"), "weekly", WEEK, [CHINA]).coverage
    assert "Nothing was ever polled" in found.gaps[0]
    assert found.quiet.startswith("Nothing was checked in these days")


def test_alerts_in_shadow_mode_are_summed_up_as_unverified(db: Database) -> None:
    db.execute("UPDATE alerts SET status = 'shadow' WHERE id IN (1, 2)")
    part = part_of(db)
    assert [row["alert"] for row in part.unverified] == [1, 2]
    assert [row["alert"] for row in part.sections[0].alerts] == [3, 4]


def test_committees_projects_and_published_documents_are_counted_apart(db: Database) -> None:
    seed(db)
    put_record(db, id=2, source="iso-committees", key="c", kind="committee", body="ISO", first_seen="2026-01-07T06:00:00Z")
    hold(db, 2)
    counts = weekly.led_kinds(db, datetime(2026, 2, 12, tzinfo=UTC), ["CN"], 0.7)
    assert counts == {"committees": 1, "items under way": 1}
    published = {"fields": '{"stage": "60.60"}', "n": 2, "since": "2026-02-01T06:00:00Z", "run": 1}
    put_record(db, id=3, source="iso-x", key="p", kind="project", body="ISO", first_seen="2026-01-07T06:00:00Z", **published)
    put_past(db, record=3, n=1, observed_at="2026-01-07T06:00:00Z", fields='{"stage": "50.20"}')
    hold(db, 3)
    later, earlier = (weekly.led_kinds(db, datetime(2026, month, 12, tzinfo=UTC), ["CN"], 0.7) for month in (2, 1))
    assert later == {"committees": 1, "items under way": 1, "published documents": 1}
    assert earlier == {"committees": 1, "items under way": 2}


def test_a_line_begins_at_the_first_poll_of_its_source(db: Database) -> None:
    seed(db)
    db.execute("UPDATE runs SET status = 'baseline'")
    later = "INSERT INTO runs (source, trigger, observed_at, status) VALUES ('later', 'run', '2026-02-20T06:00:00Z', 'baseline')"
    db.execute(later)
    put_record(db, id=2, source="later", key="c", kind="committee", body="ISO", first_seen="2026-02-20T06:00:00Z")
    hold(db, 2, "2026-02-20T06:00:00Z")
    part = collect(db, "weekly", span_of_days(date(2026, 1, 5), date(2026, 3, 1), UTC), [CHINA]).parts[0]
    line = [(moment, counts["later"]) for moment, counts in part.series if "later" in counts]
    assert line[0] == (datetime(2026, 2, 20, 6, tzinfo=UTC), 1)
    assert [count for _, count in line[:-1]] == [1] * (len(line) - 1)


def test_the_series_ends_with_the_span_and_follows_the_history(db: Database) -> None:
    seed(db)
    db.execute("UPDATE runs SET status = 'baseline'")
    span = span_of_days(date(2026, 1, 5), date(2026, 3, 1), UTC)
    part = collect(db, "weekly", span, [CHINA]).parts[0]
    assert part.series[0][0] == SEEN
    assert part.series[-1][0] == span.end
    assert [sum(counts.values()) for _, counts in part.series] == [1] * (len(part.series) - 1) + [0]
    assert all(later - earlier <= timedelta(days=7) for (earlier, _), (later, _) in zip(part.series, part.series[1:], strict=False))
    chart = led_chart(part, UTC)
    assert chart
    assert "iso-committees from 1 on 7 January 2026 to 0" in chart.alt


def seed(db: Database) -> None:
    """One project that China leads from the first poll to 28 February, and its stage before and after 1 February."""
    now = {"fields": '{"stage": "40.20"}', "n": 2, "since": "2026-02-01T06:00:00Z", "run": 1}
    put_record(db, id=1, source="iso-committees", key="k", kind="project", body="ISO", first_seen="2026-01-07T06:00:00Z", **now)
    put_past(db, record=1, n=1, observed_at="2026-01-07T06:00:00Z", fields='{"stage": "20.00"}')
    hold(db, 1)


def hold(db: Database, record: int, since: str = "2026-01-07T06:00:00Z") -> None:
    """SAC's secretariat of a record until 28 February."""
    connection = connection_of(db)
    held = Attribution("secretariat", "SAC", "CN", "SAC", "r", 1.0, Evidence("u", "f", "t"))
    standing = Judgements(connection, "1").standing(record, held, None, since, "2026-02-28T00:00:00Z")
    connection.execute(BEGIN, standing)
