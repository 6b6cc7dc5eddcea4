"""A server of faults on real loopback sockets. A play is a function that is given the request and its socket, and writes what
it likes; nothing helps it to speak proper HTTP."""

import socket
import socketserver
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Request:
    """A request as it came: `n` counts those for its path, from 1; `at` is the monotonic clock."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    n: int
    at: float


Play = Callable[[Request, socket.socket], None]


@dataclass
class Faults:
    """The running server: its origin, its plays by path, and the requests that it got."""

    origin: str = ""
    plays: dict[str, Play] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def pages(self) -> list[Request]:
        """The requests but for robots.txt."""
        return [each for each in self.asked if each.path != "/robots.txt"]


@contextmanager
def faults(plays: dict[str, Play], tls: ssl.SSLContext | None = None, name: str = "127.0.0.1") -> Iterator[Faults]:
    """Serve the plays on loopback until the end of the block."""
    world = Faults(plays=plays)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            wire = self.request
            with suppress(OSError):
                if tls:
                    wire = tls.wrap_socket(wire, server_side=True)
                serve(world, wire)
            with suppress(OSError):
                wire.close()

    with Server(("127.0.0.1", 0), Handler) as server:
        world.origin = f"{'https' if tls else 'http'}://{name}:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield world
        finally:
            server.shutdown()
            thread.join()


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False


def serve(world: Faults, wire: socket.socket) -> None:
    """Read one request and let its play answer; the connection closes after it."""
    got = b""
    while b"\r\n\r\n" not in got:
        if not (more := wire.recv(65536)):
            return
        got += more
    head, _, body = got.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", 0)):
        body += wire.recv(65536)
    with world.lock:
        n = 1 + sum(1 for each in world.asked if each.path == path)
        request = Request(method, path, headers, body, n, time.monotonic())
        world.asked.append(request)
        world.at_once += 1
        world.most_at_once = max(world.most_at_once, world.at_once)
    try:
        world.plays.get(path.partition("?")[0], answer(b"no such page", status="404 Not Found"))(request, wire)
    finally:
        with world.lock:
            world.at_once -= 1


def answer(body: bytes, *headers: str, status: str = "200 OK", type: str = "text/html; charset=utf-8") -> Play:
    """A whole, proper answer."""

    def play(request: Request, wire: socket.socket) -> None:
        lines = [f"HTTP/1.1 {status}", f"Content-Type: {type}", f"Content-Length: {len(body)}", *headers, "Connection: close"]
        wire.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    return play


def in_turn(*plays: Play) -> Play:
    """One play after the other, the last for ever."""
    return lambda request, wire: plays[min(request.n, len(plays)) - 1](request, wire)
