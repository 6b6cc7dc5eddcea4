"""Every fault ends in its outcome, in time, and leaves the archive whole."""

import json
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner
from warcio.archiveiterator import ArchiveIterator

from bot.cli import cli
from sources.base import Answer, Follow
from tests.worlds.fault_plays import FAULTS, PAGE, PLAYS
from tests.worlds.fault_server import answer, faults
from tests.worlds.fault_source import HOME, LIMITS, make_fetcher, make_source

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("path", FAULTS)
def test_each_fault_ends_in_its_outcome_and_in_time(path: str, tmp_path: Path) -> None:
    expected, words = FAULTS[path]
    limits = replace(LIMITS, body_bytes=32 << 20, total_s=2 if path.startswith("/drip") else 20)
    begun = time.monotonic()
    with faults(PLAYS) as server, make_fetcher(tmp_path, server.origin, limits=limits) as fetcher:
        if expected is None:
            got = fetcher(Follow(HOME + path))
            assert got is not None
            assert got.page is not None
            assert got.page.body == PAGE
            assert got.page.url == got.capture.url == HOME + path
        else:
            with pytest.raises(expected, match=words):
                fetcher(Follow(HOME + path))
        assert fetcher.requests == len(server.pages())
    assert time.monotonic() - begun < 60  # none hangs: the longest of these would last for ever
    assert not list(tmp_path.glob("archive/**/*.part"))
    assert archived(tmp_path)[0] == "warcinfo"


def test_memory_stays_flat_over_all_faults(tmp_path: Path) -> None:
    with faults(PLAYS) as server:
        script = [sys.executable, "-m", "tests.faults.fetch_all", str(tmp_path), server.origin]
        done = subprocess.run(script, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["outcomes"] == {path: kind.__name__ if kind else "Fetched" for path, (kind, _) in FAULTS.items()}
    assert told["max_rss_mb"] < 150


def test_a_fault_is_not_tried_again_but_for_busy_servers(tmp_path: Path) -> None:
    once = ["/reset", "/short", "/drip", "/404", "/403", "/f5-500", "/empty", "/foreign", "/429-later"]
    with faults(PLAYS) as server, make_fetcher(tmp_path, server.origin) as fetcher:
        for path in once:
            with pytest.raises(Exception, match=r"\w"):
                fetcher(Follow(HOME + path))
    assert [each.path for each in server.pages()] == once


def test_five_redirects_are_followed_and_no_more(tmp_path: Path) -> None:
    with faults(PLAYS) as server, make_fetcher(tmp_path, server.origin) as fetcher:
        with pytest.raises(Exception, match="redirects more than 5 times"):
            fetcher(Follow(f"{HOME}/loop"))
        assert len(server.pages()) == 6


def test_json_that_turns_into_an_error_text(tmp_path: Path) -> None:
    cut = b'[{"id": 1},\nStreaming interrupted due to the following error: too many (error_code: InvalidRESTParameterError)'
    plays = {"/export": answer(cut, type="application/json"), "/whole": answer(b'[{"id": 1}]', type="application/json")}
    with faults(plays) as server, make_fetcher(tmp_path, server.origin, make_source(answer=Answer(kind="json"))) as fetcher:
        with pytest.raises(Exception, match="breaks off with an error message: 'Streaming interrupted"):
            fetcher(Follow(f"{HOME}/export"))
        assert fetcher(Follow(f"{HOME}/whole")) is not None


def test_a_detail_page_that_is_gone_is_a_gap_not_a_failure(tmp_path: Path) -> None:
    with faults(PLAYS) as server, make_fetcher(tmp_path, server.origin) as fetcher:
        assert fetcher(Follow(f"{HOME}/404", key="1")) is None


def test_an_unknown_host_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def nothing(*args: object, **more: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nothing)
    with make_fetcher(tmp_path, "http://127.0.0.1:1", mirrors={}) as fetcher:
        with pytest.raises(Exception, match=r"could not reach data\.example\.org: no address found; check the network"):
            fetcher(Follow(f"{HOME}/list"))
        assert fetcher.requests == 0  # its robots.txt was looked for, and that was enough


def test_a_bare_run_without_a_network_asks_for_each_name_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    asked: list[object] = []

    def nothing(host: object, *args: object, **more: object) -> None:
        asked.append(host)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", nothing)
    done = CliRunner().invoke(cli, ["--db", str(tmp_path / "w.db"), "run", "--json"])
    rows = [orjson.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert len(rows) > 8
    assert len(asked) < 2 * len(rows), "a name that leads nowhere is not asked for again"
    assert {row["status"] for row in rows} == {"failed"}
    errors = {row["source"]: row["error"] for row in rows}
    assert "it needs iso-committees, which was never read" in errors.pop("iso-deliverables")
    assert all("no address found; check the network" in error for error in errors.values())


def test_a_name_server_that_is_silent_ends_the_poll_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **more: over.wait(30))
    begun = time.monotonic()
    limits = replace(LIMITS, connect_s=0.2)
    silent = pytest.raises(Exception, match=r"could not reach data\.example\.org: no name server answers; check the network")
    with make_fetcher(tmp_path, "http://127.0.0.1:1", mirrors={}, limits=limits) as fetcher, silent:
        fetcher(Follow(f"{HOME}/list"))
    over.set()
    assert time.monotonic() - begun < 25  # the name server would have taken 30


def test_a_closed_port_is_tried_again_and_named(tmp_path: Path) -> None:
    with faults({}) as server:
        origin = server.origin
    with make_fetcher(tmp_path, origin) as fetcher:
        with pytest.raises(Exception, match=r"could not reach data\.example\.org: connection refused; check the network"):
            fetcher(Follow(f"{HOME}/list"))
        assert fetcher.requests == LIMITS.attempts


def archived(folder: Path) -> list[str]:
    """The kinds of the records of the one archive file."""
    (file,) = folder.glob("archive/*/*/*.warc.gz")
    with file.open("rb") as stream:
        return [record.rec_type for record in ArchiveIterator(stream, check_digests="raise")]
