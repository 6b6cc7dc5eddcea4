"""The doctor: looks at everything that the bot needs, and says of each finding what to do."""

import hashlib
import os
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

from bot.app import App
from bot.deliver.factory import check_channel, what_a_check_shows
from bot.errors import WatchError
from bot.render.terminal import local, plain
from bot.service.health import FULL, GIGABYTE, MEGABYTE, space
from bot.service.schedule import next_turn, trigger
from sources.base import Source
from state import ops, runs
from state.archive.writer import read_capture
from state.db import connection_of, faults
from state.encode import moment, stamp
from state.migrations import migrations

Level = Literal["fine", "look", "wrong"]
SPOTS = 20
SKEW = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what, how it is, and what to do (nothing while it is fine)."""

    about: str
    level: Level
    text: str
    do: str = ""


def examine(here: App, now: datetime) -> Iterator[Finding]:
    """All findings, in order; what cannot be looked at is a finding too. `now` is aware UTC."""
    sources = here.sources(())
    looks: Sequence[tuple[str, Callable[[], Iterator[Finding]]]] = (
        ("configuration", lambda: of_configuration(here, sources)),
        ("privacy", lambda: of_privacy(here)),
        ("database", lambda: of_database(here)),
        ("archive", lambda: of_archive(here)),
        ("channels", lambda: of_channels(here)),
        ("sources", lambda: (finding for source in sources for finding in of_source(here, source, now))),
        ("clock", lambda: of_clock(here, now)),
        ("troubles", lambda: of_troubles(here)),
    )
    for about, look in looks:
        try:
            yield from look()
        except (WatchError, OSError) as error:
            yield Finding(about, "wrong", plain(error), "Mend this first, then call the doctor again.")


def of_configuration(here: App, sources: Sequence[Source]) -> Iterator[Finding]:
    """The configuration was read and is valid; is it complete?"""
    watchlists = here.config.load_watchlists()
    for source in sources:
        trigger(here.schedule(source), here.zone)
    text = f"{len(sources)} sources, {len(watchlists)} watchlists, {len(here.config.channels)} channels, zone {here.config.zone}"
    yield Finding("configuration", "fine", text)
    if not here.config.http.contact:
        do = 'Set contact = "mailto:…" in [http]: a body that minds us can write instead of blocking.'
        yield Finding("configuration", "look", "The bodies are not told whom to write to.", do)
    if not here.config.ops.to:
        do = "Name a channel in to = […] of [ops], so that somebody hears when the bot needs a person."
        yield Finding("configuration", "look", "Troubles of the bot itself go to the log only.", do)


def of_privacy(here: App) -> Iterator[Finding]:
    """How long names of people are kept. Either is allowed; whoever runs it decides."""
    days = here.config.privacy.names_days
    kept = (
        f"go {days} days after their last role ended" if days else "are kept with the history (names_days in [privacy] is not set)"
    )
    yield Finding("privacy", "fine", f"names of people {kept}")


def of_database(here: App) -> Iterator[Finding]:
    """Integrity, version and size; opening it has brought it up to date or refused."""
    if broken := faults(here.db):
        yield Finding("database", "wrong", f"It is damaged: {broken}", "Stop the service and `restore` the newest backup.")
    size = here.db_path.stat().st_size / MEGABYTE
    steps = len(migrations.applied(here.db))
    yield Finding("database", "fine", f"{here.db_path}, {size:.1f} MB, sound, {steps} migrations, none pending")
    if not os.access(here.db_path, os.W_OK):
        yield Finding(
            "database", "wrong", "It cannot be written.", "Give the user of the service the right to write the data folder."
        )
    free = space(here).free / MEGABYTE
    if free < here.config.ops.min_free_mb:
        yield Finding("database", "wrong", f"The disk has {free:.0f} MB free.", "Make room; lower archive.max_gb.")


def of_archive(here: App) -> Iterator[Finding]:
    """Size, and whether captures picked at random are still what they were."""
    size = space(here).archive
    limit = here.config.archive.max_gb * GIGABYTE
    level: Level = "look" if size > FULL * limit else "fine"
    do = "The oldest evidence goes soon; raise archive.max_gb or copy it elsewhere." if level == "look" else ""
    yield Finding("archive", level, f"{size / GIGABYTE:.2f} of {here.config.archive.max_gb:g} GB", do)
    rows = connection_of(here.db).execute(
        "SELECT file, offset, sha256 FROM captures WHERE file IS NOT NULL AND status = 200 AND file NOT LIKE '/%'"
    )
    picked = random.sample(found, min(SPOTS, len(found))) if (found := rows.fetchall()) else []
    gone, changed = 0, []
    for row in picked:
        try:
            with read_capture(here.db_path.parent, row["file"], row["offset"]) as kept:
                same = kept.revisit_of is not None or hashlib.sha256(kept.body.read()).hexdigest() == row["sha256"]
        except LookupError:
            gone += 1
            continue
        if not same:
            changed.append(row["file"])
    if changed:
        do = "The disk, or a person, changed evidence; put the file back from a copy."
        yield Finding(
            "archive", "wrong", f"{len(changed)} of {len(picked)} captures are not what they were, as in {changed[0]}", do
        )
    elif picked:
        beyond = f", {gone} are beyond their retention" if gone else ""
        yield Finding(
            "archive", "fine", f"{len(picked)} captures picked at random: {len(picked) - gone} are what they were{beyond}"
        )


def of_channels(here: App) -> Iterator[Finding]:
    """Whether each channel lets us in; nothing is sent."""
    here.channels()
    for name, table in here.config.channels.items():
        wrong = check_channel(table, os.environ)
        do = "Check its keys in the configuration and its secret in the environment." if wrong else ""
        text = wrong or f"{table.kind}: {what_a_check_shows(table, os.environ)}"
        yield Finding(f"channel {name}", "wrong" if wrong else "fine", text, do)


def of_source(here: App, source: Source, now: datetime) -> Iterator[Finding]:
    """Last poll, last good one, next one."""
    about = f"source {source.name}"
    last, good = runs.last(here.db, source.name), runs.last_good(here.db, source.name)
    turn = next_turn(here.schedule(source), here.zone, last.at if last else now)
    when = "now" if last is None or (turn and turn <= now) else local(stamp(turn), here.zone) if turn else "never"
    seen = f"last good poll {local(stamp(good.at), here.zone)}" if good else "no good poll yet"
    text = f"{seen}, next {when}, mode {source.mode}"
    if last is None or last.status not in ("failed", "blocked", "quarantined"):
        yield Finding(about, "fine", text)
        return
    do = {
        "failed": "Open its page by hand; if it looks as always, wait for the next poll.",
        "blocked": "Do not try harder. Set http.contact, and write to the body.",
        "quarantined": "`standards-watch held` shows it; accept or drop it.",
    }[last.status]
    yield Finding(about, "look", f"{text}; the last poll was {last.status}: {plain(last.error)}", do)


def of_clock(here: App, now: datetime) -> Iterator[Finding]:
    """Our clock beside that of the last body that answered, and beside what is on record."""
    newest = runs.newest_time(here.db)
    do = "Set the clock; let chrony or systemd-timesyncd keep it."
    if newest and newest - now > SKEW:
        yield Finding("clock", "wrong", f"A poll is on record for {local(stamp(newest), here.zone)}, which is still to come.", do)
    row = (
        connection_of(here.db)
        .execute(
            "SELECT file, offset, fetched_at FROM captures WHERE file IS NOT NULL AND file NOT LIKE '/%' ORDER BY id DESC LIMIT 1"
        )
        .fetchone()
    )
    if row is None:
        return
    try:
        with read_capture(here.db_path.parent, row["file"], row["offset"]) as kept:
            dates = [value for name, value in kept.reply.headers if name.lower() == "date"]
            theirs = parsedate_to_datetime(dates[0]).astimezone(UTC)
    except (LookupError, IndexError, ValueError):
        return
    off = (moment(row["fetched_at"]) - theirs).total_seconds()
    level: Level = "wrong" if abs(off) > SKEW.total_seconds() else "fine"
    yield Finding("clock", level, f"{off:+.0f} s beside the body that answered last", do if level == "wrong" else "")


def of_troubles(here: App) -> Iterator[Finding]:
    """What was told and is not over."""
    for row in ops.current(here.db):
        yield Finding(f"trouble {row['subject']}", "look", f"since {local(row['began_at'], here.zone)}: {row['text']}")
