"""Health: what needs a person, worked out from what is on record, slow drift included. A trouble is told once, so is its end."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from statistics import median
from typing import NamedTuple

from sqlite_utils import Database

from bot.app import App
from bot.render.terminal import local, plain
from bot.service.schedule import SKEW, period
from sources.base import Source
from state import ops, runs
from state.archive.retention import used
from state.db import connection_of
from state.encode import stamp
from state.ops import Trouble
from state.outbox import REFUSED

SLOTS = ("poll", "drift", "delivery", "space", "clock")
OUTAGES = ("failed", "blocked", "quarantined")
SLACK = timedelta(hours=6)
WAITS = timedelta(hours=1)  # a delivery that is tried again for longer is trouble
FULL = 0.9  # of the archive's limit
GIGABYTE, MEGABYTE = 1_000_000_000, 1_000_000


class Space(NamedTuple):
    """Bytes that the disk has free and that the archive takes."""

    free: int
    archive: int


def check_health(here: App, sources: Sequence[Source], now: datetime, jumped: timedelta | None = None) -> None:
    """Look at everything at `now` (aware UTC) and write which troubles begin and end. `jumped`: by how much the clock was set of
    late, zero when it ran evenly, None where nobody watched it. Just after a jump nobody can tell how old a state is."""
    known = {"disk", "archive", "clock", *here.config.channels, *(source.name for source in sources)}
    slots = {*SLOTS, *(["jump"] if jumped is not None else []), *([] if jumped else ["age"])}
    found = [each for each in troubles(here, sources, now, space(here), jumped) if each.slot in slots]
    ops.settle(here.db, found, slots, known, now)


def troubles(here: App, sources: Sequence[Source], now: datetime, found: Space, jumped: timedelta | None) -> list[Trouble]:
    """All that is wrong at `now` (aware UTC)."""
    return [
        *(trouble for source in sources for trouble in of_source(here, source, now)),
        *of_channels(here.db, now),
        *of_space(here, found),
        *of_clock(here, now, jumped),
    ]


def of_source(here: App, source: Source, now: datetime) -> Iterator[Trouble]:
    """The troubles of one source: its last poll came to nothing, nothing good came for long, its data drift."""
    name, last, good = source.name, runs.last(here.db, source.name), runs.last_good(here.db, source.name)
    held = f"The state of {local(stamp(good.at), here.zone)} stays." if good else "There is no state yet."
    if last and last.status in OUTAGES:
        text = f"{name}: the poll was {last.status}" if last.status != "failed" else f"{name}: the poll failed"
        hint = " `standards-watch held` shows it; accept or drop it." if last.status == "quarantined" else ""
        yield Trouble(name, "poll", last.status, f"{text}: {plain(last.error)}. {held}{hint}", f"{name}: polls work again.")
    begun = good or runs.first(here.db, name)
    limit = 2 * wait_about(here.schedule(source), here.zone, now.date()) + SLACK
    if begun and now - begun.at > limit:
        hours = f"{(now - begun.at).total_seconds() / 3600:.0f} hours"
        yield Trouble(
            name, "age", "stale", f"{name}: nothing was accepted for {hours}. {held}", f"{name}: its state is fresh again."
        )
    series = ops.series(here.db, name, (now - WINDOW).date(), (now - RECENT).date())
    if source.history.append_only:  # what it lists is added to what there was: it grows, and its shares move with what comes
        series = {name: values for name, values in series.items() if name in source.expect.filled}
    said = [text for _, text in drifts(series, now.date())]
    if said:
        text = f"{name} {'; it '.join(said)}. Compare with its pages: a filter or a selector may have gone wrong."
        yield Trouble(name, "drift", "drift", text, f"{name}: its data hold steady again.")


@lru_cache(maxsize=500)  # asked every minute for every source
def wait_about(schedule: str, zone: tzinfo, day: date) -> timedelta:
    """The longest wait between two turns of a schedule about a day."""
    return period(schedule, zone, datetime.combine(day, time(), UTC))


def of_channels(db: Database, now: datetime) -> Iterator[Trouble]:
    """Channels that do not take what they are given: at once where one takes nothing at all, else when it was tried for long."""
    rows = connection_of(db).execute(
        "SELECT d.channel, count(*) AS n, min(d.error) AS error FROM deliveries d LEFT JOIN alerts a ON a.id = d.alert"
        " WHERE d.status = 'failed' OR (d.status IN ('pending', 'unknown') AND d.error IS NOT NULL"
        " AND (a.created_at < ? OR d.error LIKE ?)) GROUP BY d.channel ORDER BY d.channel",
        [stamp(now - WAITS), f"{REFUSED}%"],
    )
    for row in rows:
        name, many = row["channel"], "a delivery" if row["n"] == 1 else f"{row['n']} deliveries"
        text = (
            f"The channel {name} does not take {many}: {plain(row['error'])} What waits is tried again; see `outbox`,"
            " and `outbox retry --all` for what was given up."
        )
        yield Trouble(name, "delivery", "delivery", text, f"The channel {name} has nothing left that it did not take.")


def space(here: App) -> Space:
    """What the disk and the archive have now."""
    return Space(shutil.disk_usage(here.db_path.parent).free, used(here.db_path.parent)[1])


def of_space(here: App, found: Space) -> Iterator[Trouble]:
    """The disk, and the archive, near their limits. One that was told of has to gain a fifth before that counts as over."""
    told = {row["subject"] for row in ops.current(here.db)}
    least = here.config.ops.min_free_mb * MEGABYTE * (1.2 if "disk" in told else 1.0)
    if found.free < least:
        text = f"The disk has {found.free / MEGABYTE:.0f} MB free. Make room, or lower archive.max_gb; a full disk stops all polls."
        yield Trouble("disk", "space", "space", text, "The disk has room again.")
    most = here.config.archive.max_gb * GIGABYTE * (FULL - 0.1 if "archive" in told else FULL)
    if found.archive > most:
        text = (
            f"The archive takes {found.archive / GIGABYTE:.2f} GB of {here.config.archive.max_gb:g}: the oldest evidence goes soon."
        )
        yield Trouble("archive", "space", "space", text, "The archive is well below its limit again.")


def of_clock(here: App, now: datetime, jumped: timedelta | None) -> Iterator[Trouble]:
    """A clock that jumped, or that stands before a poll that was made."""
    newest = runs.newest_time(here.db)
    if newest and newest - now > SKEW:
        text = f"The clock says {local(stamp(now), here.zone)}, but a poll is on record for {local(stamp(newest), here.zone)}."
        yield Trouble(
            "clock", "clock", "behind", f"{text} Set the clock; times on record may be wrong.", "The clock is right again."
        )
    if jumped:
        text = f"The clock jumped by {jumped.total_seconds():+.0f} seconds. Times on record about now may be wrong."
        yield Trouble("clock", "jump", "jump", text, "The clock has run evenly for an hour.")


WINDOW = timedelta(days=70)
LEAST_AGE = timedelta(days=21)  # what happened within fewer days was a step, and the checks looked at it
RECENT = timedelta(days=7)
RECORDS = 0.10  # a source may grow or shrink by this share within the window
FILL = 0.05  # and a field may be filled by this much less

Series = Mapping[str, Sequence[tuple[date, float]]]


def drifts(series: Series, today: date) -> Iterator[tuple[str, str]]:
    """What drifts in the measures of a source (by name, oldest first): the name, and a sentence about it."""
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
