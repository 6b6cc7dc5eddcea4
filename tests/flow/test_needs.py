"""A source that needs another is read after it, and its first poll waits for that of the other."""

import subprocess
import sys
from pathlib import Path

import orjson
from pytest_httpserver import HTTPServer

from bot.app import App, now
from bot.config import Config
from bot.context import RunContext
from bot.run.replay import sessions
from bot.run.sources import in_order, waits_for
from bot.service.cycle import is_due
from sources.iso import committees, deliverables
from tests.rows import columns
from tests.worlds.committee_list import jsonl, row, warc
from tests.worlds.iso import deliverable, poll_committees


def test_the_first_poll_waits_for_that_of_what_is_needed_and_no_later_one_does(desk: RunContext) -> None:
    assert waits_for(desk.db, deliverables.source, lambda source: True) == ["iso-committees"]
    assert waits_for(desk.db, deliverables.source, lambda source: False) == []  # who does not poll committees waits for nothing
    poll_committees(desk, [row(1)], 0)
    assert waits_for(desk.db, deliverables.source, lambda source: True) == []


def test_what_waits_is_not_due(tmp_path: Path) -> None:
    here = App(Config(), tmp_path / "w.db")
    here.create()
    assert (is_due(here, committees.source, now()), is_due(here, deliverables.source, now())) == (True, False)
    here.close()


def test_the_command_takes_what_is_needed_first_and_says_in_one_sentence_what_waits(tmp_path: Path, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/robots.txt").respond_with_data("", status=404)
    origin = "https://isopublicstorageprod.blob.core.windows.net"
    (tmp_path / "w.toml").write_text(f'[http]\nmirrors = {{"{origin}" = "{httpserver.url_for("").rstrip("/")}"}}\n')
    command = [sys.executable, "-m", "bot", "--config", tmp_path / "w.toml", "--db", tmp_path / "w.db", "run", "--json"]
    done = subprocess.run([*command, "iso-deliverables", "iso-committees"], capture_output=True, text=True)
    first, second = map(orjson.loads, done.stdout.splitlines())
    assert (done.returncode, first["source"], first["status"]) == (1, "iso-committees", "failed")
    assert (second["source"], second["status"]) == ("iso-deliverables", "failed")
    assert second["error"] == "it needs iso-committees, which was never read; poll that first"
    assert columns(tmp_path / "w.db", "runs", "source") == ["iso-committees"]


def test_a_replay_takes_the_committees_of_all_days_before_the_deliverables(tmp_path: Path) -> None:
    early = warc(tmp_path / "d.warc.gz", [jsonl([deliverable(1)])], deliverables.ADDRESS)
    late = warc(tmp_path / "c.warc.gz", [jsonl([row(1)]), jsonl([row(1)])], first=1)
    every = [deliverables.source, committees.source]
    assert [each.source.name for each in sessions([early, late], every)] == ["iso-committees", "iso-committees", "iso-deliverables"]
    assert in_order(every) == every[::-1]
