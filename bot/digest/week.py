"""Weeks as people of a zone count them: ISO 8601, from Monday to Sunday."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from bot.errors import ConfigError

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Span:
    """Whole days in a zone, `first` to `last`, both included; `name` is 2025-W27 for a week."""

    name: str
    first: date
    last: date
    zone: tzinfo

    @property
    def start(self) -> datetime:
        """The moment at which it begins."""
        return datetime.combine(self.first, time(), self.zone)

    @property
    def end(self) -> datetime:
        """The moment at which it is over: midnight after the last day."""
        return datetime.combine(self.last + timedelta(days=1), time(), self.zone)

    @property
    def before(self) -> "Span":
        """The span of the same length before it."""
        days = (self.last - self.first).days + 1
        return Span("before", self.first - timedelta(days=days), self.first - timedelta(days=1), self.zone)

    @property
    def title(self) -> str:
        """For people: "Week 27, 30 June to 6 July 2025"."""
        days = f"{self.first.day} {self.first:%B}{'' if self.first.year == self.last.year else f' {self.first.year}'} to"
        prefix = f"Week {int(self.name[-2:])}, " if "-W" in self.name else ""
        return f"{prefix}{days} {self.last.day} {self.last:%B %Y}"


def week(monday: date, zone: tzinfo) -> Span:
    """The week that begins on a Monday."""
    year, number, _ = monday.isocalendar()
    return Span(f"{year}-W{number:02}", monday, monday + timedelta(days=6), zone)


def named(text: str, zone: tzinfo) -> Span:
    """The week of a name as ISO 8601 writes it: 2025-W27. Raises ConfigError."""
    found = re.fullmatch(r"(\d{4})-?W(\d{2})", text)
    try:
        if found:
            return week(date.fromisocalendar(int(found[1]), int(found[2]), 1), zone)
    except ValueError:
        pass
    raise ConfigError(f"{text!r} is no week; write one as 2025-W27.")


def days(first: date, last: date, zone: tzinfo) -> Span:
    """Any days. Raises ConfigError when they run backwards."""
    if last < first:
        raise ConfigError(f"The digest cannot go from {first} to {last}: that is backwards.")
    return Span(f"{first}--{last}", first, last, zone)


def last_week(now: datetime, zone: tzinfo) -> Span:
    """The last week that is over."""
    today = now.astimezone(zone).date()
    return week(today - timedelta(days=today.weekday() + 7), zone)


def due_week(at: str, now: datetime, zone: tzinfo) -> Span:
    """The newest week whose digest should have gone out, for digests at a day and time such as "Mon 07:00": however long the
    service was down, only this one is caught up."""
    weekday, clock = at.split()
    here = now.astimezone(zone)
    monday = here.date() - timedelta(days=here.weekday())
    moment = datetime.combine(monday + timedelta(days=DAYS.index(weekday)), time.fromisoformat(clock), zone)
    return week(monday - timedelta(days=7 if moment <= here else 14), zone)
