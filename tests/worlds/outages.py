"""Failures of a simulated site, each with the outcome of a poll that meets it: of the whole site, of some pages while the others
are fine, or of its robots.txt."""

import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Literal
from zlib import crc32

Part = Literal["site", "pages", "robots"]
FAULTS = ("blocked", "wall", "errors", "cut", "gone", "empty", "half", "nowhere")
WITHOUT_HALF = tuple(fault for fault in FAULTS if fault != "half")  # for lists of which half is as good as the whole
# of single requests; `unasked` is a "not modified" to whom holds nothing, `drip` an answer that comes, but too slowly to wait for
SINGLE = ("blocked", "wall", "errors", "cut", "gone", "empty", "silent", "drip", "unasked")
ASIDE = tuple(fault for fault in SINGLE if fault != "blocked")  # of robots.txt: one that is forbidden forbids all of its host
ROBOTS = "/robots.txt"
WALL = b"<html><head><title>Request Rejected</title></head><body>The requested URL was rejected.</body></html>"


def outcome(fault: str, part: Part) -> str | None:
    """Return the outcome of a poll that meets a fault; None: it goes well. A robots.txt that cannot be had allows all."""
    if part == "robots":
        return None
    return {"blocked": "blocked", "wall": "blocked", "half": "quarantined"}.get(fault, "failed")


@dataclass(frozen=True)
class Strike:
    """A fault of a part of a site. Of its pages every third fails, by their addresses and `salt`, but never the `first`."""

    fault: str
    part: Part = "site"
    first: str = ""
    salt: int = 0

    def hits(self, page: str, conditional: bool) -> bool:
        """Return True when a request for a page (an address with what was posted) meets the fault."""
        if page.startswith(ROBOTS):
            return self.part == "robots"
        if self.fault == "unasked" and conditional:
            return False
        return self.part == "site" or (
            self.part == "pages" and page != self.first and crc32(f"{page}{self.salt}".encode()) % 3 == 0
        )


def play(fault: str, handler: BaseHTTPRequestHandler, body: bytes, content_type: str) -> None:
    """Answer a request in the way of a fault; `body` is the right answer."""
    handler.close_connection = True
    if fault == "gone":
        handler.connection.shutdown(socket.SHUT_RDWR)
        return
    status = {"blocked": 403, "errors": 500, "unasked": 304}.get(fault, 200)
    sent = {"blocked": WALL, "errors": b"oops", "wall": WALL, "empty": b"", "unasked": b""}.get(fault, body)
    handler.send_response(status)
    handler.send_header("Content-Type", "text/html" if sent is WALL else content_type)
    handler.send_header("Content-Length", str(len(sent) * 2 if fault in ("cut", "silent", "drip") else len(sent)))
    handler.end_headers()
    handler.wfile.write(b"" if fault == "drip" else sent)
    with suppress(OSError):
        if fault == "silent":
            handler.connection.settimeout(20)
            handler.connection.recv(1)
        for byte in body if fault == "drip" else ():
            handler.wfile.write(bytes([byte]))
            time.sleep(0.1)
