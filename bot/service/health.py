"""Health: troubles that need a person, derived from recorded polls and measures, slow drift included. A trouble is told once
when it begins and once when it ends."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from statistics import median
from typing import NamedTuple

from sqlite_utils import Database

from bot.app import App
from bot.render.plain import plain
from bot.render.terminal import local
from bot.service.schedule import SKEW, longest_wait
from sources.base import Source
from state import ops, runs
from state.archive.retention import usage
from state.db import connection_of
from state.encode import stamp
from state.ops import Trouble
from state.outbox import REFUSED

SLOTS = ("poll", "drift", "delivery", "space", "clock")
OUTAGES = ("failed", "blocked", "quarantined")
AGE_MARGIN = timedelta(hours=6)
DELIVERY_PATIENCE = timedelta(hours=1)  # tries of a delivery that fail for longer are a trouble
FULL = 0.9  # of the archive's limit
GIGABYTE, MEGABYTE = 1_000_000_000, 1_000_000
DISK_FULL = MEGABYTE  # bytes free with which a poll cannot be written


class DiskUsage(NamedTuple):
    """Bytes free on the disk and bytes taken by the archive."""

    free: int
    archive: int


def check_health(app: App, sources: Sequence[Source], now: datetime, jumped: timedelta | None = None) -> None:
    """Find all troubles at `now` (aware UTC) and record which begin and end. `jumped`: by how much the clock was set within the
    last hour; zero if it ran evenly, None if nobody watched it. Just after a jump the age of a state is unknown and not
    judged."""
    known = {"disk", "archive", "clock", *app.config.channels, *(source.name for source in sources)}
    slots = {*SLOTS, *(["jump"] if jumped is not None else []), *([] if jumped else ["age"])}
    found = [each for each in troubles(app, sources, now, disk_usage(app), jumped) if each.slot in slots]
    ops.store_troubles(app.db, found, slots, known, now)


def troubles(app: App, sources: Sequence[Source], now: datetime, found: DiskUsage, jumped: timedelta | None) -> list[Trouble]:
    """Return all troubles at `now` (aware UTC)."""
    return [
        *(trouble for source in sources for trouble in of_source(app, source, now)),
        *of_channels(app.db, now),
        *of_space(app, found),
        *of_clock(app, now, jumped),
    ]


def of_source(app: App, source: Source, now: datetime) -> Iterator[Trouble]:
    """Yield the troubles of a source: its last poll failed, nothing was accepted for long, its data drift."""
    name, last, good = source.name, runs.last(app.db, source.name), runs.last_good(app.db, source.name)
    held = f"The state of {local(stamp(good.at), app.zone)} stays." if good else "There is no state yet."
    if last and last.status in OUTAGES:
        text = f"{name}: the poll was {last.status}" if last.status != "failed" else f"{name}: the poll failed"
        hint = " `standards-watch held` shows it; accept or drop it." if last.status == "quarantined" else ""
        yield Trouble(name, "poll", last.status, f"{text}: {plain(last.error)}. {held}{hint}", f"{name}: polls work again.")
    known_since = good or runs.first(app.db, name)
    limit = 2 * longest_wait_on(app.schedule(source), app.zone, now.date()) + AGE_MARGIN
    if known_since and now - known_since.at > limit:
        hours = f"{(now - known_since.at).total_seconds() / 3600:.0f} hours"
        yield Trouble(
            name, "age", "stale", f"{name}: nothing was accepted for {hours}. {held}", f"{name}: its state is fresh again."
        )
    series = ops.series(app.db, name, (now - WINDOW).date(), (now - RECENT).date())
    if source.history.append_only:  # it only lists what is new: its records grow, and most of its shares vary
        series = {name: values for name, values in series.items() if name in source.expect.filled}
    said = [text for _, text in drifts(series, now.date())]
    if said:
        text = f"{name} {'; it '.join(said)}. Compare with its pages: a filter or a selector may have gone wrong."
        yield Trouble(name, "drift", "drift", text, f"{name}: its data hold steady again.")


@lru_cache(maxsize=500)  # asked every minute for every source
def longest_wait_on(schedule: str, zone: tzinfo, day: date) -> timedelta:
    """Return the longest wait between two turns of a schedule around a day."""
    return longest_wait(schedule, zone, datetime.combine(day, time(), UTC))


def of_channels(db: Database, now: datetime) -> Iterator[Trouble]:
    """Yield channels that do not accept deliveries: at once where a channel refuses everything, else after an hour of tries."""
    rows = connection_of(db).execute(
        "SELECT d.channel, count(*) AS n, min(d.error) AS error FROM deliveries d LEFT JOIN alerts a ON a.id = d.alert"
        " WHERE d.status = 'failed' OR (d.status IN ('pending', 'unknown') AND d.error IS NOT NULL"
        " AND (a.created_at < ? OR d.error LIKE ?)) GROUP BY d.channel ORDER BY d.channel",
        [stamp(now - DELIVERY_PATIENCE), f"{REFUSED}%"],
    )
    for row in rows:
        name, many = row["channel"], "a delivery" if row["n"] == 1 else f"{row['n']} deliveries"
        text = (
            f"The channel {name} does not take {many}: {plain(row['error'])} What waits is tried again; see `outbox`,"
            " and `outbox retry --all` for what was given up."
        )
        yield Trouble(name, "delivery", "delivery", text, f"The channel {name} has nothing left that it did not take.")


def disk_usage(app: App) -> DiskUsage:
    """Measure free disk space and the size of the archive."""
    return DiskUsage(shutil.disk_usage(app.db_path.parent).free, usage(app.db_path.parent)[1])


def of_space(app: App, found: DiskUsage) -> Iterator[Trouble]:
    """Yield disk and archive near their limits. A trouble already told ends only with a margin: a fifth more disk, a tenth less
    archive, some MB where the disk was full."""
    told = {(row["subject"], row["kind"]) for row in ops.current(app.db)}
    disk_told = told & {("disk", "space"), ("disk", "full")}
    least = app.config.ops.min_free_mb * MEGABYTE * (1.2 if disk_told else 1.0)
    if found.free < DISK_FULL * (10 if ("disk", "full") in told else 1):
        text = "The disk is full: no poll can be written. Make room, or lower archive.max_gb; all goes on by itself."
        yield Trouble("disk", "space", "full", text, "The disk has room again.")
    elif found.free < least:
        text = f"The disk has {found.free / MEGABYTE:.0f} MB free. Make room, or lower archive.max_gb; a full disk stops all polls."
        yield Trouble("disk", "space", "space", text, "The disk has room again.")
    most = app.config.archive.max_gb * GIGABYTE * (FULL - 0.1 if ("archive", "space") in told else FULL)
    if found.archive > most:
        text = (
            f"The archive takes {found.archive / GIGABYTE:.2f} GB of {app.config.archive.max_gb:g}: the oldest evidence goes soon."
        )
        yield Trouble("archive", "space", "space", text, "The archive is well below its limit again.")


def of_clock(app: App, now: datetime, jumped: timedelta | None) -> Iterator[Trouble]:
    """Yield a clock that jumped, or that is earlier than the last recorded poll."""
    newest = runs.newest_time(app.db)
    if newest and newest - now > SKEW:
        text = f"The clock says {local(stamp(now), app.zone)}, but a poll is on record for {local(stamp(newest), app.zone)}."
        yield Trouble(
            "clock", "clock", "behind", f"{text} Set the clock; times on record may be wrong.", "The clock is right again."
        )
    if jumped:
        text = f"The clock jumped by {jumped.total_seconds():+.0f} seconds. Times on record about now may be wrong."
        yield Trouble("clock", "jump", "jump", text, "The clock has run evenly for an hour.")


WINDOW = timedelta(days=70)
LEAST_AGE = timedelta(days=21)  # a change within fewer days is a step, which the checks of each run judge
RECENT = timedelta(days=7)
RECORDS = 0.10  # a source may grow or shrink by this share within the window
FILL = 0.05  # and a field may be filled by this much less

Series = Mapping[str, Sequence[tuple[date, float]]]


def drifts(series: Series, today: date) -> Iterator[tuple[str, str]]:
    """Yield the measures of a source that drift (values by name, oldest first): the name, and a sentence about it."""
    for name, values in series.items():
        before = [value for day, value in values if today - WINDOW <= day <= today - LEAST_AGE]
        after = [value for day, value in values if day > today - RECENT]
        if not before or not after:
            continue
        first, now = median(before[:3]), median(after)
        if name == "records" and abs(now - first) > RECORDS * first:
            yield name, f"has {now:.0f} records where it had {first:.0f} some weeks ago, in steps too small to be held"
        elif name != "records" and first - now > FILL:
            yield name, f"has {name} in {now:.0%} of its records where it had it in {first:.0%} some weeks ago"
