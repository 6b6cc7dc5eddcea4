"""Schedules as people write them, what is due by the runs, and the two nights in which the clocks change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ConfigError
from bot.service.schedule import LastPoll, longest_wait, next_turn, trigger, turn_has_come
from sources import all_sources

ZONE = ZoneInfo("Europe/Brussels")
SPRING, AUTUMN = datetime(2027, 3, 28, tzinfo=UTC), datetime(2027, 10, 31, tzinfo=UTC)


def turns(text: str, after: datetime, count: int) -> list[str]:
    found = []
    for _ in range(count):
        turn = next_turn(text, ZONE, after)
        assert turn is not None
        after = turn
        found.append(f"{turn:%m-%d %H:%M%z}")
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("daily 06:10", ["11-25 06:10+0100", "11-26 06:10+0100"]),
        ("daily 6:10", ["11-25 06:10+0100", "11-26 06:10+0100"]),
        ("weekly Mon 07:00", ["11-30 07:00+0100", "12-07 07:00+0100"]),
        ("Mon 07:00", ["11-30 07:00+0100", "12-07 07:00+0100"]),
        ("weekly sun 23:59", ["11-29 23:59+0100", "12-06 23:59+0100"]),
        ("10 6 * * mon-fri", ["11-25 06:10+0100", "11-26 06:10+0100"]),
        ("0 12 * * 0", ["11-29 12:00+0100", "12-06 12:00+0100"]),  # cron's Sunday, which the scheduler would take for Monday
        ("0 12 * * 5-7", ["11-27 12:00+0100", "11-28 12:00+0100"]),
        ("0 12 1 */3 *", ["01-01 12:00+0100", "04-01 12:00+0200"]),
    ],
)
def test_when_it_comes_next(text: str, expected: list[str]) -> None:
    assert turns(text, datetime(2026, 11, 25, 3, tzinfo=UTC), 2) == expected


@pytest.mark.parametrize(
    "text",
    ["", "daily", "daily 25:00", "daily 06:61", "weekly Moon 07:00", "weekly 07:00", "every 0h", "every 6 h", "every -1h", "often",
     "61 6 * * *", "10 6 * *", "10 6 * * 8", "10 6 * * mon-xyz", "daily 06:10 07:10"],
)  # fmt: skip
def test_what_is_no_schedule_is_said_to_be_none(text: str) -> None:
    with pytest.raises(ConfigError, match="is no schedule; write for example"):
        trigger(text, ZONE)


def test_a_turn_in_the_hour_that_does_not_come_is_taken_after_it() -> None:
    assert turns("daily 02:30", SPRING - timedelta(hours=12), 2) == ["03-28 03:30+0200", "03-29 02:30+0200"]


def test_a_turn_in_the_hour_that_comes_twice_is_taken_once() -> None:
    assert turns("daily 02:30", AUTUMN - timedelta(hours=12), 2) == ["10-31 02:30+0200", "11-01 02:30+0100"]
    assert turns("30 * * * *", AUTUMN - timedelta(minutes=45), 4) == [
        "10-31 01:30+0200", "10-31 02:30+0200", "10-31 03:30+0100", "10-31 04:30+0100",
    ]  # fmt: skip


def test_the_scheduler_gets_past_the_hour_that_comes_twice() -> None:
    hourly = trigger("30 * * * *", ZONE)
    fired, now = [], AUTUMN + timedelta(hours=4)
    turn = hourly.get_next_fire_time(None, AUTUMN - timedelta(minutes=1))
    while turn <= now:  # what the scheduler does after a pause
        fired.append(turn.astimezone(UTC).hour)
        turn = hourly.get_next_fire_time(turn, now)
    assert fired == [0, 2, 3]


@given(
    st.sampled_from(["daily 02:30", "daily 06:10", "*/17 * * * *", "30 1,2,3 * * *", "weekly Sun 02:59"]),
    st.sampled_from([SPRING, AUTUMN]),
    st.integers(-4000, 4000),
)
def test_turns_only_go_forward(text: str, night: datetime, minutes: int) -> None:
    moment = night + timedelta(minutes=minutes)
    for _ in range(30):
        turn = next_turn(text, ZONE, moment)
        assert turn is not None
        assert turn.astimezone(UTC) > moment.astimezone(UTC)
        moment = turn


@pytest.mark.parametrize("night", [SPRING, AUTUMN])
def test_a_daily_source_is_due_once_in_either_night(night: datetime) -> None:
    last, polled = LastPoll(night - timedelta(hours=30), "ok"), []
    for quarter in range(4 * 48):
        now = night - timedelta(hours=24) + timedelta(minutes=15 * quarter)
        if turn_has_come("daily 02:30", ZONE, last, now):
            last = LastPoll(now, "ok")
            polled.append(now.astimezone(ZONE).date())
    assert len(polled) == len(set(polled)) == 2


@pytest.mark.parametrize(
    ("text", "hours_ago", "status", "expected"),
    [
        ("daily 06:10", 23, "ok", False),  # polled at 07:00, and it is 06:00
        ("daily 06:10", 25, "ok", True),
        ("weekly Mon 07:00", 24 * 8, "ok", True),
        ("weekly Mon 07:00", 24 * 3, "ok", True),
        ("weekly Wed 07:00", 24 * 3, "ok", False),
        ("weekly Wed 07:00", 24 * 3, "quarantined", False),  # the same answer would be held again
        ("weekly Wed 07:00", 5, "failed", True),
        ("weekly Wed 07:00", 3, "failed", False),
        ("weekly Wed 07:00", 5, "blocked", False),
        ("weekly Wed 07:00", 13, "blocked", True),
        ("every 6h", 6, "ok", True),
        ("every 6h", 5, "ok", False),
    ],
)
def test_what_is_due(text: str, hours_ago: int, status: str, expected: bool) -> None:
    now = datetime(2026, 11, 24, 5, tzinfo=UTC)  # a Tuesday, 06:00 in Brussels
    assert turn_has_come(text, ZONE, LastPoll(now - timedelta(hours=hours_ago), status), now) is expected


def test_what_was_never_polled_is_due() -> None:
    assert turn_has_come("weekly Wed 07:00", ZONE, None, datetime(2026, 11, 24, 5, tzinfo=UTC))


def test_a_poll_from_a_clock_that_ran_ahead_does_not_keep_us_off() -> None:
    now = datetime(2026, 11, 24, 5, tzinfo=UTC)
    assert turn_has_come("weekly Wed 07:00", ZONE, LastPoll(now + timedelta(days=300), "ok"), now)
    assert not turn_has_come("weekly Wed 07:00", ZONE, LastPoll(now + timedelta(seconds=20), "ok"), now)


def test_nothing_is_tried_again_while_the_clock_may_repeat_itself() -> None:
    last = LastPoll(AUTUMN - timedelta(hours=12), "failed")
    assert not turn_has_come("weekly Fri 07:00", ZONE, last, AUTUMN + timedelta(minutes=30))
    assert turn_has_come("weekly Fri 07:00", ZONE, last, AUTUMN + timedelta(hours=2))


@pytest.mark.parametrize(
    ("text", "days"), [("daily 06:10", 1), ("weekly Mon 07:00", 7), ("every 6h", 0.25), ("10 6 * * mon-fri", 3), ("0 7 1 * *", 31)]
)
def test_the_longest_wait_between_two_turns(text: str, days: float) -> None:
    assert longest_wait(text, ZONE, datetime(2026, 11, 24, 5, tzinfo=UTC)) == timedelta(days=days)


def test_every_source_has_a_schedule_that_is_one() -> None:
    for source in all_sources().values():
        assert next_turn(source.schedule, ZONE, datetime(2026, 11, 24, tzinfo=UTC)) is not None, source.name
