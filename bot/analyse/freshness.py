"""Freshness of what is shown: the last good poll of each source, a warning where it is old, and since when a role is held."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from sources import all_sources

WEEKDAYS = frozenset({"mon", "tue", "wed", "thu", "fri", "sat", "sun"})
MANY = 4  # sources that are named; of more the oldest are


@dataclass(frozen=True, slots=True)
class Freshness:
    """Sentence on the last good polls, and a warning; empty where all are recent."""

    text: str
    warning: str


def freshness(polled: Mapping[str, datetime], now: datetime, zone: tzinfo) -> Freshness:
    """Describe the last good poll (aware UTC) of each source at a moment. A poll is old when its source should have had two more
    since."""
    if not polled:
        return Freshness("Nothing was ever polled.", "")
    oldest_first = sorted(polled.items(), key=lambda each: each[1])
    told = ", ".join(f"{source} {day_text(last, zone)} ({ago(now - last)})" for source, last in oldest_first[:MANY])
    more = f" and {len(polled) - MANY} newer" if len(polled) > MANY else ""
    old = [source for source, last in oldest_first if now - last > 2 * usual_wait(source)]
    return Freshness(
        f"As of the last good poll: {told}{more}.",
        f"Out of date: {', '.join(old)}. Later changes are not shown; poll with `standards-watch run`." if old else "",
    )


def usual_wait(source: str) -> timedelta:
    """Return the time between two polls of a source, by its schedule: a week or a day."""
    known = all_sources().get(source)
    first = known.schedule.split()[0].lower() if known else "daily"
    return timedelta(days=7 if first in WEEKDAYS | {"weekly"} else 1)


def since_text(since: datetime, first: datetime | None, zone: tzinfo) -> str:
    """Return the day since which a role is held; "on or before" the first poll (aware UTC) of its source where it was held then."""
    return f"{'on or before ' if first and since <= first else ''}{since.astimezone(zone).date().isoformat()}"


def day_text(moment: datetime, zone: tzinfo) -> str:
    """Return the day of a moment in a zone: "20 August 2025"."""
    local = moment.astimezone(zone)
    return f"{local.day} {local:%B %Y}"


def ago(span: timedelta) -> str:
    """Return a span as days before now: "today", "98 days ago"."""
    return {0: "today", 1: "1 day ago"}.get(max(span.days, 0), f"{span.days} days ago")
