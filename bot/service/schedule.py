"""Schedules of sources: four notations, as triggers of the scheduler, and the next turn by the recorded polls.

`daily 06:10` · `weekly Mon 07:00`, or `Mon 07:00` · `every 6h` (or `30m`, `2d`) · a cron expression of five fields
(`10 6 * * mon-fri`). Times are in the configured zone, also when the clocks change: a time that comes twice counts once, and a time
that is skipped is made up for right after the gap."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import pairwise
from typing import Any

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot.errors import ConfigError

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLOCK = r"([01]?\d|2[0-3]):([0-5]\d)"
UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
RETRY_AFTER = {"failed": timedelta(hours=4), "blocked": timedelta(hours=12)}  # a quarantined poll waits for its next turn
SKEW = timedelta(minutes=5)  # corrections of the clock up to this size are normal
HORIZON = timedelta(days=400)
NO_RETRY_HOURS = (1, 3)  # local hours without retries: one of them comes twice or never when the clocks change


@dataclass(frozen=True, slots=True)
class LastPoll:
    """Newest poll of a source: its time (aware UTC) and status."""

    at: datetime
    status: str


class WallClock(BaseTrigger):
    """Trigger by a cron expression in local time.

    APScheduler's own trigger fires twice in the night in which summer time ends and then never gets past that hour. This one counts
    in UTC and applies the zone to the result."""

    def __init__(self, zone: tzinfo, jitter_s: int | None, **fields: Any):
        self.zone, self.jitter_s, self.cron = zone, jitter_s, CronTrigger(timezone=UTC, **fields)

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime | None:
        """Return the first turn at or after `now`, or after the previous one (called by APScheduler)."""
        turn = self.after(previous or now - timedelta(microseconds=1))
        delayed: datetime | None = self._apply_jitter(turn, self.jitter_s, now)
        return delayed

    def after(self, moment: datetime) -> datetime | None:
        """Return the first turn after a moment (aware), in the zone, or None."""
        wall = moment.astimezone(self.zone).replace(tzinfo=UTC, fold=0)
        while (wall := self.cron.get_next_fire_time(wall, wall + timedelta(microseconds=1))) is not None:
            turn = wall.replace(tzinfo=self.zone).astimezone(UTC)  # of a repeated hour, the first
            if turn > moment:
                local: datetime = turn.astimezone(self.zone)
                return local
        return None


def trigger(text: str, zone: tzinfo, jitter_s: int | None = None) -> WallClock | IntervalTrigger:
    """Return the trigger of a schedule; `jitter_s` delays each firing by up to that many seconds. Raises ConfigError for an
    invalid schedule."""
    words = text.split()
    if len(words) == 2 and words[0] == "every" and (found := re.fullmatch(r"([1-9]\d{0,3})([mhd])", words[1])):
        return IntervalTrigger(seconds=int(_span(found).total_seconds()), timezone=zone, jitter=jitter_s)
    try:
        return WallClock(zone, jitter_s, **_fields(words))
    except (ValueError, TypeError) as error:
        raise ConfigError(
            f"{text!r} is no schedule; write for example 'daily 06:10', 'weekly Mon 07:00', 'every 6h' or '10 6 * * mon-fri'."
        ) from error


def turn_has_come(text: str, zone: tzinfo, last: LastPoll | None, now: datetime) -> bool:
    """Return True when a source is due at `now` (aware): it was never polled, its time came since the last poll, or a failed
    poll may be tried again. Raises ConfigError for an invalid schedule."""
    if last is None:
        return True
    if last.at > now:  # the clock was set back: a poll in the future must not stop polls until then
        return last.at - now > SKEW
    now = now.astimezone(UTC)  # two times of the same zone are compared as local times
    wait = RETRY_AFTER.get(last.status)
    if wait and last.at + wait <= now and not NO_RETRY_HOURS[0] <= now.astimezone(zone).hour < NO_RETRY_HOURS[1]:
        return True
    turn = next_turn(text, zone, last.at)
    return turn is not None and turn <= now


def next_turn(text: str, zone: tzinfo, after: datetime) -> datetime | None:
    """Return the next turn of a schedule after a moment (aware UTC), or None. Raises ConfigError."""
    made = _planned(text, zone)
    if isinstance(made, IntervalTrigger):
        return after + made.interval * 0.95  # so that the jitter of the last turn does not cost a whole turn
    return made.after(after)


def longest_wait(text: str, zone: tzinfo, at: datetime) -> timedelta:
    """Return the longest wait between two turns of a schedule around a moment (aware). Raises ConfigError."""
    made = _planned(text, zone)
    if isinstance(made, IntervalTrigger):
        length: timedelta = made.interval
        return length
    turns = [at]
    while len(turns) < 9 and (turn := next_turn(text, zone, turns[-1])) and turn - at < HORIZON:
        turns.append(turn)
    return max((b - a for a, b in pairwise(turns[1:])), default=HORIZON)


@lru_cache(maxsize=500)  # asked every minute for every source
def _planned(text: str, zone: tzinfo) -> WallClock | IntervalTrigger:
    return trigger(text, zone)


def _span(found: re.Match[str]) -> timedelta:
    return int(found[1]) * UNITS[found[2]]


def _fields(words: list[str]) -> dict[str, Any]:
    if words[:1] == ["daily"]:
        return _clock(words, 1, {})
    if words[:1] == ["weekly"]:
        words = words[1:]
    if len(words) == 2:
        return _clock(words, 1, {"day_of_week": DAYS.index(words[0].lower())})
    if len(words) != 5:
        raise ValueError("not five fields")
    minute, hour, day, month, weekday = words
    return {"minute": minute, "hour": hour, "day": day, "month": month, "day_of_week": _weekday(weekday)}


def _clock(words: list[str], place: int, more: dict[str, Any]) -> dict[str, Any]:
    found = re.fullmatch(CLOCK, words[place]) if len(words) == place + 1 else None
    if found is None:
        raise ValueError("no time of the day")
    return {"hour": int(found[1]), "minute": int(found[2]), **more}


def _weekday(field: str) -> str:
    """Return cron's days of the week (Sunday is 0 and 7) as names: APScheduler counts from Monday."""
    if not re.search(r"\d", field) or field.startswith("*/"):
        return field
    names = ("sun", *DAYS)  # 0 and 7 are Sunday
    parts = []
    for part in field.split(","):
        begin, dash, end = part.partition("-")
        if not (begin.isdigit() and (end.isdigit() or not dash)) or int(begin) > 7 or int(end or 0) > 7:
            raise ValueError("no day of the week")
        days = range(int(begin), int(end or begin) + 1)
        parts += [names[day] for day in days]
    return ",".join(dict.fromkeys(parts))
