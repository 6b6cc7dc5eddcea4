"""Simulated bodies: sites on loopback whose pages change as real ones do, and which fail in the ways of real ones."""

import random
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from sources.base import Expect, Page, Record, Source
from sources.iso.committees import ADDRESS
from sources.iso.committees import source as committees_source
from tests.world import AFNOR, ANSI, DIN, SAC, jsonl, row

HOME = "https://projects.example.org"
FAULTS = ("blocked", "wall", "errors", "cut", "gone", "empty", "half")
# what a poll that meets the fault comes to
OUTCOME = {"blocked": "blocked", "wall": "blocked", "errors": "failed", "cut": "failed", "gone": "failed", "empty": "failed",
           "half": "quarantined"}  # fmt: skip


def parse_projects(page: Page) -> Iterator[Record]:
    """Yield a project a row of the invented list."""
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


@dataclass
class Site:
    """One body: what it publishes, how it fails now, and how often it was asked while it failed. `publish` gives the body as bytes,
    `half` the same list with half of its rows."""

    publish: Callable[[], bytes]
    half: Callable[[], bytes]
    path: str
    content_type: str
    fault: str | None = None
    asked: int = 0
    met: int = 0
    noise: int = 0
    slow_s: float = 0
    order: random.Random = field(default_factory=lambda: random.Random(5))

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        if handler.path != self.path:
            handler.send_error(404)
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
            body = {"empty": lambda: b"", "half": self.half}.get(self.fault or "", self.publish)()
            self.send(handler, body, 200, self.content_type, cut=self.fault == "cut")

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


class Committees:
    """The committee list of ISO as it changes from week to week."""

    source = committees_source

    def __init__(self, seed: int):
        self.dice = random.Random(seed)
        self.rows = {number: row(number, SAC if number % 5 == 0 else DIN, [AFNOR, ANSI]) for number in range(1, 761)}
        self.fresh = list(range(1, 761))
        self.dice.shuffle(self.fresh)
        self.site = Site(
            self.text, lambda: jsonl(list(self.rows.values())[::2]), ADDRESS.split(".net")[1], "application/octet-stream"
        )

    def text(self) -> bytes:
        return jsonl(self.rows.values())

    def change(self) -> list[str]:
        """One week's changes; returns the references of those that a desk for China is to hear of."""
        told = [self.pass_on() for _ in range(self.dice.randint(0, 2))]
        if self.dice.random() < 0.3:
            told.append(self.add())
        if self.dice.random() < 0.3:
            told += self.remove()
        for number in self.dice.sample(list(self.rows), 6):  # members come and go: no news for this desk
            members = self.rows[number]["pMembers"] or []
            self.rows[number] = {
                **self.rows[number],
                "pMembers": members[:-1] if len(members) > 2 else [*members, member_of(number)],
            }
        self.reorder()
        return told

    def pass_on(self) -> str:
        number = self.fresh.pop()
        to = DIN if number % 5 == 0 else SAC
        self.rows[number] = row(number, to, [AFNOR, ANSI])
        return f"ISO/TC {number}"

    def add(self) -> str:
        number = max(self.rows) + 1
        self.rows[number] = row(number, SAC, [AFNOR])
        return f"ISO/TC {number}"

    def remove(self) -> list[str]:
        number = self.fresh.pop()
        del self.rows[number]
        return [f"ISO/TC {number}"] if number % 5 == 0 else []

    def reorder(self) -> None:
        """What is no change: the order of rows and of members."""
        numbers = list(self.rows)
        self.dice.shuffle(numbers)
        self.rows = {number: self.rows[number] for number in numbers}
        self.site.noise += 1


class Projects:
    """An invented list of projects, on a page."""

    source = projects_source

    def __init__(self, seed: int):
        self.dice = random.Random(seed)
        self.rows: dict[int, tuple[str, str, str]] = {n: (f"Invented project {n}", *self.editor(n)) for n in range(1, 121)}
        self.fresh = list(self.rows)
        self.dice.shuffle(self.fresh)
        self.site = Site(self.text, lambda: self.page(list(self.rows)[::2]), "/projects", "text/html; charset=utf-8")

    @staticmethod
    def editor(number: int) -> tuple[str, str]:
        return ("Tsinghua University", "China") if number % 4 == 0 else ("Siemens AG", "Germany")

    def text(self) -> bytes:
        return self.page(list(self.rows))

    def page(self, numbers: list[int]) -> bytes:
        head = "<tr><th>Number</th><th>Title</th><th>Editor</th><th>Country</th></tr>"
        lines = "".join(
            f"<tr><td>{n:04}</td><td>{self.rows[n][0]}</td><td> {self.rows[n][1]}\n</td><td>{self.rows[n][2]}</td></tr>"
            for n in numbers
        )
        token = f"<!-- session {self.dice.random()} -->"
        table = f'{token}<table id="projects">{head}{lines}</table>'
        return f'<html lang="en"><head><title>Projects</title></head><body>{table}</body></html>'.encode()

    def change(self) -> list[str]:
        told = []
        if self.dice.random() < 0.5:
            number = self.fresh.pop()
            self.rows[number] = (self.rows[number][0], *self.editor(0 if number % 4 else 1))
            told.append(f"EX {number:04}")
        if self.dice.random() < 0.3:
            number = max(self.rows) + 1
            self.rows[number] = (f"Invented project {number}", *self.editor(0))
            told.append(f"EX {number:04}")
        number = self.fresh.pop()
        self.rows[number] = (f"{self.rows[number][0]}, second part", *self.rows[number][1:])
        return told


def member_of(number: int) -> dict[str, Any]:
    return {"id": 3000 + number % 40, "acronym": f"NB{number % 40}"}


def open_site(site: Site) -> tuple[ThreadingHTTPServer, str]:
    """Serve a site on loopback; returns the server and its origin."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.answer(self)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_port}"
