"""Contents of a digest from the database: one part a watchlist, and how well the sources were checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from bot.analyse.freshness import day_text
from bot.decide.watchlist import Watchlist
from bot.digest.week import Span
from bot.render.message import by_weight
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
    """Heading with its alerts, the weightiest first. `missing` is the noun for a sentence on an empty section."""

    title: str
    alerts: tuple[Row, ...]
    missing: str = ""


@dataclass(frozen=True, slots=True)
class WatchlistPart:
    """Part of the digest for one watchlist. `to_read` are mentions, `unverified` alerts of sources in shadow mode; `series` has one
    point of led items by source a day or week; `shares` are secretariats by country at the end of the span."""

    watchlist: Watchlist
    numbers: tuple[KeyFigure, ...]
    began: tuple[str, ...]
    sections: tuple[Section, ...]
    to_read: tuple[Row, ...]
    unverified: tuple[Row, ...]
    deadlines: tuple[Row, ...]
    series: tuple[tuple[datetime, Mapping[str, int]], ...]
    shares: Mapping[str, int]

    @property
    def quiet(self) -> bool:
        """True when nothing was alerted."""
        return not any(section.alerts for section in self.sections) and not self.began

    @property
    def nothing(self) -> str:
        """The empty sections in words: "new projects, ballots"; empty when there are none."""
        return ", ".join(section.missing for section in self.sections if section.missing and not section.alerts)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Coverage of a span: `gaps` are sentences on what was not checked, `health` on what was, and `checked` the number of sources
    with a good poll in it out of those `known`, whose last good poll is given (`read`)."""

    checked: int
    known: int
    gaps: tuple[str, ...]
    health: tuple[str, ...]
    read: tuple[str, ...]

    @property
    def quiet(self) -> str:
        """Sentence for a watchlist without alerts, true of the sources that were checked."""
        if not self.checked:
            return "Nothing was checked in these days, so nothing can be said about them."
        rest = self.known - self.checked
        missed = f"; {rest} {'was' if rest == 1 else 'were'} not (see above)" if rest else ""
        return (
            f"No alerts. {self.checked} of {plural(self.known, 'source')} {'was' if self.checked == 1 else 'were'} checked{missed}."
        )


@dataclass(frozen=True, slots=True)
class Digest:
    """Whole digest."""

    name: str
    span: Span
    parts: tuple[WatchlistPart, ...]
    coverage: Coverage


def collect(db: Database, name: str, span: Span, watchlists: Sequence[Watchlist], unwanted: int = 0) -> Digest:
    """Build a digest from the database; `unwanted` is the number of its alerts that no route wants."""
    known = coverage(db, span)
    if unwanted:
        line = f"Alerts of these days that no route wants, and that no channel got: {unwanted}."
        known = replace(known, health=(*known.health, line))
    return Digest(name, span, tuple(watchlist_part(db, span, each) for each in watchlists), known)


def watchlist_part(db: Database, span: Span, watchlist: Watchlist) -> WatchlistPart:
    """Build the part of one watchlist."""
    sections = by_section(weekly.alerts_in(db, watchlist.name, span.start, span.end))
    earlier = by_section(weekly.alerts_in(db, watchlist.name, span.previous.start, span.previous.end))
    countries, least = sorted(watchlist.watched), watchlist.least_confidence
    began = weekly.first_polls(db)
    compared = any(first < span.start for first in began.values())
    told = [
        KeyFigure(len(sections[place].alerts), label, len(earlier[place].alerts) if compared else None)
        for place, label in ((0, "roles gained, lost or passed"), (1, "new projects and work items"))
    ]
    return WatchlistPart(
        watchlist,
        (*led_figures(db, span, countries, least), *told),
        tuple(weekly.baselines(db, watchlist.name, span.start, span.end)),
        sections,
        tuple(weekly.one_by_one(db, watchlist.name, span.start, span.end, "mention")),
        tuple(weekly.one_by_one(db, watchlist.name, span.start, span.end, "shadow")),
        tuple(weekly.deadlines(db, watchlist.name, span.end, span.last + timedelta(days=1), span.last + AHEAD)),
        led_series(db, span, countries, least, began),
        weekly.secretariats(db, span.end, least),
    )


def led_figures(db: Database, span: Span, countries: Sequence[str], least: float) -> list[KeyFigure]:
    """Return what some countries lead at the end of a span: committees, items under way and published documents apart."""
    now = weekly.led_kinds(db, span.end, countries, least)
    before = weekly.led_kinds(db, span.start, countries, least)
    known = weekly.kinds_known(db, span.start)
    kinds = sorted(weekly.kinds_known(db, span.end))
    return [KeyFigure(now.get(kind, 0), f"{kind} led", before.get(kind, 0) if kind in known else None) for kind in kinds]


def by_section(alerts: Sequence[Row]) -> tuple[Section, ...]:
    """Sort alerts into sections, each into exactly one; events that no section names go into the last."""
    found: dict[str, list[Row]] = {}
    for alert in alerts:
        found.setdefault(section_of(alert), []).append(alert)
    named = [
        ("roles", "Gained, lost, passed", "changes of roles"),
        ("new", "New projects and work items", "new projects"),
        ("ballots", "Going to ballot", "ballots"),
        ("published", "Published and withdrawn", "publications"),
        ("other", "Also seen", ""),
    ]
    return tuple(Section(title, tuple(by_weight(found.get(key, []))), missing) for key, title, missing in named)


def section_of(alert: Row) -> str:
    """Return the section key of an alert. A role gained because a project is new belongs to the new projects, a document that is
    published when it is first seen to the published ones."""
    if alert["event"] in PUBLISHED:
        return "published"
    if alert["event"] in NEW or (alert["change_kind"] == "added" and alert["kind"] not in ("committee", "")):
        return "new"
    if alert["event"] in ROLES:
        return "roles"
    return "ballots" if alert["event"] in BALLOTS else "other"


def led_series(
    db: Database, span: Span, countries: Sequence[str], least: float, began: Mapping[str, datetime]
) -> tuple[tuple[datetime, Mapping[str, int]], ...]:
    """Return led items by source over the last half year or since the first poll: a point a day if that is under six weeks, else a
    week. A source has no point before its first poll (`began`)."""
    firsts = [first for first in began.values() if first < span.end]
    if not firsts:
        return ()
    begin = max(min(firsts), span.end - timedelta(weeks=26))
    step = timedelta(days=1 if span.end - begin < timedelta(weeks=6) else 7)
    points = [span.end]
    while points[-1] - step > begin:
        points.append(points[-1] - step)
    moments = sorted({begin, *points, *(first for first in firsts if first > begin)})
    return tuple((moment, led_sources(db, moment, countries, least, began)) for moment in moments)


def led_sources(
    db: Database, moment: datetime, countries: Sequence[str], least: float, began: Mapping[str, datetime]
) -> Mapping[str, int]:
    """Return led items by source at a moment, with 0 for a source that was polled before and has none."""
    counts = weekly.led_counts(db, moment, countries, least)
    return {source: counts.get(source, 0) for source, first in sorted(began.items()) if first <= moment}


def coverage(db: Database, span: Span) -> Coverage:
    """Describe the polls of a span, so that readers can tell a quiet week from one that was not checked."""
    ended = weekly.poll_counts(db, span.start, span.end)
    read = weekly.last_accepted(db, span.end)
    if not ended and not read:
        return Coverage(0, 0, ("Nothing was ever polled; `standards-watch run` polls now.",), (), ())
    in_trouble = {trouble["source"]: trouble for trouble in weekly.failing_sources(db, span.end)}
    gaps = [
        f"{source} is {trouble['status']} since {local(trouble['since'], span.zone)}: {trouble['error']}"
        for source, trouble in in_trouble.items()
    ]
    checked = {source for source, when in read.items() if datetime.fromisoformat(when) >= span.start}
    gaps += [
        f"{source} was not polled in these days; its last good poll was on {day(when, span)}"
        for source, when in sorted(read.items())
        if source not in checked and source not in in_trouble
    ]
    good = sum(ended.get(status, 0) for status in weekly.GOOD)
    bad = [f"{count} {status}" for status, count in sorted(ended.items()) if status not in weekly.GOOD]
    counts = ", ".join([f"{good} good", *bad])
    health = f"{plural(sum(ended.values()), 'poll')}: {counts}; {ended.get('unchanged', 0)} found no change."
    return Coverage(
        len(checked), len(read.keys() | in_trouble.keys()), tuple(gaps), (health,),
        tuple(f"{source} {day(when, span)}" for source, when in sorted(read.items())),
    )  # fmt: skip


def day(stamp: str, span: Span) -> str:
    """Return a stored time as a day in the zone of a span: "2 July 2025"."""
    return day_text(datetime.fromisoformat(stamp), span.zone)
