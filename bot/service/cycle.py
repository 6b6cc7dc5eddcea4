"""One cycle of a source: poll it over the network, prune what is beyond its retention, check health, tell people.

What goes out beside the polls: pending deliveries, notices to operators, digests that are due.
"""

import os
import sqlite3
import tempfile
import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import structlog
from stamina.instrumentation import RetryDetails, set_on_retry_hooks
from structlog.contextvars import bound_contextvars

from bot import VERSION
from bot.app import App, now
from bot.context import RunContext
from bot.deliver.routes import destinations
from bot.deliver.worker import deliver
from bot.fetch.fetcher import Fetcher, ping
from bot.fetch.throttle import Sleep
from bot.fetch.types import user_agent
from bot.parse.cache import comparable_capture
from bot.run.pipeline import poll
from bot.run.sources import waits_for
from bot.service.health import OUTAGES, check_health
from bot.service.name_retention import expire_names
from bot.service.schedule import LastPoll, turn_has_come
from sources import all_sources
from sources.base import Source
from state import ops, outbox, runs
from state.archive import retention
from state.archive.writer import Archive
from state.db import copy, open_database
from state.locks import Locked
from state.ops import Notice
from state.runs import Run


def deliver_all(app: App) -> int:
    """Send everything pending. Returns the number of deliveries that failed."""
    return deliver(app.db, app.channels())


def deliver_notices(app: App) -> None:
    """Send pending notices to the operators' channels, and nothing else."""
    channels = app.channels()
    deliver(app.db, {name: channels[name] for name in app.config.ops.to})


def queue_notice(app: App, notice: Notice) -> None:
    """Queue a notice for the channels that `ops.to` names, except the channel that it is about."""
    queue_text(app, notice.key, notice.text, [name for name in app.config.ops.to if name != notice.subject])


def send_test(app: App, now: datetime) -> int:
    """Send one test message to every channel. Returns the number of deliveries that failed."""
    queue_text(
        app, f"test:{now.isoformat()}", "This is a test message of standards-watch. Nothing is to be done.", app.config.channels
    )
    return deliver_all(app)


def queue_text(app: App, key: str, text: str, channels: Iterable[str]) -> None:
    """Queue a text for some channels."""
    targets = [place for name in channels for place in destinations(name, app.config.channels[name])]
    if targets:
        outbox.put_notice(app.db, key, text, targets)


def send_digests(app: App, now: datetime) -> int:
    """Send the digests that are due (`now` is aware UTC). Returns the number of recipients who did not get theirs."""
    if not app.config.digests:
        return 0
    from bot.digest.send import send_due  # imported here: drawing takes memory, which a service without digests saves

    return send_due(app.db, app.config, os.environ, now)


log = structlog.get_logger()


def announce_troubles(app: App, now: datetime, printed: Collection[str] = ()) -> int:
    """Log and queue all notices not told yet (`now` is aware UTC); a failed poll of a source that is `printed` is not logged
    again. Returns their number."""
    waiting = ops.pending_notices(app.db)
    for notice in waiting:
        queue_notice(app, notice)
        if not (notice.subject in printed and notice.kind in OUTAGES):
            write_line, event = (log.warning, "recovered") if notice.ended else (log.error, "needs a person")
            write_line(event, subject=notice.subject, kind=notice.kind, text=notice.text)
        ops.mark_told(app.db, notice, now)
    return len(waiting)


GIGABYTE = 1_000_000_000


class Stopped(BaseException):
    """Raised in a poll when the service ends. Nothing of that poll is written."""


def is_due(app: App, source: Source, moment: datetime) -> bool:
    """Return True when a source is due at a moment (aware UTC), by its schedule and its last poll. Its first poll waits for the
    sources that it needs."""
    if waits_for(app.db, source, app.enabled):
        return False
    last = runs.last(app.db, source.name)
    return turn_has_come(app.schedule(source), app.zone, LastPoll(last.at, last.status) if last else None, moment)


def cycle(app: App, source: Source, sleep: Sleep = time.sleep, jumped: timedelta | None = None) -> bool:
    """Poll a source if it is due, then check health and deliver. `jumped` is as in `health.check_health`. Returns True when all
    went well. Raises only what means that the database cannot be used (sqlite3.Error, OSError), and Stopped."""
    if not is_due(app, source, now()):
        return True
    good = poll_source(app, source, sleep)
    if good:
        ops.measure(app.db, source.name, now().date())
    housekeeping(app, [source], now(), jumped)
    failed = deliver_all(app)
    if good and not failed:
        ping_monitor(app)
    return good and not failed


def poll_source(app: App, source: Source, sleep: Sleep) -> bool:
    """Poll a source now. Returns True when the source's state is confirmed. Raises sqlite3.Error or OSError when not even a failure
    can be written, and Stopped."""
    try:
        run = poll_network(app, app.run_context(telling=True), source, "serve", sleep)
    except (sqlite3.Error, OSError):
        raise
    except Exception:
        with bound_contextvars(source=source.name):
            log.exception("a fault in this program", step="poll")
        return False
    log.info("polled", source=source.name, status=run.status, records=run.records, alerts=run.alerts, reason=run.error)
    return run.good


def housekeeping(
    app: App, sources: Sequence[Source], moment: datetime, jumped: timedelta | None = None, printed: Collection[str] = ()
) -> None:
    """Check the health of all polled sources and of `sources`, and announce what is new (see `announce_troubles`)."""
    everything = {source.name: source for source in (*app.sources(()), *sources)}
    check_health(app, list(everything.values()), moment, jumped)
    announce_troubles(app, moment, printed)


def ping_monitor(app: App) -> None:
    """Ask the address of the dead man's switch after a cycle that went well. If that fails, the switch raises the alarm by
    itself."""
    if app.config.ops.ping:
        wrong = ping(app.config.ops.ping, user_agent(VERSION, app.config.http.contact))
        if wrong:
            log.warning("the dead man's switch cannot be told", reason=wrong)


def poll_network(app: App, context: RunContext, source: Source, trigger: str = "run", sleep: Sleep = time.sleep) -> Run:
    """Poll a source over the network into database and archive, then prune what is beyond its retention. A source that is being
    polled already, or needs another which was never read, is not polled: its run, which is not on record, says so."""
    if missing := waits_for(context.db, source, app.enabled):
        return Run(0, source.name, now(), trigger, "failed", error=f"it needs {missing[0]}, which was never read; poll that first")
    try:
        run = poll_and_archive(app, context, source, trigger, sleep)
    except Locked as busy:
        return Run(0, source.name, now(), trigger, "failed", error=str(busy))
    prune_expired(app, context)
    return run


def poll_and_archive(app: App, context: RunContext, source: Source, trigger: str, sleep: Sleep) -> Run:
    """Poll a source over the network into database and archive."""

    def fetcher(run: Run) -> Fetcher:
        return Fetcher(
            context.db,
            source,
            contact=app.config.http.contact,
            version=VERSION,
            mirrors=app.config.http.mirrors,
            archive=Archive(context.data),
            last_capture=partial(comparable_capture, context.db, source),
            run_id=run.id,
            sleep=sleep,
        )

    return poll(context, source, fetcher, now(), trigger)


def prune_expired(app: App, context: RunContext) -> None:
    """Delete evidence and names beyond their retention, at most once a day: the check takes longer the more there is."""
    keep, days = app.config.archive, app.config.privacy.names_days
    if not retention.due(context.data, now()):
        return
    retention.mark_pruned(context.data, now())  # first of all, for several sources are polled at a time and only one is to prune
    retention.prune(
        context.data, now(), keep.keep_days, int(keep.max_gb * GIGABYTE), keep.keep_bodies, retention.needed_files(context.db)
    )
    if days:
        expire_names(context.db, context.data, all_sources().values(), now(), days)


def dry_poll(app: App, context: RunContext, source: Source) -> Run:
    """Poll a source on a temporary copy of the database: nothing is written, nobody is told."""
    with tempfile.TemporaryDirectory(prefix="standards-watch-") as folder:
        copy(context.db, file := Path(folder) / "dry-run.db")
        with open_database(file) as scratch:
            return poll_and_archive(app, replace(context, db=scratch, routing=None), source, "run", time.sleep)


def log_retry(details: RetryDetails) -> None:
    """Log a request that is tried again."""
    log.info("asking again", step="fetch", wait_s=round(details.wait_for, 1), reason=str(details.caused_by))


set_on_retry_hooks([log_retry])
