"""Contents of a digest from the database: one part a watchlist, and the health of the polls."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from bot.decide.watchlist import Watchlist
from bot.digest.week import Span
from bot.render.terminal import local
from bot.wording import plural
from state.queries import weekly

Row = Mapping[str, Any]
AHEAD = timedelta(days=30)
BALLOTS = frozenset({"ballot-opened", "consultation-opened", "review-opened", "new-ballot", "withdrawal-proposed", "consented"})
PUBLISHED = frozenset({"published", "withdrawn", "approved", "confirmed"})
NEW = frozenset({"item-added", "project-registered", "project-approved", "project-proposed"})
ROLES = frozenset({"role-gained", "role-lost", "role-passed"})


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """Count with its name and the value of the span before (None: nothing to compare with)."""

    value: int
    name: str
    before: int | None

    @property
    def change(self) -> str:
        """The change in words: "+3", "−1", "no change"."""
        if self.before is None:
            return "nothing to compare with yet"
        step = self.value - self.before
        return "no change" if step == 0 else f"{'+' if step > 0 else '−'}{abs(step)}"


@dataclass(frozen=True, slots=True)
class Section:
    """Heading with its alerts. `none` is the sentence for an empty section; an empty text leaves the section out."""

    title: str
    alerts: tuple[Row, ...]
    none: str

    @property
    def shown(self) -> bool:
        """True when the section has alerts or a sentence for none."""
        return bool(self.alerts or self.none)


@dataclass(frozen=True, slots=True)
class WatchlistPart:
    """Part of the digest for one watchlist. `to_read` are mentions; `series` has one point of led items a day or week; `shares` are
    secretariats by country and `stages` led projects by stage code, both at the end of the span."""

    watchlist: Watchlist
    numbers: tuple[KeyFigure, ...]
    began: tuple[str, ...]
    sections: tuple[Section, ...]
    to_read: tuple[Row, ...]
    deadlines: tuple[Row, ...]
    missing: tuple[tuple[Row, str], ...]
    topics: tuple[tuple[str, int], ...]
    series: tuple[tuple[datetime, Mapping[str, int]], ...]
    shares: Mapping[str, int]
    stages: Mapping[str, int]

    @property
    def quiet(self) -> bool:
        """True when nothing was alerted."""
        return not any(section.alerts for section in self.sections) and not self.began


@dataclass(frozen=True, slots=True)
class Digest:
    """Whole digest. `health` holds sentences about the polls."""

    name: str
    span: Span
    parts: tuple[WatchlistPart, ...]
    health: tuple[str, ...]


def collect(db: Database, name: str, span: Span, watchlists: Sequence[Watchlist]) -> Digest:
    """Build a digest from the database."""
    return Digest(name, span, tuple(watchlist_part(db, span, each) for each in watchlists), poll_health(db, span))


def watchlist_part(db: Database, span: Span, watchlist: Watchlist) -> WatchlistPart:
    """Build the part of one watchlist."""
    alerts = weekly.alerts_in(db, watchlist.name, span.start, span.end)
    sections = by_section(alerts)
    earlier = by_section(weekly.alerts_in(db, watchlist.name, span.previous.start, span.previous.end))
    countries, least = sorted(watchlist.watched), watchlist.least_confidence
    first = weekly.first_seen(db)
    compared = first is not None and first < span.start
    held = sum(weekly.led_counts(db, span.end, countries, least).values())
    held_before = sum(weekly.led_counts(db, span.start, countries, least).values()) if compared else None
    numbers = [KeyFigure(held, "items led", held_before)]
    for place, label in ((0, "roles gained, lost or passed"), (1, "new projects and work items")):
        numbers.append(KeyFigure(len(sections[place].alerts), label, len(earlier[place].alerts) if compared else None))
    return WatchlistPart(
        watchlist,
        tuple(numbers),
        tuple(weekly.baselines(db, watchlist.name, span.start, span.end)),
        sections,
        tuple(weekly.mentions(db, watchlist.name, span.start, span.end)),
        tuple(weekly.deadlines(db, watchlist.name, span.end, span.last + timedelta(days=1), span.last + AHEAD)),
        absences(alerts),
        tuple(Counter(topic for alert in alerts for topic in alert["topics"]).most_common()),
        led_series(db, span, countries, least, first),
        weekly.secretariats(db, span.end, least),
        weekly.stages(db, span.end, countries, least),
    )


def absences(alerts: Sequence[Row]) -> tuple[tuple[Row, str], ...]:
    """Return the lines about absent members in the reasons of alerts, each once, with the first alert that has it."""
    lines: dict[str, Row] = {}
    for alert in alerts:
        for line in alert["reasons"]:
            if re.search(r"\bmembers? takes? part\b.*\babsent\b", line) and "none is absent" not in line:
                lines.setdefault(line, alert)
    return tuple((alert, line) for line, alert in lines.items())


def by_section(alerts: Sequence[Row]) -> tuple[Section, ...]:
    """Sort alerts into sections, each into exactly one; events that no section names go into the last."""
    found: dict[str, list[Row]] = {}
    for alert in alerts:
        found.setdefault(section_of(alert), []).append(alert)
    named = [
        ("roles", "Gained, lost, passed", "No role was gained, lost or passed."),
        ("new", "New projects and work items", "No new project or work item."),
        ("ballots", "Going to ballot", "Nothing went to ballot."),
        ("published", "Published and withdrawn", "Nothing was published or withdrawn."),
        ("other", "Also seen", ""),
    ]
    return tuple(Section(title, tuple(found.get(key, ())), none) for key, title, none in named)


def section_of(alert: Row) -> str:
    """Return the section key of an alert. A role gained because a project is new belongs to the new projects."""
    if alert["event"] in NEW or (alert["change_kind"] == "added" and alert["kind"] not in ("committee", "")):
        return "new"
    if alert["event"] in ROLES:
        return "roles"
    if alert["event"] in BALLOTS:
        return "ballots"
    return "published" if alert["event"] in PUBLISHED else "other"


def led_series(
    db: Database, span: Span, countries: Sequence[str], least: float, first: datetime | None
) -> tuple[tuple[datetime, Mapping[str, int]], ...]:
    """Return led items by body over the last half year or since the first poll: a point a day if that is under six weeks, else a
    week."""
    if first is None or first >= span.end:
        return ()
    begin = max(first, span.end - timedelta(weeks=26))
    step = timedelta(days=1 if span.end - begin < timedelta(weeks=6) else 7)
    points = [span.end]
    while points[-1] - step > begin:
        points.append(points[-1] - step)
    return tuple((moment, weekly.led_counts(db, moment, countries, least)) for moment in [begin, *reversed(points)])


def poll_health(db: Database, span: Span) -> tuple[str, ...]:
    """Describe the polls of a span, so that readers can tell a quiet week from one that was not checked."""
    ended = weekly.poll_counts(db, span.start, span.end)
    total = sum(ended.values())
    if not total:
        last = weekly.last_accepted(db, span.end)
        when = f" The last good poll was on {local(max(last.values()), span.zone)}." if last else ""
        return (f"Nothing was polled in these days, so nothing can be said about them.{when}",)
    good = sum(ended.get(status, 0) for status in ("baseline", "ok", "unchanged"))
    bad = [f"{count} {status}" for status, count in sorted(ended.items()) if status in ("blocked", "failed", "quarantined")]
    lines = [
        f"{plural(total, 'poll')}: {good} good{''.join(f', {each}' for each in bad)}; {ended.get('unchanged', 0)} found no change."
    ]
    lines += [
        f"{trouble['source']} is {trouble['status']} since {local(trouble['since'], span.zone)}: {trouble['error']}"
        for trouble in weekly.failing_sources(db, span.end)
    ]
    read = weekly.last_accepted(db, span.end)
    lines.append(f"Read well last: {', '.join(f'{source} {local(when, span.zone)}' for source, when in sorted(read.items()))}.")
    return tuple(lines)
