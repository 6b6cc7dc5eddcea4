"""The port for machines under clients that say nothing, come in crowds, or leave."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bot.app import App
from bot.config import Config
from bot.service import http
from bot.service.heartbeat import Heartbeat
from bot.service.http import Monitor, MonitorServer, open_monitor

HEALTH = b"GET /healthz HTTP/1.1\r\n\r\n"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MonitorServer]:
    made = open_monitor(Monitor(App(Config(), tmp_path / "w.db"), [], Heartbeat()), "127.0.0.1:0")
    yield made
    made.shutdown()
    made.server_close()


def connected(server: MonitorServer) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.server_port), timeout=20)


def asked(server: MonitorServer) -> bytes:
    with connected(server) as wire:
        wire.sendall(HEALTH)
        return b"".join(iter(lambda: wire.recv(4096), b""))


def test_a_crowd_that_says_nothing_keeps_nobody_out(server: MonitorServer) -> None:
    with ExitStack() as crowd:
        wires = [crowd.enter_context(connected(server)) for _ in range(3 * http.CONNECTIONS)]
        assert asked(server).endswith(b"ok\n")
        assert len(server.connections) <= http.CONNECTIONS
        assert wires[0].recv(1) == b"", "the oldest is closed"
    assert asked(server).startswith(b"HTTP/1.0 200 ")


def test_a_client_that_says_nothing_is_left(server: MonitorServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server.RequestHandlerClass, "timeout", 0.05)
    with connected(server) as wire:
        wire.sendall(HEALTH[:9])
        assert wire.recv(1) == b""


def test_a_client_that_leaves_is_no_fault(server: MonitorServer, capfd: pytest.CaptureFixture[str]) -> None:
    server.RequestHandlerClass.do_GET = lambda self: (_ for _ in ()).throw(BrokenPipeError())  # type: ignore[attr-defined]
    assert asked(server) == b""
    while server.connections:
        time.sleep(0.01)
    said = capfd.readouterr()
    assert "Traceback" not in said.out + said.err
