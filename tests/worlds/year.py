"""A simulated time under the scheduler's own cycle, on a virtual clock: bodies that change, and everything that can go wrong."""

import os
import random
import resource
import signal
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

import stamina
import time_machine

from bot.app import App, now
from bot.config import Config
from bot.fetch.types import Limits
from bot.service.cycle import housekeeping, is_due
from bot.service.heartbeat import Heartbeat
from bot.service.scheduler import Service
from sources.base import Source
from state.db import connection_of
from tests.worlds import changing_datahub, changing_itu, changing_itu_texts, changing_unesco
from tests.worlds.bodies import Body, Committees, open_site
from tests.worlds.changing_iso import Deliverables
from tests.worlds.outages import ASIDE, SINGLE, Part, Strike

STEP = timedelta(hours=1)
WORLDS = (changing_itu, changing_itu_texts, changing_datahub, changing_unesco)
BODIES = (Committees, Deliverables, *(body for world in WORLDS for body in world.BODIES))
BY_NIGHT = "iso-deliverables"  # polled in the hour that comes twice in autumn, and not at all in spring
NAMES_DAYS = 90  # how long the names of people are kept who hold no role any more
NOWHERE = "http://nowhere.invalid"
Planted = tuple[str, str, str]  # source, key of the record, event


@dataclass
class Outage:
    """A fault of a site, or of a part of it, for some time; `met` says whether any poll came upon it."""

    source: str
    fault: str
    since: datetime
    until: datetime
    part: Part = "site"
    met: bool = False


@dataclass
class Report:
    """Changes and faults that were planted, and figures that were measured."""

    planted: Counter[Planted] = field(default_factory=Counter)
    outages: list[Outage] = field(default_factory=list)
    kills: int = 0
    full: int = 0
    jumps: int = 0
    parsers: int = 0
    polls: int = 0
    left: dict[str, date] = field(default_factory=dict)
    database: list[int] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)


class Here(App):
    """The setting of the simulation, with its own sources."""

    simulated: tuple[Source, ...] = ()

    def sources(self, names: tuple[str, ...]) -> list[Source]:
        return list(self.simulated)


class World:
    """The whole simulation; `run` lets weeks pass. The first two weeks and the last two are without faults."""

    def __init__(self, folder: Path, seed: int, start: datetime, storms: float = 1.0, bodies: Sequence[type[Body]] = BODIES):
        self.storms = storms
        self.dice, self.start, self.folder = random.Random(seed), start, folder
        self.bodies: dict[str, Body] = {made.source.name: made(seed + n, today=start.date()) for n, made in enumerate(bodies)}
        hubs = [each for each in self.bodies.values() if isinstance(each, changing_datahub.Hub)]
        for hub in hubs:
            hub.join(hubs)
        self.report, self.stack = Report(), ExitStack()
        self.outages: dict[str, Outage] = {}
        self.calm_until = {name: start + timedelta(days=15) for name in self.bodies}
        self.mirrors: dict[str, dict[str, str]] = {}

    def __enter__(self) -> "World":
        for name, body in self.bodies.items():
            server, origin = open_site(body.site)
            self.stack.callback(server.server_close)
            self.stack.callback(server.shutdown)
            address = body.source.starts(self.start.date())[0]
            self.mirrors[name] = {"/".join(address.split("/")[:3]): origin}
        Here.simulated = tuple(replace(body.source, pace_s=0.0) for body in self.bodies.values())
        self.here = self.seen_by({})
        self.stack.enter_context(patch.object(socket, "getaddrinfo", without_nowhere(socket.getaddrinfo)))
        self.stack.enter_context(
            patch("bot.fetch.fetcher.Limits", partial(Limits, read_s=1.5, total_s=3.0))
        )  # nobody waits for minutes here
        self.clock = self.stack.enter_context(time_machine.travel(self.start, tick=True))
        self.virtual_s = 0.0
        self.heartbeat = Heartbeat(lambda: (time.time(), self.virtual_s))
        self.here.create()
        self.service = Service(self.here, self.here.sources(()), self.heartbeat)
        stamina.set_testing(True, attempts=2)
        self.stack.callback(stamina.set_testing, False)
        return self

    def __exit__(self, *_: Any) -> None:
        self.stack.__exit__(None, None, None)

    def seen_by(self, mirrors: dict[str, str]) -> Here:
        """The setting with some mirrors: every source has a site of its own, also where several share a host."""
        http = {"mirrors": mirrors, "contact": "mailto:desk@example.org"}
        tables = {"http": http, "privacy": {"names_days": NAMES_DAYS}, "sources": {BY_NIGHT: {"schedule": "daily 02:30"}}}
        return Here(Config.model_validate(tables), self.folder / "w.db")

    def run(self, weeks: int) -> Report:
        """Let weeks pass, hour by hour."""
        hours = weeks * 7 * 24
        for hour in range(hours):
            moment = self.start + hour * STEP
            self.virtual_s = hour * 3600.0
            if hour % 168 == 0:
                self.week(hour // 168, weeks, moment)
            calm = hour > hours - 15 * 24
            self.weather(moment, calm)
            stormy = not calm and hour > 15 * 24
            jump = stormy and not self.turning(BY_NIGHT) and self.dice.random() < 0.001 * self.storms
            self.report.jumps += jump
            self.clock.move_to(moment + (timedelta(days=3) if jump else timedelta(0)))
            self.hour(stormy)
        self.report.left = {name: day for body in self.bodies.values() for name, day in body.left.items()}
        return self.report

    def week(self, number: int, weeks: int, moment: datetime) -> None:
        if 0 < number < weeks - 2:
            for name, body in self.bodies.items():
                body.today = moment.date()
                self.report.planted.update((name, *told) for told in body.change())
        if number and number % 17 == 0:
            self.report.parsers += 1
            Here.simulated = tuple(replace(source, parser_version=source.parser_version + 1) for source in Here.simulated)
        path = self.folder / "w.db"
        if path.exists():
            self.report.database.append(size_of(self.here))
            self.report.memory.append(memory())

    def weather(self, moment: datetime, calm: bool) -> None:
        """Faults of the sites begin and end."""
        for name, body in self.bodies.items():
            outage = self.outages.get(name)
            if outage and (moment >= outage.until or calm):
                outage.met = body.site.met > 0
                body.site.strike, body.site.met = None, 0
                self.calm_until[name] = moment + timedelta(days=2)
                del self.outages[name]
            elif (
                outage is None
                and not calm
                and moment > self.calm_until[name]
                and not self.turning(name)
                and self.dice.random() < 0.0016 * self.storms
            ):
                self.outages[name] = outage = self.outage(body, moment)
                self.report.outages.append(outage)
                first = urlsplit(body.source.starts(moment.date())[0])
                path = f"{first.path}?{first.query}" if first.query else first.path
                strike = Strike(outage.fault, outage.part, path, salt=len(self.report.outages))
                body.site.strike = None if outage.fault == "nowhere" else strike

    def outage(self, body: Body, moment: datetime) -> Outage:
        """Plan an outage of a body: of its site, some of its pages, or its robots.txt; and its length."""
        part: Part = self.dice.choice(
            ["site", "site", "robots"] if body.source.answer.bulk else ["site", "site", "pages", "pages", "robots"]
        )
        met = Counter((each.fault, each.part) for each in self.report.outages if each.met)
        faults = {"site": body.faults, "pages": SINGLE, "robots": ASIDE}[part]
        fault = min(faults, key=lambda each: (met[each, part], self.dice.random()))  # what came least so far
        hours = self.dice.choice([20, 30] if fault in ("silent", "drip") else [3, 20, 30, 75, 130, 170])  # those two take time
        return Outage(body.source.name, fault, moment, moment + timedelta(hours=hours), part)

    def hour(self, stormy: bool) -> None:
        """Do the work of the scheduler for an hour: poll what is due, then check health."""
        asking = Here(self.here.config, self.here.db_path)
        due = [source for source in self.here.sources(()) if is_due(asking, source, now())]
        asking.db.close()
        for source in due:
            self.report.polls += 1
            self.service.app = self.seen_by(self.way_to(source.name))
            struck = (
                stormy
                and source.name not in self.outages
                and not self.turning(source.name)
                and self.dice.random() < 0.03 * self.storms
            )
            trouble = self.dice.choice(["kill", "full"]) if struck else None
            if trouble == "kill":
                self.killed(source)
            elif trouble == "full":
                self.report.full += 1
                with full_disk(size_of(self.here) + self.dice.choice([0, 20_000, 200_000])):
                    self.service.run_job(source.name, self.service.poll, source)
            self.service.run_job(source.name, self.service.poll, source)
        self.service.run_job("health", lambda own: housekeeping(own, [], now(), self.heartbeat.jumped()))

    def turning(self, name: str) -> bool:
        """Return True for the source of the night near a change of the clocks: nothing else may go wrong with it then."""
        zone, week = self.here.config.local, timedelta(days=8)
        return name == BY_NIGHT and (now() - week).astimezone(zone).utcoffset() != (now() + week).astimezone(zone).utcoffset()

    def way_to(self, name: str) -> dict[str, str]:
        """The mirror that stands for a source's body, or a name that leads nowhere."""
        outage = self.outages.get(name)
        if outage is None or outage.fault != "nowhere":
            return self.mirrors[name]
        self.bodies[name].site.met += 1
        return dict.fromkeys(self.mirrors[name], NOWHERE)

    def killed(self, source: Source) -> None:
        """Poll in a process of its own, and kill it in the midst of that."""
        self.report.kills += 1
        child = os.fork()
        if child == 0:
            try:
                self.service.run_job(source.name, self.service.poll, source)
            finally:
                os._exit(0)
        time.sleep(self.dice.uniform(0.0, 0.12))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def without_nowhere(real: Callable[..., Any]) -> Callable[..., Any]:
    """Look names up as ever, but know at once, and without asking anybody, that one of them is none."""

    def look_up(host: Any, *args: Any, **more: Any) -> Any:
        if host == urlsplit(NOWHERE).hostname:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return real(host, *args, **more)

    return look_up


@contextmanager
def full_disk(size: int) -> Iterator[None]:
    """Let no file grow beyond a size while the block runs."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def size_of(here: App) -> int:
    own = App(here.config, here.db_path)
    connection = connection_of(own.db)
    size = connection.execute("PRAGMA page_count").fetchone()[0] * connection.execute("PRAGMA page_size").fetchone()[0]
    own.db.close()
    return int(size)


def memory() -> int:
    """Bytes that this process takes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
