"""The doctor finds what is wrong, says what to do, and sends nothing; `run --due` polls what has its turn and tells of troubles."""

import gzip
import http.server
import os
import pwd
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest

from bot.app import App
from bot.config import ChannelTable, Config, load_config
from bot.deliver.factory import ready_channels
from bot.errors import WatchError
from bot.service.doctor import of_files
from state import politeness
from tests.flow.test_serve import ORIGIN
from tests.opened import opened
from tests.rows import columns
from tests.worlds.bodies import Committees, open_site
from tests.worlds.outages import Strike
from tests.worlds.slack_server import NAME, TOKEN, Server, Workspace


class Place:
    """A folder with a configuration, and a body on loopback."""

    def __init__(self, folder: Path):
        self.folder, self.body = folder, Committees(3)
        self.server, self.origin = open_site(self.body.site)
        self.configure("")

    def configure(self, more: str) -> None:
        from sources import all_sources

        others = "\n".join(f"[sources.{name}]\nenabled = false" for name in all_sources() if name != "iso-committees")
        mirrors = f'[http]\ncontact = "mailto:desk@example.org"\nmirrors = {{"{ORIGIN}" = "{self.origin}"}}\n'
        (self.folder / "watch.toml").write_text(f"{mirrors}{others}\n{more}\n")

    def call(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [
            sys.executable,
            "-m",
            "bot",
            "--config",
            self.folder / "watch.toml",
            "--db",
            self.folder / "data" / "w.db",
            *words,
        ]
        return subprocess.run(command, capture_output=True, text=True)

    def findings(self) -> list[dict[str, Any]]:
        done = self.call("doctor", "--json")
        assert "Traceback" not in done.stderr
        found = [orjson.loads(line) for line in done.stdout.splitlines()]
        assert done.returncode == (1 if any(each["level"] == "wrong" for each in found) else 0)
        return found

    def level(self, about: str) -> list[str]:
        return [each["level"] for each in self.findings() if each["about"] == about]


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path)
    yield made
    made.server.shutdown()
    made.server.server_close()


def test_all_is_well(here: Place) -> None:
    assert here.call("run").returncode == 0
    found = here.findings()
    assert {each["level"] for each in found} <= {"fine", "look"}
    assert [each["about"] for each in found if each["level"] == "look"] == ["configuration"]  # nobody hears of troubles
    assert any("1 captures picked at random: 1 are what they were" in each["text"] for each in found)
    assert any(each["about"] == "clock" and "beside the body that answered last" in each["text"] for each in found)
    assert all(each["do"] for each in found if each["level"] != "fine")
    assert here.body.site.asked == 1, "the doctor asks no body"


def test_how_long_names_are_kept(here: Place) -> None:
    def said() -> list[str]:
        return [each["text"] for each in here.findings() if each["about"] == "privacy"]

    here.call("run")
    assert said() == ["names of people are kept with the history (names_days in [privacy] is not set)"]
    here.configure("[privacy]\nnames_days = 730")
    assert said() == ["names of people go 730 days after their last role ended"]


def test_evidence_that_was_changed(here: Place) -> None:
    here.call("run")
    (file,) = (here.folder / "data" / "archive").rglob("*.warc.gz")
    (offset,) = columns(here.folder / "data" / "w.db", "captures", "offset", "file IS NOT NULL")
    whole = file.read_bytes()
    file.write_bytes(whole[:offset] + gzip.compress(gzip.decompress(whole[offset:]).replace(b"Invented", b"Inverted")))
    assert "wrong" in here.level("archive")
    file.unlink()
    assert here.level("archive") == ["fine", "fine"]  # beyond its retention


def test_a_damaged_database(here: Place) -> None:
    here.call("run")
    path = here.folder / "data" / "w.db"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'runs_by_source'").fetchone()[0]
    size = connection.execute("PRAGMA page_size").fetchone()[0]
    connection.close()
    text = bytearray(path.read_bytes())
    text[(root - 1) * size + 200 : root * size] = b"\x07" * (size - 200)
    path.write_bytes(text)
    assert here.level("database")[0] == "wrong"


def test_what_cannot_be_written_is_told_with_its_owner(here: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    here.call("run")
    app = App(load_config(here.folder / "watch.toml"), here.folder / "data" / "w.db")
    assert list(of_files(app)) == []
    (lock,) = here.folder.rglob("w.db.source-iso-committees")
    year, month = (path for path in (here.folder / "data" / "archive").rglob("*") if path.is_dir())
    foreign = {here.folder / "data" / "w.db", lock, year, month}
    monkeypatch.setattr(os, "access", lambda path, mode: path not in foreign)
    me, owner = pwd.getpwuid(os.getuid()).pw_name, lock.owner()
    (said,) = of_files(app)
    assert said.level == "wrong"
    assert said.text == f"{app.db_path}, and 3 more cannot be written by {me}: the owner is {owner}."
    assert said.do.endswith(f"chown -R {me} {app.db_path.parent}")


def checked(table: ChannelTable, **environment: str) -> str:
    """Return what the check of a channel says, or what is wrong with it."""
    try:
        return ready_channels(Config(channels={"x": table}), environment, Path("none.db"))["x"].channel.check()
    except WatchError as error:
        return str(error)


def test_channels_are_asked_without_sending() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    mail = ChannelTable(
        kind="email", to=("desk@example.org",), sender="bot@example.org", host="127.0.0.1", port=port, security="none"
    )
    assert "127.0.0.1 cannot be reached" in checked(mail)
    assert "needs SLACK_BOT_TOKEN or SLACK_WEBHOOK_URL" in checked(ChannelTable(kind="slack", channel="#x"))


def test_of_a_channel_that_was_not_asked_it_is_not_said_that_it_lets_us_in() -> None:
    hook = ChannelTable(kind="webhook", url="https://localhost")
    assert "only --send-test tells" in checked(hook, WEBHOOK_SECRET="x")
    slack = ChannelTable(kind="slack", channel="#x")
    assert "only --send-test tells" in checked(slack, SLACK_WEBHOOK_URL="https://example.org")
    assert checked(ChannelTable(kind="console")) == "ready, it is written here"


@pytest.mark.parametrize(("token", "says"), [(TOKEN, "it lets us in"), ("xoxb-revoked", "the token (invalid_auth)")])
def test_slack_is_asked_without_sending(token: str, says: str) -> None:
    with Server(Workspace()) as slack:
        assert says in checked(ChannelTable(kind="slack", channel=f"#{NAME}", api_url=slack.api), SLACK_BOT_TOKEN=token)
    assert slack.workspace.messages == []
    assert slack.workspace.calls["auth.test"] == 1


def test_run_due_polls_once_a_turn_and_tells_of_troubles_and_their_end(here: Place) -> None:
    assert len(here.call("run", "--due", "--json").stdout.splitlines()) == 1
    assert here.call("run", "--due", "--json").stdout == ""
    assert here.call("run", "--due", "--all").returncode == 2
    here.body.site.strike = Strike("blocked")
    done = here.call("run", "iso-committees", "--json")
    assert done.returncode == 1
    assert "iso-committees: the poll was blocked" in done.stderr
    again = here.call("run", "iso-committees", "--json")
    assert "the poll was blocked" not in again.stderr, "it was told"
    assert any(each["about"] == "trouble iso-committees" for each in here.findings())
    here.body.site.strike = None
    past = datetime(2026, 1, 1, tzinfo=UTC)
    politeness.pause(opened(here.folder / "data" / "w.db"), urlsplit(ORIGIN).netloc, past, past)
    done = here.call("--log-level", "warning", "run", "iso-committees", "--json")
    assert "polls work again" in done.stderr


def test_the_dead_mans_switch_is_asked_after_a_good_cycle_only(here: Place) -> None:
    from bot.service.cycle import cycle
    from sources.iso.committees import source

    asked: list[str] = []

    class Switch(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(f"{self.path} {'standards-watch' in self.headers['User-Agent']}")
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is printed."""

    server = http.server.HTTPServer(("127.0.0.1", 0), Switch)
    Thread(target=server.serve_forever, daemon=True).start()
    here.configure(f'[ops]\nping = "http://127.0.0.1:{server.server_port}/ping/abc"')
    setting = App(load_config(here.folder / "watch.toml"), here.folder / "data" / "w.db")
    setting.create()
    here.body.site.strike = Strike("half")
    assert not cycle(setting, source)
    assert asked == []
    setting.db.execute("UPDATE runs SET observed_at = '2026-01-01T00:00:00Z'")
    here.body.site.strike = None
    assert cycle(setting, source)
    assert asked == ["/ping/abc True"]
    assert cycle(setting, source)  # it is not its turn
    assert len(asked) == 1
    setting.db.close()
    server.shutdown()
    server.server_close()
