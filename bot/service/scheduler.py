"""Scheduler: a job for each source, each host in a thread of its own, and jobs for health, delivery, retention and backup.

Due polls follow from the table of runs, so jobs live in memory only: each job checks again that its source is due. Polls missed
while the service was down are made up for at its start."""

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
from bot.deliver.routes import destinations
from bot.deliver.worker import ReadyChannel, send
from bot.errors import DeliveryError, OutcomeUnknown, RetryLater, SourceError
from bot.fetch.urls import origin_of
from bot.service.backup import back_up
from bot.service.cycle import Stopped, cycle, deliver_all, housekeeping, is_due, prune_expired, send_digests
from bot.service.heartbeat import Heartbeat
from bot.service.schedule import trigger
from sources.base import Source
from state.outbox import Sending, unstored_notice

log = structlog.get_logger()
GRACE_S = 12 * 3600  # a job that is late by less still runs, once
JITTER_S = 120
CHECK_S, DELIVER_S = 60, 60
SHUTDOWN_S = 8.0


class Service:
    """Running scheduler of a configuration. `end` may be called from any thread."""

    def __init__(self, app: App, sources: Sequence[Source], heartbeat: Heartbeat):
        self.app, self.sources, self.heartbeat = app, sources, heartbeat
        self.stop = Event()
        self.queued: set[str] = set()
        self.direct: list[tuple[str, Sending]] = []
        hosts = {host_of(source) for source in sources}
        self.scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={name: ThreadPoolExecutor(1) for name in (*hosts, "house", "deliver")},
            job_defaults={"misfire_grace_time": GRACE_S, "coalesce": True, "max_instances": 1},
        )

    def start(self) -> None:
        """Plan all jobs and start with those that are due. Raises ConfigError for an invalid schedule."""
        for source in self.sources:
            planned = trigger(self.app.schedule(source), self.app.zone, JITTER_S)
            self.add(source.name, self.poll, planned, host_of(source), [source])
        check, post = IntervalTrigger(seconds=CHECK_S, timezone=UTC), IntervalTrigger(seconds=DELIVER_S, timezone=UTC)
        self.add("health", self.check, check, "house", soon=True)
        self.add("deliver", self.deliver, post, "deliver")
        self.scheduler.add_job(self.tell, check, id="tell", executor="house")  # without a database, which may be what is wrong
        self.add("retention", self.prune, trigger("daily 04:40", self.app.zone), "house")
        if self.app.config.backup.to:
            self.add("backup", self.back_up, trigger(self.app.config.backup.schedule, self.app.zone), "house")
        self.scheduler.start()

    def add(
        self, name: str, job: Callable[..., None], when: object, executor: str, args: Sequence[object] = (), soon: bool = False
    ) -> None:
        """Plan one job; `soon` also runs it at the start."""
        more = {"next_run_time": datetime.now(UTC)} if soon else {}
        self.scheduler.add_job(self.run_job, when, [name, job, *args], id=name, executor=executor, **more)

    def run_job(self, name: str, job: Callable[..., None], *args: object) -> None:
        """Run a job on a database connection of its own. An error ends only this job, and is logged."""
        try:
            own = replace(self.app)  # with a connection of its own
            with own.db:
                job(own, *args)
            self.heartbeat.succeeded(name)
        except Stopped:
            log.info("left at the end of the service", job=name)
        except (sqlite3.Error, OSError) as error:
            self.heartbeat.failed(name, error)
        except Exception as error:
            log.exception("a fault in this program", job=name)
            self.heartbeat.failed(name, error)

    def poll(self, own: App, source: Source) -> None:
        """Poll a source if it is due."""
        try:
            cycle(own, source, self.sleep, self.heartbeat.jumped())
        finally:
            self.queued.discard(source.name)

    def check(self, own: App) -> None:
        """Check health, and start polls that are due outside their schedule: missed while the service was down, or to be tried
        again. The job of a source that failed after its poll was written runs too, and finds nothing to do."""
        housekeeping(own, [], now(), self.heartbeat.jumped())
        for source in self.sources:
            soon = self.scheduler.get_job(source.name).next_run_time - datetime.now(UTC) < timedelta(seconds=JITTER_S)
            again = source.name in self.heartbeat.failing or is_due(own, source, now())
            if again and not soon and source.name not in self.queued:
                self.poll_now(source)

    def poll_now(self, source: Source) -> None:
        """Queue a poll behind those of its host."""
        self.queued.add(source.name)
        self.scheduler.add_job(
            self.run_job, None, [source.name, self.poll, source], id=f"again {source.name}", executor=host_of(source)
        )

    def tell(self) -> None:
        """Send the operators what the jobs failed for, past the outbox, which cannot be written then."""
        if not (self.heartbeat.untold or self.direct):
            return
        to, channels = self.app.config.ops.to, self.app.channels()
        while self.heartbeat.untold:
            text = self.heartbeat.untold.pop(0)
            places = [place for name in to for place in destinations(name, self.app.config.channels[name])]
            self.direct += [(place.channel, unstored_notice(place, text, now())) for place in places]
        self.direct = [(name, left) for name, each in self.direct if (left := send_directly(channels[name], each))]

    def deliver(self, own: App) -> None:
        """Send pending deliveries and due digests."""
        deliver_all(own)
        send_digests(own, now())

    def prune(self, own: App) -> None:
        """Prune evidence and names beyond their retention."""
        prune_expired(own, own.run_context(telling=False))

    def back_up(self, own: App) -> None:
        """Make a backup and delete those beyond their number."""
        table = own.config.backup
        assert table.to is not None  # this job is planned only then
        back_up(own.db, own.db_path, table.to, now(), table.keep)

    def sleep(self, seconds: float) -> None:
        """Wait between two requests. Raises Stopped when the service ends."""
        if self.stop.wait(seconds):
            raise Stopped

    def end(self) -> None:
        """End the service within seconds. A running poll is abandoned: its transaction has not begun, commits, or is rolled
        back."""
        self.stop.set()
        ending = Thread(target=self.scheduler.shutdown, daemon=True)
        ending.start()
        ending.join(SHUTDOWN_S)
        log.info("ended", in_time=not ending.is_alive())


def send_directly(ready: ReadyChannel, delivery: Sending) -> Sending | None:
    """Send a delivery that no outbox holds; return it when it is to be tried again."""
    try:
        send(ready, delivery)
    except (RetryLater, OutcomeUnknown) as error:
        log.warning("notice waits", step="deliver", reason=str(error))
        return replace(delivery, unsure_since=now() if isinstance(error, OutcomeUnknown) else delivery.unsure_since)
    except (DeliveryError, OSError) as error:
        log.error("notice not delivered", step="deliver", reason=str(error))
    return None


def host_of(source: Source) -> str:
    """Return the host that a source asks first: polls of one host run one after another, those of different hosts side by side. A
    source that fails to say it has a row of its own; its poll reports the fault."""
    try:
        return origin_of(source.starts(now().date())[0]).host
    except SourceError:
        return source.name
