"""No room and no rights: the service says so once, corrupts nothing, and carries on by itself when there is room again."""

import ctypes
import os
import resource
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson
import pytest

from tests.flow.test_serve import ORIGIN, until
from tests.rows import columns
from tests.worlds.bodies import Committees, open_site
from tests.worlds.slack_server import Server, Workspace
from tests.worlds.year import full_disk

SCRIPT = """
import os, signal, sys
from dataclasses import replace
from pathlib import Path
from bot.service import scheduler
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
scheduler.CHECK_S = scheduler.DELIVER_S = 1
sys.argv = ["standards-watch", *sys.argv[1:]]
from bot.cli import main
main()
"""


@pytest.fixture
def body() -> Iterator[tuple[Committees, str]]:
    made = Committees(3)
    server, origin = open_site(made.site)
    yield made, origin
    server.shutdown()
    server.server_close()


def start(folder: Path, origin: str, more: str = '[ops]\nlisten = ""', **environment: str) -> "Running":
    """A service that looks round every second; its log goes into a file."""
    from sources import all_sources

    others = "\n".join(f"[sources.{name}]\nenabled = false" for name in all_sources() if name != "iso-committees")
    (folder / "watch.toml").write_text(f'[http]\nmirrors = {{"{ORIGIN}" = "{origin}"}}\n{more}\n{others}\n')
    words = [sys.executable, "-c", SCRIPT, "--config", folder / "watch.toml", "--db", folder / "data" / "w.db"]
    with (folder / "log").open("ab") as log:
        sink = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=log)  # the log is not on the disk that is full
    assert sink.stdin is not None
    with sink.stdin as pipe:
        process = subprocess.Popen(
            [*words, "--log-format", "json", "serve"], stderr=pipe, env={**os.environ, "PYTHONPATH": os.getcwd(), **environment}
        )
    return Running(process, sink)


@dataclass
class Running:
    """A service, and the process that takes its log."""

    process: subprocess.Popen[bytes]
    sink: subprocess.Popen[bytes]

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(15)
        self.sink.wait(15)


def bound_by_rights() -> None:
    """Let the rights of files bind root, too: it gives up the capability to pass over them."""
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP


def said(folder: Path, event: str) -> list[str]:
    """What the log says of an event; a line that is being written is left out."""
    lines = (folder / "log").read_bytes().split(b"\n")[:-1]
    return [
        line.get("text", "")
        for line in map(orjson.loads, (line for line in lines if line.startswith(b"{")))
        if line["event"] == event
    ]


def statuses(folder: Path) -> list[str]:
    connection = sqlite3.connect(folder / "data" / "w.db")
    try:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return [row[0] for row in connection.execute("SELECT status FROM runs ORDER BY id")]
    except sqlite3.OperationalError:  # it is about to be made
        return []
    finally:
        connection.close()


def age(folder: Path) -> None:
    """Make the polls on record two days older, so that the source is due."""
    connection = sqlite3.connect(folder / "data" / "w.db", timeout=10)
    connection.execute("UPDATE runs SET observed_at = '2026-01-01T00:00:00Z' WHERE status <> 'running'")
    connection.commit()
    connection.close()


def test_a_full_disk_is_told_once_and_over_when_there_is_room(body: tuple[Committees, str], tmp_path: Path) -> None:
    committees, origin = body
    running = start(tmp_path, origin)
    try:
        until(lambda: (tmp_path / "data" / "w.db").exists() and statuses(tmp_path) == ["baseline"])
        told = committees.change() + committees.change()
        resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))  # no file may grow
        age(tmp_path)
        until(lambda: said(tmp_path, "needs a person"))
        time.sleep(3)
        assert len(said(tmp_path, "needs a person")) <= 3, "each job says so once"
        assert all("cannot be done" in text or "written" in text for text in said(tmp_path, "needs a person"))
        assert running.process.poll() is None
        resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        until(lambda: said(tmp_path, "recovered"))
        age(tmp_path)
        until(lambda: "ok" in statuses(tmp_path))
    finally:
        running.end()
    alerts = columns(tmp_path / "data" / "w.db", "alerts a JOIN records r ON r.id = a.record", "key, event")
    gone = {each for each in told if int(each[0]) - 900_000 not in committees.rows}
    assert sorted(alerts) == sorted(set(told) - gone)


def test_a_full_disk_is_told_to_the_operators_though_little_room_was_told_before(
    body: tuple[Committees, str], tmp_path: Path
) -> None:
    def told(words: str) -> set[str]:
        texts = [message["text"] for message in slack.workspace.messages]
        return {text.partition(" (This")[0] for text in texts if words in text}  # a webhook announces a repeat

    def ready() -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ops = f'[ops]\nlisten = "127.0.0.1:{port}"\nto = ["desk"]\nmin_free_mb = 1_000_000_000\n'
    ops += '[channels.desk]\nkind = "slack"\nchannel = "#x"'
    with Server(Workspace(weather=["", "500-after", "429"])) as slack:
        running = start(tmp_path, body[1], ops, SLACK_WEBHOOK_URL=slack.hook)
        try:
            until(lambda: told("The disk has"))
            until(lambda: statuses(tmp_path) == ["baseline"])
            assert ready() == 200
            resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
            age(tmp_path)
            until(lambda: told(" cannot be done"))
            assert ready() == 503
            resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            until(lambda: ready() == 200 and told("It is over"))
            until(lambda: len(told("It is over")) == len(told(" cannot be done")))
            assert statuses(tmp_path)[0] == "baseline"
            assert statuses(tmp_path)[-1] in ("unchanged", "running")
        finally:
            running.end()


def test_a_database_that_cannot_be_written_is_told_and_left_as_it_is(body: tuple[Committees, str], tmp_path: Path) -> None:
    committees, origin = body
    running = start(tmp_path, origin)
    until(lambda: (tmp_path / "data" / "w.db").exists() and statuses(tmp_path) == ["baseline"])
    running.end()
    age(tmp_path)
    asked = committees.site.asked
    data = tmp_path / "data"
    for path in (data, *data.iterdir()):
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = (data / "w.db").read_bytes()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "bot", "--config", tmp_path / "watch.toml", "--db", data / "w.db", "run"],
            capture_output=True, text=True, env={**os.environ, "PYTHONPATH": os.getcwd()}, preexec_fn=bound_by_rights,
        )  # fmt: skip
        assert done.returncode == 1
        assert "readonly" in done.stderr
        assert "check that" in done.stderr
        assert "Traceback" not in done.stderr
        assert (data / "w.db").read_bytes() == before
        assert committees.site.asked == asked
    finally:
        data.chmod(0o755)
    for path in data.iterdir():
        path.chmod(0o755 if path.is_dir() else 0o644)
    running = start(tmp_path, origin)
    try:
        until(lambda: len(statuses(tmp_path)) == 2 and statuses(tmp_path)[-1] != "running")
    finally:
        running.end()
    assert statuses(tmp_path) == ["baseline", "unchanged"]


def test_a_limit_that_strikes_anywhere_in_a_poll_leaves_a_sound_database(tmp_path: Path, body: tuple[Committees, str]) -> None:
    from bot.config import Config
    from bot.service.heartbeat import Heartbeat
    from bot.service.scheduler import Service
    from tests.worlds.year import Here, size_of

    committees, origin = body
    Here.simulated = (committees.source,)
    here = Here(Config.model_validate({"http": {"mirrors": {ORIGIN: origin}}}), tmp_path / "data" / "w.db")
    here.create()
    heartbeat = Heartbeat()
    service = Service(here, [committees.source], heartbeat)
    service.run_job("iso-committees", service.poll, committees.source)
    told = []
    for more in (0, 5_000, 30_000, 100_000, 400_000, 2_000_000):
        told += committees.change()
        age(tmp_path)
        with full_disk(size_of(here) + more):
            service.run_job("iso-committees", service.poll, committees.source)
        assert statuses(tmp_path)[0] == "baseline"
    age(tmp_path)
    service.run_job("iso-committees", service.poll, committees.source)
    age(tmp_path)
    service.run_job("iso-committees", service.poll, committees.source)
    assert heartbeat.failing == {}
    assert statuses(tmp_path)[-1] in ("ok", "unchanged")
    alerts = columns(tmp_path / "data" / "w.db", "alerts a JOIN records r ON r.id = a.record", "key, event")
    assert sorted(alerts) == sorted(told)
