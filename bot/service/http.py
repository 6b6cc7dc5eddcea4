"""HTTP endpoint for machines: /healthz (working), /readyz (able to write), /metrics (for Prometheus)."""

import shutil
import socket
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlite_utils import Database

from bot.app import App, now
from bot.service.health import DISK_FULL
from bot.service.heartbeat import Heartbeat
from sources.base import Source
from state import ops, runs
from state.archive.retention import usage
from state.db import connect, connection_of

CONNECTIONS, TIMEOUT_S = 32, 10
STALE_AFTER = timedelta(minutes=10)  # without a health check for longer, the service hangs
Answer = tuple[int, str, bytes]
log = structlog.get_logger()


class Monitor:
    """Answers by path. They need no login and hold no secrets; loopback only unless `ops.listen` says otherwise."""

    def __init__(self, app: App, sources: Iterable[Source], heartbeat: Heartbeat):
        self.app, self.heartbeat, self.started_at = app, heartbeat, now()
        self.registry = CollectorRegistry()
        self.registry.register(DatabaseCollector(app, [source.name for source in sources]))
        ProcessCollector(registry=self.registry)

    def answer(self, path: str) -> Answer:
        """Return status, content type and body for a path."""
        asked: dict[str, Callable[[], Answer]] = {"/healthz": self.health, "/readyz": self.ready, "/metrics": self.metrics}
        return asked.get(path, self.not_found)()

    def health(self) -> Answer:
        """Return 200 while the service checks health every minute."""
        silent = now() - (self.heartbeat.last_check or self.started_at)
        if silent > STALE_AFTER:
            return text(503, f"nothing was looked at for {silent.total_seconds():.0f} s")
        return text(200, "ok")

    def ready(self) -> Answer:
        """Return 200 while the database can be written and no job fails for lack of space or rights."""
        if self.heartbeat.failing:
            return text(503, "; ".join(f"{job}: {reason}" for job, reason in sorted(self.heartbeat.failing.items())))
        if shutil.disk_usage(self.app.db_path.parent).free < DISK_FULL:
            return text(503, "the disk is full")
        try:
            with connect(self.app.db_path) as db:
                connection_of(db).execute("BEGIN IMMEDIATE")
                connection_of(db).execute("ROLLBACK")
        except sqlite3.Error as error:
            return text(503, f"the database cannot be written: {error}")
        return text(200, "ok")

    def metrics(self) -> Answer:
        """Return the metrics in Prometheus' text format."""
        try:
            return 200, CONTENT_TYPE_LATEST, generate_latest(self.registry)
        except sqlite3.Error as error:
            return text(503, f"the database cannot be read: {error}")

    def not_found(self) -> Answer:
        return text(404, "there are /healthz, /readyz and /metrics")


class DatabaseCollector(Collector):
    """Collector of Prometheus metrics that reads the database at each request: a restart resets none of them."""

    def __init__(self, app: App, names: list[str]):
        self.app, self.names = app, names

    def collect(self) -> Iterator[Metric]:
        """Yield all metrics."""
        with connect(self.app.db_path) as db:
            yield from self.of_sources(db)
            yield gauge(
                "deliveries", "Deliveries by channel and status", ("channel", "status"),
                [((r[0], r[1]), r[2]) for r in connection_of(db).execute(
                    "SELECT channel, status, count(*) FROM deliveries GROUP BY channel, status")],
            )  # fmt: skip
            troubles = [((each["subject"], each["kind"]), 1.0) for each in ops.current(db)]
            yield gauge("trouble", "1 for each trouble that there is now", ("subject", "kind"), troubles)
        files, size = usage(self.app.db_path.parent)
        yield gauge("archive_files", "Files of the evidence archive", (), [((), files)])
        yield gauge("archive_bytes", "Bytes of the evidence archive", (), [((), size)])
        yield gauge("database_bytes", "Bytes of the database", (), [((), self.app.db_path.stat().st_size)])

    def of_sources(self, db: Database) -> Iterator[Metric]:
        """Yield the metrics of the sources."""
        polls = [((source, status), number) for source, status, number in runs.counts(db)]
        yield gauge("polls", "Polls by source and how they ended", ("source", "status"), polls, CounterMetricFamily)
        good = [((name,), found.at.timestamp()) for name in self.names if (found := runs.last_good(db, name))]
        yield gauge("last_good_poll_timestamp_seconds", "When a poll was last accepted (Unix time)", ("source",), good)
        count = connection_of(db).execute("SELECT source, count(*) FROM tracked WHERE removed_at IS NULL GROUP BY source")
        yield gauge("records", "Records that are tracked", ("source",), [((row[0],), row[1]) for row in count])


def gauge(
    name: str, about: str, labels: tuple[str, ...], values: Iterable[tuple[tuple[str, ...], float]],
    kind: type[GaugeMetricFamily | CounterMetricFamily] = GaugeMetricFamily,
) -> Metric:  # fmt: skip
    """Return a gauge, or a metric of another kind, with its values by label."""
    made = kind(f"standards_watch_{name}", about, labels=labels)
    for given, value in values:
        made.add_metric(given, value)
    return made


def text(status: int, words: str) -> Answer:
    return status, "text/plain; charset=utf-8", f"{words}\n".encode()


class MonitorServer(ThreadingHTTPServer):
    """HTTP server that keeps the newest CONNECTIONS connections: for one more, the oldest is closed, so that clients that say
    nothing, or a byte now and then, keep nobody out."""

    daemon_threads = True

    def __init__(self, place: tuple[str, int], handler: type[BaseHTTPRequestHandler]):
        self.connections: list[socket.socket] = []
        super().__init__(place, handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer a connection in a thread of its own."""
        self.connections.append(request)
        while len(self.connections) > CONNECTIONS:
            with suppress(OSError):  # it ended by itself
                self.connections.pop(0).shutdown(socket.SHUT_RDWR)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Close a connection."""
        with suppress(ValueError):  # it was the oldest
            self.connections.remove(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Log a fault in an answer; a client that leaves is none."""
        if not isinstance(sys.exception(), OSError):
            log.exception("a fault in this program", step="monitor")


def open_monitor(monitor: Monitor, listen: str) -> ThreadingHTTPServer:
    """Serve a monitor at an address (`127.0.0.1:9464`; port 0 takes any free one) until the server is shut down. Raises OSError."""

    class Handler(BaseHTTPRequestHandler):
        timeout = TIMEOUT_S

        def do_GET(self) -> None:
            status, content_type, body = monitor.answer(self.path.partition("?")[0])
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Log nothing: requests are frequent and of no interest."""

    host, _, port = listen.rpartition(":")
    server = MonitorServer((host, int(port)), Handler)
    Thread(target=server.serve_forever, name="monitor", daemon=True).start()
    return server
