"""Calendar weeks in a zone: ISO 8601, Monday to Sunday."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from bot.errors import ConfigError

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Span:
    """Span of whole days in a zone, `first` to `last` included; `name` is 2025-W27 for a week."""

    name: str
    first: date
    last: date
    zone: tzinfo

    @property
    def start(self) -> datetime:
        """Start: midnight before the first day."""
        return datetime.combine(self.first, time(), self.zone)

    @property
    def end(self) -> datetime:
        """End: midnight after the last day."""
        return datetime.combine(self.last + timedelta(days=1), time(), self.zone)

    @property
    def previous(self) -> "Span":
        """The span of the same length before it."""
        days = (self.last - self.first).days + 1
        return Span("before", self.first - timedelta(days=days), self.first - timedelta(days=1), self.zone)

    @property
    def title(self) -> str:
        """Title for people: "Week 27, 30 June to 6 July 2025"."""
        days = f"{self.first.day} {self.first:%B}{'' if self.first.year == self.last.year else f' {self.first.year}'} to"
        prefix = f"Week {int(self.name[-2:])}, " if "-W" in self.name else ""
        return f"{prefix}{days} {self.last.day} {self.last:%B %Y}"


def week(monday: date, zone: tzinfo) -> Span:
    """Return the week that begins on a Monday."""
    year, number, _ = monday.isocalendar()
    return Span(f"{year}-W{number:02}", monday, monday + timedelta(days=6), zone)


def week_named(text: str, zone: tzinfo) -> Span:
    """Parse the name of an ISO 8601 week, 2025-W27. Raises ConfigError."""
    found = re.fullmatch(r"(\d{4})-?W(\d{2})", text)
    try:
        if found:
            return week(date.fromisocalendar(int(found[1]), int(found[2]), 1), zone)
    except ValueError:
        pass
    raise ConfigError(f"{text!r} is no week; write one as 2025-W27.")


def span_of_days(first: date, last: date, zone: tzinfo) -> Span:
    """Return a span of any days. Raises ConfigError when they run backwards."""
    if last < first:
        raise ConfigError(f"The digest cannot go from {first} to {last}: that is backwards.")
    return Span(f"{first}--{last}", first, last, zone)


def last_week(now: datetime, zone: tzinfo) -> Span:
    """Return the last week that is over."""
    today = now.astimezone(zone).date()
    return week(today - timedelta(days=today.weekday() + 7), zone)


def due_week(at: str, now: datetime, zone: tzinfo) -> Span:
    """Return the newest week whose digest is due, for digests sent at a day and time such as "Mon 07:00". After downtime only this
    week is caught up."""
    weekday, clock = at.split()
    here = now.astimezone(zone)
    monday = here.date() - timedelta(days=here.weekday())
    moment = datetime.combine(monday + timedelta(days=DAYS.index(weekday)), time.fromisoformat(clock), zone)
    return week(monday - timedelta(days=7 if moment <= here else 14), zone)
