"""The stage of the fault comparison, on loopback: a page that is changed at will, and a webhook that counts what it took.

`weather` says what the webhook does: nothing unusual, "500" (takes nothing), or it kills the program that calls it, once, "before"
or "after" it took the first message.
"""

import json
import os
import re
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from benchmarks.worlds.table import PATH, table
from tests.worlds.slack_server import Workspace

REFERENCE = re.compile(r"ISO/TC (\d+)\b")


@dataclass
class Weather:
    """What befalls those who tell: see above. `victim` is the process that is killed."""

    now: str = ""
    victim: int = 0

    def strikes(self, when: str) -> bool:
        """Kill the victim, if that is the weather of now; returns whether it was."""
        if self.now != when:
            return False
        self.now = ""
        os.kill(self.victim, signal.SIGKILL)
        return True


@dataclass
class Stage:
    """The page, and the texts that the webhook took."""

    weather: Weather = field(default_factory=Weather)
    page: bytes = table()
    texts: list[str] = field(default_factory=list)
    origin: str = ""

    def told(self) -> Counter[int]:
        """How many messages told of each row."""
        return Counter(row for text in self.texts for row in changed_rows(text))


def changed_rows(diff: str) -> set[int]:
    """The rows of which a unified diff shows a cell that came or went. A cell stands on a line of its own, below that with the
    reference of its row."""
    found, row = set(), 0
    for line in diff.splitlines():
        if reference := REFERENCE.search(line):
            row = int(reference[1])
        if row and line.startswith(("+", "-")) and "<td" in line:
            found.add(row)
    return found


class Taken(Workspace):
    """A Slack in the same weather."""

    outside: Weather
    seen = 0  # messages that are not counted: those of the first poll

    def fault(self) -> str:
        return "500" if self.outside.strikes("before") or self.outside.now == "500" else ""

    def accept(self, message: dict[str, Any]) -> str:
        ts = super().accept(message)
        self.outside.strikes("after")
        return ts

    def told(self) -> Counter[int]:
        """How often each row was told of by an alert; the head above a thread only counts them."""
        alerts = [each for each in self.messages[self.seen :] if "run" not in each["metadata"]["event_payload"]["key"]]
        return Counter(row for each in alerts for row in {int(number) for number in REFERENCE.findall(json.dumps(each["blocks"]))})


@contextmanager
def stage(weather: Weather) -> Iterator[Stage]:
    """A stage under way."""
    shown = Stage(weather)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self.reply(*((200, shown.page) if self.path == PATH else (404, b"There is no such page.")))

        def do_POST(self) -> None:
            given = json.loads(self.rfile.read(int(self.headers["Content-Length"] or 0)))
            if weather.strikes("before") or weather.now == "500":
                self.reply(500, b"upstream trouble")
                return
            shown.texts.append(given["text"])
            weather.strikes("after")
            self.reply(200, b"ok")

        def reply(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads, server.block_on_close = True, False
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that was killed is no news
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    shown.origin = f"http://127.0.0.1:{server.server_port}"
    try:
        yield shown
    finally:
        server.shutdown()
        server.server_close()
