"""Simulated bodies: sites on loopback whose pages change as real ones do, and which fail in the ways of real ones."""

import random
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

from sources.base import Expect, Page, Record, Source
from sources.iso.committees import source as committees_source
from tests.world import AFNOR, ANSI, DIN, SAC, jsonl, row

HOME = "https://projects.example.org"
FAULTS = ("blocked", "wall", "errors", "cut", "gone", "empty", "half", "nowhere")
WITHOUT_HALF = tuple(fault for fault in FAULTS if fault != "half")  # for lists of which half is as good as the whole
# what a poll that meets the fault comes to
OUTCOME = {"blocked": "blocked", "wall": "blocked", "errors": "failed", "cut": "failed", "gone": "failed", "empty": "failed",
           "half": "quarantined", "nowhere": "failed"}  # fmt: skip
Told = tuple[str, str]  # what a desk for China is to hear of: the key of the record, and the event


@dataclass(frozen=True)
class Asked:
    """What a request asks for: path with query, the fields of a posted form, and whether only half of every list is to be shown."""

    path: str
    form: dict[str, str]
    half: bool = False


@dataclass
class Site:
    """One body's site: how it answers (None: nothing there), how it fails now, and how often it was asked while it failed."""

    publish: Callable[[Asked], bytes | None]
    content_type: str = "text/html; charset=utf-8"
    fault: str | None = None
    asked: int = 0
    met: int = 0
    noise: int = 0
    slow_s: float = 0

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        length = int(handler.headers.get("Content-Length") or 0)
        form = {name: values[-1] for name, values in parse_qs(handler.rfile.read(length).decode(), keep_blank_values=True).items()}
        body = None if handler.path == "/robots.txt" else self.publish(Asked(handler.path, form, self.fault == "half"))
        if body is None:
            self.send(handler, b"<html><head><title>Page not found</title></head></html>", 404, "text/html")
            return
        self.asked += 1
        self.met += self.fault is not None
        time.sleep(self.slow_s)
        if self.fault == "gone":
            handler.connection.shutdown(socket.SHUT_RDWR)
            handler.close_connection = True
        elif self.fault in ("blocked", "errors"):
            self.send(handler, b"<html><title>No</title></html>", 403 if self.fault == "blocked" else 503, "text/html")
        elif self.fault == "wall":
            text = b"<html><head><title>Request Rejected</title></head><body>The requested URL was rejected.</body></html>"
            self.send(handler, text, 200, "text/html")
        else:
            self.send(handler, b"" if self.fault == "empty" else body, 200, self.content_type, cut=self.fault == "cut")

    def send(self, handler: BaseHTTPRequestHandler, body: bytes, status: int, content_type: str, cut: bool = False) -> None:
        etag = f'"{hash((body, self.noise))}"'
        if status == 200 and self.fault is None and handler.headers.get("If-None-Match") == etag:
            status, body = 304, b""
        handler.send_response(status)
        handler.send_header("Content-Type", content_type)
        handler.send_header("Content-Length", str(len(body) * (2 if cut else 1)))
        if status in (200, 304) and self.fault is None:
            handler.send_header("ETag", etag)
        handler.end_headers()
        handler.wfile.write(body)
        handler.close_connection = cut


@dataclass
class Body:
    """A body whose site changes from week to week; `today` is the day on its site, `faults` those that come
    to an outage here."""

    seed: int
    source: Source = field(init=False)
    site: Site = field(init=False)
    faults: tuple[str, ...] = FAULTS

    today: date = date(2027, 1, 4)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.site = Site(self.publish)
        self.begin()

    def begin(self) -> None:
        """What there is at first."""
        raise NotImplementedError

    def publish(self, asked: Asked) -> bytes | None:
        """The page at an address."""
        raise NotImplementedError

    def change(self) -> list[Told]:
        """One week's changes; returns those that a desk for China is to hear of."""
        raise NotImplementedError

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
        """What is no change: the order of rows and of members."""
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
    schedule="daily 07:40", expect=Expect((50, 400), 0.05, {"title": 1.0, "editor": 1.0}), pace_s=0.0, language="en",
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
