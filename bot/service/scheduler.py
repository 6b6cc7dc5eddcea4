"""The scheduler: every source at its time, each host in a thread of its own, and the jobs that keep the house.

What is due is worked out from the table of runs, so the jobs live in memory only: each job asks again whether it is its source's
turn. Whatever was missed while the service was down is made up for at its start.
"""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.app import App, now
from bot.fetch.urls import origin_of
from bot.service.backup import back_up
from bot.service.cycle import Stopped, cycle, housekeeping, is_due
from bot.service.heartbeat import Heartbeat
from bot.service.live import let_go
from bot.service.outgoing import deliver_all, send_digests
from bot.service.schedule import trigger
from sources.base import Source

log = structlog.get_logger()
GRACE_S = 12 * 3600  # a job that comes late by less is done all the same, once
JITTER_S = 120
LOOK_S, DELIVER_S = 60, 60
END_S = 8.0


class Service:
    """The running scheduler of a configuration. `end` may be called from any thread."""

    def __init__(self, here: App, sources: Sequence[Source], pulse: Heartbeat):
        self.here, self.sources, self.pulse = here, sources, pulse
        self.stop = Event()
        self.queued: set[str] = set()
        hosts = {host_of(source) for source in sources}
        self.scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={name: ThreadPoolExecutor(1) for name in (*hosts, "house", "deliver")},
            job_defaults={"misfire_grace_time": GRACE_S, "coalesce": True, "max_instances": 1},
        )

    def start(self) -> None:
        """Plan all jobs, and begin at once with what is due. Raises ConfigError for a schedule that is none."""
        for source in self.sources:
            planned = trigger(self.here.schedule(source), self.here.zone, JITTER_S)
            self.add(source.name, self.poll, planned, host_of(source), [source])
        look, post = IntervalTrigger(seconds=LOOK_S, timezone=UTC), IntervalTrigger(seconds=DELIVER_S, timezone=UTC)
        self.add("look", self.look, look, "house", soon=True)
        self.add("deliver", self.deliver, post, "deliver")
        self.add("retention", self.retain, trigger("daily 04:40", self.here.zone), "house")
        if self.here.config.backup.to:
            self.add("backup", self.back_up, trigger(self.here.config.backup.schedule, self.here.zone), "house")
        self.scheduler.start()

    def add(
        self, name: str, job: Callable[..., None], when: object, executor: str, args: Sequence[object] = (), soon: bool = False
    ) -> None:
        """Plan one job; `soon` also does it at the start."""
        more = {"next_run_time": datetime.now(UTC)} if soon else {}
        self.scheduler.add_job(self.safely, when, [name, job, *args], id=name, executor=executor, **more)

    def safely(self, name: str, job: Callable[..., None], *args: object) -> None:
        """Do a job on a connection of its own; whatever goes wrong in it ends it alone, and is noticed."""
        try:
            own = replace(self.here)  # with a connection of its own
            with own.db:
                job(own, *args)
            self.pulse.works(name)
        except Stopped:
            log.info("left at the end of the service", job=name)
        except (sqlite3.Error, OSError) as error:
            self.pulse.fails(name, error)
        except Exception as error:
            log.exception("a fault in this program", job=name)
            self.pulse.fails(name, error)

    def poll(self, own: App, source: Source) -> None:
        """Poll a source if it is its turn."""
        try:
            cycle(own, source, self.sleep, self.pulse.jumped())
        finally:
            self.queued.discard(source.name)

    def look(self, own: App) -> None:
        """Look whether all is well, and begin polls whose turn has come by other ways than their schedule: missed while the service
        was down, or worth another try."""
        housekeeping(own, [], now(), self.pulse.jumped())
        for source in self.sources:
            soon = self.scheduler.get_job(source.name).next_run_time - datetime.now(UTC) < timedelta(seconds=JITTER_S)
            if not soon and source.name not in self.queued and is_due(own, source, now()):
                self.again(source)

    def again(self, source: Source) -> None:
        """Poll a source now, after what its host has under way."""
        self.queued.add(source.name)
        self.scheduler.add_job(
            self.safely, None, [source.name, self.poll, source], id=f"again {source.name}", executor=host_of(source)
        )

    def deliver(self, own: App) -> None:
        """Send what waits, and the digests that are due."""
        deliver_all(own)
        send_digests(own, now())

    def retain(self, own: App) -> None:
        """Let go of evidence beyond its retention."""
        let_go(own, own.run_context(telling=False))

    def back_up(self, own: App) -> None:
        """Make a backup, and let go of those beyond their number."""
        table = own.config.backup
        assert table.to is not None  # this job is planned only then
        back_up(own.db, own.db_path, table.to, now(), table.keep)

    def sleep(self, seconds: float) -> None:
        """Wait between two requests, unless the service ends. Raises Stopped."""
        if self.stop.wait(seconds):
            raise Stopped

    def end(self) -> None:
        """End the service within seconds. A poll under way is left where it is: its transaction has not begun, or commits, or is
        rolled back."""
        self.stop.set()
        ending = Thread(target=self.scheduler.shutdown, daemon=True)
        ending.start()
        ending.join(END_S)
        log.info("ended", in_time=not ending.is_alive())


def host_of(source: Source) -> str:
    """The host that a source asks first: polls of one host follow one another, those of different hosts go side by side."""
    return origin_of(source.starts(now().date())[0]).host
