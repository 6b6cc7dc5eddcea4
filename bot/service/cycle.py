"""One cycle of a source under the scheduler: poll when it is due, deliver, look whether all is well, and say so."""

import sqlite3
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from structlog.contextvars import bound_contextvars

from bot import VERSION
from bot.app import App, now
from bot.fetch.fetcher import ping
from bot.fetch.throttle import Sleep
from bot.fetch.types import user_agent
from bot.service.health import check_health
from bot.service.live import poll_network
from bot.service.outgoing import deliver_all, tell
from bot.service.schedule import Last, due
from sources.base import Source
from state import ops, runs
from state.runs import Busy

log = structlog.get_logger()


class Stopped(BaseException):
    """The service is to end: leave the poll where it is. Nothing of it is written."""


def is_due(here: App, source: Source, moment: datetime) -> bool:
    """Whether it is a source's turn at a moment (aware UTC), by its schedule and its last poll."""
    last = runs.last(here.db, source.name)
    return due(here.schedule(source), here.zone, Last(last.at, last.status) if last else None, moment)


def cycle(here: App, source: Source, sleep: Sleep = time.sleep, jumped: timedelta | None = None) -> bool:
    """Poll a source, if it is due, and do all that follows from it; `jumped` is as in `health.look`. Returns whether all went
    well. Raises only what means that the database cannot be used (sqlite3.Error, OSError), and Stopped."""
    if not is_due(here, source, now()):
        return True
    good = polled(here, source, sleep)
    if good:
        ops.measure(here.db, source.name, now().date())
    housekeeping(here, [source], now(), jumped)
    failed = deliver_all(here)
    if good and not failed:
        say_alive(here)
    return good and not failed


def polled(here: App, source: Source, sleep: Sleep) -> bool:
    """Poll a source now; what goes wrong by our own fault fails its run. Returns whether its state is confirmed."""
    try:
        run = poll_network(here, here.run_context(telling=True), source, "serve", sleep)
    except Busy as busy:
        log.info("left out", source=source.name, reason=str(busy))
        return True
    except Stopped:
        runs.drop(here.db, source.name)
        raise
    except (sqlite3.Error, OSError) as error:
        runs.fail(here.db, source.name, f"nothing could be written ({error})")
        return False
    except Exception as error:
        with bound_contextvars(source=source.name):
            log.exception("a fault in this program", step="poll")
        runs.fail(here.db, source.name, f"a fault in this program: {error!r}")
        return False
    log.info("polled", source=source.name, status=run.status, records=run.records, alerts=run.alerts)
    return run.good


def housekeeping(here: App, sources: Sequence[Source], moment: datetime, jumped: timedelta | None = None) -> None:
    """Look whether all is well with all sources that are polled, and tell what is new of that. `sources` are looked at beside."""
    everything = {source.name: source for source in (*here.sources(()), *sources)}
    check_health(here, list(everything.values()), moment, jumped)
    tell(here, moment)


def say_alive(here: App) -> None:
    """Tell the dead man's switch that a cycle went well; when it cannot be told, it will notice."""
    if here.config.ops.ping:
        wrong = ping(here.config.ops.ping, user_agent(VERSION, here.config.http.contact))
        if wrong:
            log.warning("the dead man's switch cannot be told", reason=wrong)
