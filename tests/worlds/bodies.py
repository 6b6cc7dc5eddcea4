"""Simulated bodies: sites on loopback whose pages change as real ones do, and which fail in the ways of real ones."""

import random
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

from sources.base import Expect, Page, Record, Source
from sources.iso.committees import source as committees_source
from tests.worlds.committee_list import AFNOR, ANSI, DIN, SAC, jsonl, row
from tests.worlds.outages import FAULTS, ROBOTS, Strike, outcome, play

HOME = "https://projects.example.org"
Told = tuple[str, str]  # what a desk for China is to hear of: the key of the record, and the event


@dataclass(frozen=True)
class Asked:
    """Request as a site sees it: path with query, fields of a posted form, and a flag that halves every list."""

    path: str
    form: dict[str, str]
    half: bool = False


@dataclass
class Site:
    """One body's site: how it answers (None: nothing there), how it fails now, and how often that came in the way of a poll; the
    pages that are `spared` may be missing without harm."""

    publish: Callable[[Asked], bytes | None]
    content_type: str = "text/html; charset=utf-8"
    strike: Strike | None = None
    spared: Callable[[str], bool] = lambda path: False
    asked: int = 0
    met: int = 0
    noise: int = 0
    slow_s: float = 0

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        length = int(handler.headers.get("Content-Length") or 0)
        posted = handler.rfile.read(length).decode()
        form = {name: values[-1] for name, values in parse_qs(posted, keep_blank_values=True).items()}
        strike = (
            self.strike if self.strike and self.strike.hits(handler.path + posted, "If-None-Match" in handler.headers) else None
        )
        half = strike is not None and strike.fault == "half"
        body = b"User-agent: *\nDisallow:\n" if handler.path == ROBOTS and strike else self.publish(Asked(handler.path, form, half))
        if body is None or (handler.path == ROBOTS and not strike):
            self.send(handler, b"<html><head><title>Page not found</title></head></html>", 404, "text/html")
            return
        self.asked += handler.path != ROBOTS
        if strike:
            self.met += not (outcome(strike.fault, strike.part) == "failed" and self.spared(handler.path))
        time.sleep(self.slow_s)
        if strike and not half:
            play(strike.fault, handler, body, self.content_type)
        else:
            self.send(handler, body, 200, self.content_type, tagged=not half)

    def send(self, handler: BaseHTTPRequestHandler, body: bytes, status: int, content_type: str, tagged: bool = False) -> None:
        etag = f'"{hash((body, self.noise))}"'
        if tagged and handler.headers.get("If-None-Match") == etag:
            status, body = 304, b""
        handler.send_response(status)
        handler.send_header("Content-Type", content_type)
        handler.send_header("Content-Length", str(len(body)))
        if tagged:
            handler.send_header("ETag", etag)
        handler.end_headers()
        handler.wfile.write(body)


@dataclass
class Body(ABC):
    """A body whose site changes from week to week; `today` is the day on its site, `faults` those that come to an outage here, and
    `left` says of people who gave up their roles since when their names are on its site no more."""

    seed: int
    source: Source = field(init=False)
    site: Site = field(init=False)
    faults: tuple[str, ...] = FAULTS

    today: date = date(2027, 1, 4)
    left: dict[str, date] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.site = Site(self.publish)
        self.begin()

    @abstractmethod
    def begin(self) -> None:
        """Set up the site as it is at first."""

    @abstractmethod
    def publish(self, asked: Asked) -> bytes | None:
        """The page at an address."""

    @abstractmethod
    def change(self) -> list[Told]:
        """One week's changes; returns those that a desk for China is to hear of."""

    def now_and_then(self, *changes: tuple[float, Callable[[], list[Told]]]) -> list[Told]:
        """Make each of some changes with its probability."""
        return [told for chance, change in changes if self.dice.random() < chance for told in change()]


class Committees(Body):
    """The committee list of ISO as it changes from week to week. Those from 701 on keep their secretariat."""

    source = committees_source

    def begin(self) -> None:
        self.site.content_type = "application/octet-stream"
        self.rows = {number: row(number, self.holder(number), [AFNOR, ANSI]) for number in range(1, 761)}
        self.fresh = list(range(1, 701))
        self.dice.shuffle(self.fresh)

    @staticmethod
    def holder(number: int) -> tuple[int, str]:
        return SAC if number % 5 == 0 else DIN

    def publish(self, asked: Asked) -> bytes | None:
        rows = list(self.rows.values())
        return jsonl(rows[::2] if asked.half else rows) if asked.path.endswith("/iso_technical_committees.jsonl") else None

    def change(self) -> list[Told]:
        told = self.now_and_then((0.7, self.pass_on), (0.3, self.pass_on), (0.3, self.add), (0.3, self.remove))
        for number in self.dice.sample(list(self.rows), 6):  # members come and go: no news for this desk
            members = self.rows[number]["pMembers"] or []
            more = members[:-1] if len(members) > 2 else [*members, member_of(number)]
            self.rows[number] = {**self.rows[number], "pMembers": more}
        self.reorder()
        return told

    def pass_on(self) -> list[Told]:
        number = self.fresh.pop()
        self.rows[number] = row(number, DIN if self.holder(number) == SAC else SAC, [AFNOR, ANSI])
        return [(str(900_000 + number), "role-passed")]

    def add(self) -> list[Told]:
        number = max(self.rows) + 1
        self.rows[number] = row(number, SAC, [AFNOR])
        return [(str(900_000 + number), "role-gained")]

    def remove(self) -> list[Told]:
        number = self.fresh.pop()
        del self.rows[number]
        return [(str(900_000 + number), "role-lost")] if self.holder(number) == SAC else []

    def reorder(self) -> None:
        """Change the order of rows and of members, which is no news."""
        numbers = list(self.rows)
        self.dice.shuffle(numbers)
        self.rows = {number: self.rows[number] for number in numbers}
        self.site.noise += 1


def member_of(number: int) -> dict[str, Any]:
    return {"id": 3000 + number % 40, "acronym": f"NB{number % 40}"}


def parse_projects(page: Page) -> Iterator[Record]:
    """Yield a project a row of an invented list."""
    for line in page.table("table#projects", columns=("Number", "Title", "Editor", "Country")):
        number, claim = line.text("Number"), line.claim("editor", "Editor", country=line.text("Country"))
        yield Record(
            key=number, kind="project", title=line.text("Title"), reference=f"EX {number}", url=f"{HOME}/projects", claims=(claim,),
            fields={"editor": claim.party},
        )  # fmt: skip
        line.done()


projects_source = Source(
    name="example-projects", body="EX", start=[f"{HOME}/projects"], match="/projects$", parse=parse_projects,
    schedule="daily 07:40", expect=Expect((50, 400), 0.05, {"title": 1.0, "editor": 1.0}), pace_s=0.0,
)  # fmt: skip


def open_site(site: Site) -> tuple[ThreadingHTTPServer, str]:
    """Serve a site on loopback; returns the server and its origin."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.answer(self)

        do_POST = do_GET

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_port}"
