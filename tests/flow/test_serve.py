"""`serve` as a process: its first poll, one instance a database, what machines may ask it, and its end."""

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.rows import columns
from tests.worlds.bodies import Committees, open_site

ORIGIN = "https://isopublicstorageprod.blob.core.windows.net"
MB = 1_000_000


class Served:
    """A running service with its body on loopback."""

    def __init__(self, folder: Path, more: str = ""):
        self.folder, self.body = folder, Committees(3)
        self.server, origin = open_site(self.body.site)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        mirrors = f'[http]\ncontact = "mailto:desk@example.org"\nmirrors = {{"{ORIGIN}" = "{origin}"}}\n'
        self.config = f'{mirrors}[ops]\nlisten = "127.0.0.1:{self.port}"\n{more}\n'
        (folder / "watch.toml").write_text(self.config)
        self.processes: list[subprocess.Popen[str]] = []

    def start(self, **more: object) -> subprocess.Popen[str]:
        words = [sys.executable, "-m", "bot", "--config", "watch.toml", "--db", "data/w.db", "--log-format", "json", "serve"]
        process = subprocess.Popen(
            words, cwd=self.folder, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": os.getcwd()}, **more
        )  # type: ignore[call-overload]
        self.processes.append(process)
        return process

    def stop(self, process: subprocess.Popen[str]) -> str:
        """End a service and return its log; one that does not end is an error."""
        process.send_signal(signal.SIGTERM)
        return process.communicate(timeout=60)[1]

    def ask(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def runs(self) -> list[tuple[str, str]]:
        try:
            return columns(self.folder / "data" / "w.db", "runs", "source, status", "source = 'iso-committees'")
        except sqlite3.Error:
            return []


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    # only the committees: what other sources there are would ask the world
    from sources import all_sources

    others = [name for name in all_sources() if name != "iso-committees"]
    made = Served(tmp_path, "\n".join(f"[sources.{name}]\nenabled = false" for name in others))
    yield made
    for process in made.processes:
        process.kill()
        process.wait()
        assert process.stderr is not None
        process.stderr.close()
    made.server.shutdown()
    made.server.server_close()


def until(what: Callable[[], object]) -> None:
    """Wait until something is so; after two minutes it counts as never."""
    for _ in range(2400):
        if what():
            return
        time.sleep(0.05)
    pytest.fail("it did not come")


def figure(process: subprocess.Popen[str], name: str) -> int:
    return int(re.search(rf"{name}:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text())[1])  # type: ignore[index]


def ticks(process: subprocess.Popen[str]) -> int:
    words = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return int(words[11]) + int(words[12])


def test_a_service_polls_at_its_start_idles_cheaply_and_ends_at_once(served: Served) -> None:
    process = served.start()
    until(lambda: served.body.site.asked)
    until(lambda: served.runs() == [("iso-committees", "baseline")])
    assert served.ask("/healthz") == (200, "ok\n")
    assert served.ask("/readyz") == (200, "ok\n")
    status, metrics = served.ask("/metrics")
    assert status == 200
    assert 'standards_watch_records{source="iso-committees"} 760.0' in metrics
    assert 'standards_watch_polls_total{source="iso-committees",status="baseline"} 1.0' in metrics
    assert served.ask("/else")[0] == 404

    before = ticks(process)
    time.sleep(2)
    assert ticks(process) - before < 20  # of 200
    assert figure(process, "VmRSS") * 1024 < 120 * MB

    second = served.start()
    _, said = second.communicate(timeout=60)
    assert second.returncode == 2
    assert re.search(rf"is in use by `serve`, process {process.pid} on \S+ since ", said)
    assert "Traceback" not in said

    log = served.stop(process)
    assert process.returncode == 0
    assert "Traceback" not in log


def test_nothing_is_polled_twice_for_one_turn_and_a_dead_holder_is_no_holder(served: Served) -> None:
    process = served.start()
    until(lambda: len(served.runs()) == 1 and served.runs()[0][1] == "baseline")
    process.kill()
    process.communicate()
    process = served.start()
    until(lambda: served.ask("/healthz")[0] == 200)
    time.sleep(1)
    served.stop(process)
    assert len(served.runs()) == 1


def test_a_poll_under_way_is_left_and_nothing_is_half_written(served: Served) -> None:
    served.body.site.slow_s = 30
    process = served.start()
    until(lambda: served.body.site.asked)
    log = served.stop(process)
    assert "Traceback" not in log
    served.body.site.slow_s = 0
    process = served.start()
    until(lambda: served.runs() == [("iso-committees", "failed"), ("iso-committees", "baseline")])
    served.stop(process)


def test_a_second_poll_says_that_the_source_is_busy_and_starts_at_once_when_the_first_was_killed(served: Served) -> None:
    served.body.site.slow_s = 60
    process = served.start()
    until(lambda: served.body.site.asked)
    command = [sys.executable, "-m", "bot", "--config", "watch.toml", "--db", "data/w.db", "run", "iso-committees", "--json"]
    environment = {**os.environ, "PYTHONPATH": os.getcwd()}
    done = subprocess.run(command, cwd=served.folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert f"iso-committees is being polled by process {process.pid} on " in done.stdout
    assert served.runs() == [("iso-committees", "running")]
    process.kill()
    process.wait()
    served.body.site.slow_s = 0
    assert subprocess.run(command, cwd=served.folder, env=environment, capture_output=True).returncode == 0
    assert served.runs() == [("iso-committees", "failed"), ("iso-committees", "baseline")]


def test_a_wrong_configuration_stops_the_start(served: Served) -> None:
    (served.folder / "watch.toml").write_text(served.config + '[sources.iso-committees]\nschedule = "sometimes"\n')
    process = served.start()
    _, said = process.communicate(timeout=20)
    assert process.returncode == 2
    assert "'sometimes' is no schedule" in said
    assert "Traceback" not in said
    assert served.body.site.asked == 0
