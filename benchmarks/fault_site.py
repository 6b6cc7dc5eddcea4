"""Site of the fault comparison, on loopback: a page that can be changed, and a webhook that counts accepted messages.
`FaultSwitch.fault` is the webhook's fault: none (""), "500" (it accepts nothing), or a kill of the calling program, once,
"before" or "after" the first message was accepted."""

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
class FaultSwitch:
    """Fault of the moment, as listed above. `victim` is the id of the process to kill."""

    fault: str = ""
    victim: int = 0

    def kills(self, when: str) -> bool:
        """Kill the victim if `when` is the fault of the moment. Returns True when it was killed."""
        if self.fault != when:
            return False
        self.fault = ""
        os.kill(self.victim, signal.SIGKILL)
        return True


@dataclass
class FaultSite:
    """Page shown, and texts that the webhook accepted."""

    switch: FaultSwitch = field(default_factory=FaultSwitch)
    page: bytes = table()
    texts: list[str] = field(default_factory=list)
    origin: str = ""

    def alerts_by_row(self) -> Counter[int | str]:
        """Count the messages about each row."""
        return Counter(row for text in self.texts for row in changed_rows(text))


def changed_rows(diff: str) -> set[int]:
    """Return the rows of which a unified diff shows a changed cell. A cell has a line of its own, below the one with its row's
    reference."""
    found, row = set(), 0
    for line in diff.splitlines():
        if reference := REFERENCE.search(line):
            row = int(reference[1])
        if row and line.startswith(("+", "-")) and "<td" in line:
            found.add(row)
    return found


class FaultyWorkspace(Workspace):
    """Simulated Slack with the same faults."""

    switch: FaultSwitch
    seen = 0  # number of messages of the first poll, which are not counted

    def fault(self) -> str:
        return "500" if self.switch.kills("before") or self.switch.fault == "500" else ""

    def accept(self, message: dict[str, Any]) -> str:
        ts = super().accept(message)
        self.switch.kills("after")
        return ts

    def alerts_by_row(self) -> Counter[int | str]:
        """Count the alerts about each row, and the messages above a thread by their key, which names a run."""
        told: Counter[int | str] = Counter()
        for each in self.messages[self.seen :]:
            key = each["metadata"]["event_payload"]["key"]
            told.update([key] if "run" in key else {int(number) for number in REFERENCE.findall(json.dumps(each["blocks"]))})
        return told


@contextmanager
def fault_site(switch: FaultSwitch) -> Iterator[FaultSite]:
    """Serve a fault site on loopback."""
    site = FaultSite(switch)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self.reply(*((200, site.page) if self.path == PATH else (404, b"There is no such page.")))

        def do_POST(self) -> None:
            given = json.loads(self.rfile.read(int(self.headers["Content-Length"] or 0)))
            if switch.kills("before") or switch.fault == "500":
                self.reply(500, b"upstream trouble")
                return
            site.texts.append(given["text"])
            switch.kills("after")
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
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # killed clients are expected
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    site.origin = f"http://127.0.0.1:{server.server_port}"
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
