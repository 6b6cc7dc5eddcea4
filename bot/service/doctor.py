"""Diagnosis of everything that the bot needs, each finding with the remedy."""

import hashlib
import os
import pwd
import random
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

from bot.app import App
from bot.deliver.routes import routing
from bot.errors import ConfigError, DeliveryError, WatchError
from bot.render.plain import plain
from bot.render.terminal import local
from bot.service.health import FULL, GIGABYTE, MEGABYTE, disk_usage
from bot.service.schedule import next_turn, trigger
from sources.base import Source
from state import ops, records, runs
from state.archive.writer import read_capture
from state.db import connection_of, integrity_errors
from state.encode import moment, stamp
from state.queries import history
from state.schema import migrations

Level = Literal["fine", "look", "wrong"]
NEED_DATABASE = frozenset({"archive", "routes", "sources", "clock", "troubles"})
SAMPLE_SIZE = 20
RESTORE = "Stop the service and `restore` the newest backup."
SKEW = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Finding:
    """Finding: subject, level, description, and the remedy (`do`, empty while it is fine). `misused`: configuration or command line
    have to be changed."""

    about: str
    level: Level
    text: str
    do: str = ""
    misused: bool = False


def examine(app: App, now: datetime) -> Iterator[Finding]:
    """Yield all findings, in order. A check that cannot be made is a finding too. `now` is aware UTC."""
    sources = app.sources(())
    checks: Sequence[tuple[str, Callable[[], Iterator[Finding]]]] = (
        ("configuration", lambda: of_configuration(app, sources)),
        ("privacy", lambda: of_privacy(app)),
        ("files", lambda: of_files(app)),
        ("database", lambda: of_database(app)),
        ("archive", lambda: of_archive(app)),
        ("channels", lambda: of_channels(app)),
        ("routes", lambda: of_routes(app)),
        ("sources", lambda: (finding for source in sources for finding in of_source(app, source, now))),
        ("clock", lambda: of_clock(app, now)),
        ("troubles", lambda: of_troubles(app)),
    )
    for about, check in checks:
        if about in NEED_DATABASE and not app.db_path.is_file():
            continue  # the check of the database says so
        try:
            yield from check()
        except (WatchError, OSError, sqlite3.Error) as error:
            do = RESTORE if type(error) is sqlite3.DatabaseError else "Mend this first, then call the doctor again."
            yield Finding(about, "wrong", plain(error), do, misused=isinstance(error, ConfigError))


def of_configuration(app: App, sources: Sequence[Source]) -> Iterator[Finding]:
    """Yield findings on the configuration: valid, and complete."""
    watchlists = app.config.load_watchlists()
    for source in sources:
        trigger(app.schedule(source), app.zone)
    text = f"{len(sources)} sources, {len(watchlists)} watchlists, {len(app.config.channels)} channels, zone {app.config.zone}"
    yield Finding("configuration", "fine", text)
    if not app.config.http.contact:
        do = 'Set contact = "mailto:…" in [http]: a body that minds us can write instead of blocking.'
        yield Finding("configuration", "look", "The bodies are not told whom to write to.", do)
    if not app.config.ops.to:
        do = "Name a channel in to = […] of [ops], so that somebody hears when the bot needs a person."
        yield Finding("configuration", "look", "Troubles of the bot itself go to the log only.", do)


def of_privacy(app: App) -> Iterator[Finding]:
    """Yield a finding on how long names of people are kept. Either setting is allowed; whoever runs the bot decides."""
    days = app.config.privacy.names_days
    kept = (
        f"go {days} days after their last role ended" if days else "are kept with the history (names_days in [privacy] is not set)"
    )
    yield Finding("privacy", "fine", f"names of people {kept}")


def of_files(app: App) -> Iterator[Finding]:
    """Yield what this user cannot write in the data folder, with its owner: a command that another user called may have made it."""
    data, name = app.db_path.parent, app.db_path.name
    files = [data / f"{name}{end}" for end in ("", "-wal", "-shm")] + [*(data / "locks").glob("*")]
    paths = [data, *files, data / "locks", *(data / "archive").glob("**/")]
    if foreign := [path for path in paths if path.exists() and not os.access(path, os.W_OK)]:
        also = f", and {len(foreign) - 1} more" if foreign[1:] else ""
        text = f"{foreign[0]}{also} cannot be written by {user(os.getuid())}: the owner is {user(foreign[0].stat().st_uid)}."
        do = f"Give the data folder to the user of the service: chown -R {user(os.getuid())} {data}"
        yield Finding("files", "wrong", text, do)


def user(number: int) -> str:
    """Return the name of a user, or the number of one without a name."""
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def of_database(app: App) -> Iterator[Finding]:
    """Yield findings on integrity, version, size and free disk. Opening the database has already migrated it or refused."""
    if broken := integrity_errors(app.db):
        yield Finding("database", "wrong", f"It is damaged: {broken}", RESTORE)
    size = app.db_path.stat().st_size / MEGABYTE
    steps = len(migrations.applied(app.db))
    yield Finding("database", "fine", f"{app.db_path}, {size:.1f} MB, sound, {steps} migrations, none pending")
    free = disk_usage(app).free / MEGABYTE
    if free < app.config.ops.min_free_mb:
        yield Finding("database", "wrong", f"The disk has {free:.0f} MB free.", "Make room; lower archive.max_gb.")


def of_archive(app: App) -> Iterator[Finding]:
    """Yield findings on the archive's size, and on captures picked at random: the body must have the recorded digest."""
    size = disk_usage(app).archive
    limit = app.config.archive.max_gb * GIGABYTE
    level: Level = "look" if size > FULL * limit else "fine"
    do = "The oldest evidence goes soon; raise archive.max_gb or copy it elsewhere." if level == "look" else ""
    yield Finding("archive", level, f"{size / GIGABYTE:.2f} of {app.config.archive.max_gb:g} GB", do)
    rows = connection_of(app.db).execute(
        "SELECT file, offset, sha256 FROM captures WHERE file IS NOT NULL AND status = 200 AND file NOT LIKE '/%'"
    )
    picked = random.sample(found, min(SAMPLE_SIZE, len(found))) if (found := rows.fetchall()) else []
    gone, changed = 0, []
    for row in picked:
        try:
            with read_capture(app.db_path.parent, row["file"], row["offset"]) as kept:
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


def of_channels(app: App) -> Iterator[Finding]:
    """Yield the check of each channel; nothing is sent."""
    for name, ready in app.channels().items():
        try:
            text = f"{app.config.channels[name].kind}: {ready.channel.check()}"
            yield Finding(f"channel {name}", "fine", text)
        except DeliveryError as error:
            do = "Check its keys in the configuration and its secret in the environment."
            yield Finding(f"channel {name}", "wrong", str(error), do)


def of_routes(app: App) -> Iterator[Finding]:
    """Yield a finding on alerts that no route wants: nobody was told of them."""
    if count := routing(app.config).unwanted(history.alerts(app.db, status="new")):
        do = "Add a [[routes]] for them, or one with digest_only = true; `alerts --status new` lists all alerts."
        yield Finding("routes", "look", f"alerts that no route wants, and that no channel got: {count}", do)


def of_source(app: App, source: Source, now: datetime) -> Iterator[Finding]:
    """Yield a finding on a source: last poll, last good poll, next poll."""
    about = f"source {source.name}"
    last, good = runs.last(app.db, source.name), runs.last_good(app.db, source.name)
    turn = next_turn(app.schedule(source), app.zone, last.at if last else now)
    when = "now" if last is None or (turn and turn <= now) else local(stamp(turn), app.zone) if turn else "never"
    seen = f"last good poll {local(stamp(good.at), app.zone)}" if good else "no good poll yet"
    if not good and (replayed := records.accepted(app.db, source.name)):
        seen = f"replayed up to {local(replayed['accepted_at'], app.zone)}, not polled yet"
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


def of_clock(app: App, now: datetime) -> Iterator[Finding]:
    """Yield findings on the clock, compared with the body that answered last and with the newest recorded poll."""
    newest = runs.newest_time(app.db)
    do = "Set the clock; let chrony or systemd-timesyncd keep it."
    if newest and newest - now > SKEW:
        yield Finding("clock", "wrong", f"A poll is on record for {local(stamp(newest), app.zone)}, which is still to come.", do)
    row = (
        connection_of(app.db)
        .execute(
            "SELECT file, offset, fetched_at FROM captures WHERE file IS NOT NULL AND file NOT LIKE '/%' ORDER BY id DESC LIMIT 1"
        )
        .fetchone()
    )
    if row is None:
        return
    try:
        with read_capture(app.db_path.parent, row["file"], row["offset"]) as kept:
            dates = [value for name, value in kept.reply.headers if name.lower() == "date"]
            theirs = parsedate_to_datetime(dates[0]).astimezone(UTC)
    except (LookupError, IndexError, ValueError):
        return
    off = (moment(row["fetched_at"]) - theirs).total_seconds()
    level: Level = "wrong" if abs(off) > SKEW.total_seconds() else "fine"
    yield Finding("clock", level, f"{off:+.0f} s beside the body that answered last", do if level == "wrong" else "")


def of_troubles(app: App) -> Iterator[Finding]:
    """Yield a finding for each open trouble."""
    for row in ops.current(app.db):
        yield Finding(f"trouble {row['subject']}", "look", f"since {local(row['began_at'], app.zone)}: {row['text']}")
