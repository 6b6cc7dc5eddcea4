"""A poll of the bodies themselves: the network in place of an archive."""

import tempfile
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import structlog
from stamina.instrumentation import RetryDetails, set_on_retry_hooks

from bot import VERSION
from bot.app import App, now
from bot.context import RunContext
from bot.fetch.fetcher import Fetcher
from bot.fetch.throttle import Sleep
from bot.parse.cache import comparable_capture
from bot.run.pipeline import poll
from bot.service.name_retention import expire_names
from sources import all_sources
from sources.base import Source
from state.archive.retention import due, looked, needed, prune
from state.archive.writer import Archive
from state.db import copy, open_database
from state.runs import Run

log = structlog.get_logger()
GIGABYTE = 1_000_000_000


def poll_network(here: App, desk: RunContext, source: Source, trigger: str = "run", sleep: Sleep = time.sleep) -> Run:
    """Poll a source over the network, keep every answer in the archive, and let go of what is beyond its retention."""
    run = ask(here, desk, source, trigger, sleep)
    let_go(here, desk)
    return run


def ask(here: App, desk: RunContext, source: Source, trigger: str, sleep: Sleep) -> Run:
    """Poll a source over the network, and keep every answer in the archive."""

    def way(run: Run) -> Fetcher:
        return Fetcher(
            desk.db,
            source,
            contact=here.config.http.contact,
            version=VERSION,
            mirrors=here.config.http.mirrors,
            archive=Archive(desk.data),
            last_capture=partial(comparable_capture, desk.db, source),
            run_id=run.id,
            sleep=sleep,
        )

    return poll(desk, source, way, now(), trigger)


def let_go(here: App, desk: RunContext) -> None:
    """Delete evidence and names that are beyond their retention; looked at once a day, for that takes longer the more there is."""
    keep, days = here.config.archive, here.config.privacy.names_days
    if not due(desk.data, now()):
        return
    looked(desk.data, now())  # at first: several sources are polled at a time, and one of them is to do it
    prune(desk.data, now(), keep.keep_days, int(keep.max_gb * GIGABYTE), keep.keep_bodies, needed(desk.db))
    if days:
        expire_names(desk.db, desk.data, all_sources().values(), now(), days)


def dry(here: App, desk: RunContext, source: Source) -> Run:
    """The same poll on a copy of the database that is thrown away: nothing is written, nobody is told."""
    with tempfile.TemporaryDirectory(prefix="standards-watch-") as folder:
        copy(desk.db, file := Path(folder) / "dry-run.db")
        with open_database(file) as apart:
            return ask(here, replace(desk, db=apart, routing=None), source, "run", time.sleep)


def told(details: RetryDetails) -> None:
    """A request that is tried again is worth a line in the log, no more."""
    log.info("asking again", step="fetch", wait_s=round(details.wait_for, 1), reason=str(details.caused_by))


set_on_retry_hooks([told])
