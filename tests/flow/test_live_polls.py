"""Polls over real sockets: a mirror on loopback stands in for the body."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from sources.iso.committees import ADDRESS
from tests.rows import columns
from tests.worlds.committee_list import AFNOR, SAC, committees, jsonl, row

ORIGIN, PATH = "https://isopublicstorageprod.blob.core.windows.net", ADDRESS.split(".net")[1]


class Body:
    """The committee list of a body that understands conditional requests and may renew its ETag for the same text."""

    def __init__(self) -> None:
        self.text, self.etag, self.asked = b"", '"0"', []

    def publish(self, rows: list[dict[str, Any]], etag: str) -> None:
        self.text, self.etag = jsonl(rows), etag

    def answer(self, request: Request) -> Response:
        self.asked.append(request.headers.get("If-None-Match"))
        if self.etag in (request.headers.get("If-None-Match") or ""):
            return Response(status=304, headers={"ETag": self.etag})
        return Response(self.text, headers={"ETag": self.etag, "Content-Type": "application/octet-stream"})


@pytest.fixture
def body(httpserver: HTTPServer, tmp_path: Path) -> Body:
    made = Body()
    httpserver.expect_request("/robots.txt").respond_with_data("", status=404)
    httpserver.expect_request(PATH).respond_with_handler(made.answer)
    mirrors = f'[http]\ncontact = "mailto:desk@example.org"\nmirrors = {{"{ORIGIN}" = "{httpserver.url_for("").rstrip("/")}"}}\n'
    (tmp_path / "watch.toml").write_text(mirrors)
    return made


def call(folder: Path, db: str, *words: str) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "bot", "--config", folder / "watch.toml", "--db", folder / db, *words, "--json"]
    done = subprocess.run(command, capture_output=True, check=True)
    return [orjson.loads(line) for line in done.stdout.splitlines()]


def test_an_unchanged_poll_costs_one_request_and_no_body(body: Body, tmp_path: Path) -> None:
    body.publish(committees(), '"a"')
    (first,) = call(tmp_path, "w.db", "run", "iso-committees")
    assert first["status"] == "baseline"
    (second,) = call(tmp_path, "w.db", "run", "iso-committees")
    assert second["status"] == "unchanged"
    assert body.asked == [None, '"a"']
    assert columns(tmp_path / "w.db", "runs", "requests, not_modified")[1:] == [(1, 1)]


def test_a_new_etag_on_the_same_text_does_not_end_the_304s(body: Body, tmp_path: Path) -> None:
    for etag in ('"a"', '"b"', '"b"'):
        body.publish(committees(), etag)
        call(tmp_path, "w.db", "run", "iso-committees")
    assert body.asked == [None, '"a"', '"b"']
    assert columns(tmp_path / "w.db", "runs", "status") == ["baseline", "unchanged", "unchanged"]


def test_alerts_are_delivered_once(body: Body, tmp_path: Path) -> None:
    body.publish(committees(), '"a"')
    call(tmp_path, "w.db", "run", "iso-committees")
    body.publish(committees(changed={10: row(10, AFNOR, [SAC])}), '"b"')
    (run,) = call(tmp_path, "w.db", "run", "iso-committees")
    assert run["alerts"] == 1
    call(tmp_path, "w.db", "run", "iso-committees")
    (alert,) = call(tmp_path, "w.db", "alerts")
    assert (alert["status"], alert["event"]) == ("new", "role-passed")
    assert [(d["channel"], d["status"], d["attempts"]) for d in alert["deliveries"]] == [("console", "sent", 1)]


def test_a_dry_run_writes_nothing(body: Body, tmp_path: Path) -> None:
    body.publish(committees(), '"a"')
    (run,) = call(tmp_path, "w.db", "run", "iso-committees", "--dry-run")
    assert (run["status"], run["records"]) == ("baseline", 720)
    assert not (tmp_path / "w.db").exists()


def test_a_replay_of_our_own_archive_gives_the_same_tables(body: Body, tmp_path: Path) -> None:
    weeks = [committees(), committees(changed={10: row(10, AFNOR, [SAC])}), committees(without=[5]), committees(without=[5])]
    archives = []
    for number, rows in enumerate(weeks):
        body.publish(rows, f'"{number}"')
        call(tmp_path, "w.db", "run", "iso-committees", "--no-deliver")
        (archived,) = [path for path in (tmp_path / "archive").rglob("*.warc.gz") if path not in archives]
        archives.append(archived)
        checked = subprocess.run([Path(sys.executable).with_name("warcio"), "check", archived], capture_output=True, text=True)
        assert checked.returncode == 0, checked.stdout
        (tmp_path / "again").mkdir(exist_ok=True)
        # one run an archive: the captures of these polls lie seconds apart, which in one call would make them one run
        call(tmp_path, "again/w.db", "replay", str(archived), "--source", "iso-committees")
    for view, names, where in (
        ("records", "key, reference, title, status, fields, missing_runs", "removed_at IS NULL"),
        ("records", "key, reference, title, status, fields, missing_runs", "removed_at IS NOT NULL"),
        ("changes c JOIN records r ON r.id = c.record", "key, kind, field, before, after", "1"),
        ("attributions a JOIN records r ON r.id = a.record", "key, role, country, party, rule", "valid_to IS NULL"),
        ("attributions a JOIN records r ON r.id = a.record", "key, role, country, party, rule", "valid_to IS NOT NULL"),
        ("alerts", "watchlist, event, severity, headline", "1"),
        ("runs", "status, records, added, changed, removed", "1"),
    ):
        once, again = (columns(path, view, names, where) for path in (tmp_path / "w.db", tmp_path / "again" / "w.db"))
        assert once == again != []
    assert columns(tmp_path / "w.db", "changes", "kind", "kind = 'removed'") == ["removed"]
