"""Site on loopback in a process of its own, so that its work is not counted: pages with an ETag, and 304 for conditional requests.

`python -m benchmarks.server PORT_FILE PAGES` serves until it is killed.
"""

import hashlib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from benchmarks.measure import clean_environment


class Handler(BaseHTTPRequestHandler):
    """Handler that answers from a dict of ETag and body by path."""

    protocol_version = "HTTP/1.1"
    pages: dict[str, tuple[str, bytes]]

    def do_GET(self) -> None:
        if self.path not in self.pages:
            self.reply(404, b"There is no such page.", {})
            return
        etag, body = self.pages[self.path]
        if etag in (self.headers["If-None-Match"] or ""):
            self.reply(304, b"", {"ETag": etag})
        else:
            self.reply(200, body, {"ETag": etag, "Content-Type": "text/html; charset=utf-8"})

    disable_nagle_algorithm = True  # else each body waits until the client has acknowledged its headers

    def reply(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def site(folder: Path, pages: int) -> Iterator[str]:
    """Serve committee pages while the block runs; yields the origin."""
    port = folder / "port"
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.server", port, str(pages)], env=clean_environment())
    try:
        while not port.exists() or not port.read_text():
            if process.poll() is not None:
                raise RuntimeError("the site on loopback did not start")
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port.read_text()}"
    finally:
        process.kill()
        process.wait()


def main() -> None:
    from benchmarks.worlds.pages import committee_page, path

    bodies = {path(number): committee_page(number) for number in range(1, int(sys.argv[2]) + 1)}
    Handler.pages = {name: (f'"{hashlib.sha256(body).hexdigest()[:16]}"', body) for name, body in bodies.items()}
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Path(sys.argv[1]).write_text(str(server.server_port))
    server.serve_forever()


if __name__ == "__main__":
    main()
