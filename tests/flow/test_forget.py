"""Erasure of a name: it is in no table and no archive file afterwards, the responses without it are as they were, and it does not
come back into the tables with the next poll."""

import gzip
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import orjson
import pytest
import time_machine
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from bot.app import App
from bot.cli import cli
from bot.config import Config
from bot.context import RunContext
from bot.fetch.replay import archive_reader
from bot.run.pipeline import poll
from bot.service.cycle import poll_network
from bot.service.doctor import of_archive
from sources.base import Page
from state.archive.writer import Archive, Reply
from state.db import open_database
from state.locks import Locked, lock
from state.model import Capture
from state.privacy.erase import ForgottenNames, erase
from state.runs import Run
from tests.rows import columns
from tests.worlds.bodies import HOME, Site, open_site, parse_projects, projects_source

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
PRINTED = ["Zhōu Tèst-Pérson", "TÈST-PÉRSON, Zhōu", "zhōu tèst pérson", "Dr. Zhōu  Tèst\u00a0Pérson (Tsinghua University)"]


def page(editors: list[str]) -> bytes:
    lines = "".join(f"<tr><td>{n:04}</td><td>Project {n}</td><td>{e}</td><td>China</td></tr>" for n, e in enumerate(editors))
    head = "<tr><th>Number</th><th>Title</th><th>Editor</th><th>Country</th></tr>"
    return f'<html lang="en"><table id="projects">{head}{lines}</table></html>'.encode()


def polled(desk: RunContext, editors: list[str], at: datetime) -> Run:
    """Poll a page that lies in the archive of the desk."""
    text, url = page(editors), f"{HOME}/projects"
    with Archive(desk.data).run(f"run-{at:%d}", at, {"software": "test"}) as file:
        name, offset = file.response(
            Reply(url, at, 200, "OK", [("Content-Type", "text/html; charset=utf-8")]), BytesIO(text), len(text)
        )
    source = replace(projects_source, expect=replace(projects_source.expect, records=(1, 400)))
    get = archive_reader(source, desk.data, [Capture(url, at, 200, "", file=name, offset=offset)])
    return poll(desk, source, lambda run: nullcontext(get), at, "run")


def dump(desk: RunContext) -> bytes:
    """Every byte of the data folder, archives unpacked."""
    found = b""
    for path in desk.data.rglob("*"):
        if path.is_file():
            found += gzip.decompress(path.read_bytes()) if path.name.endswith(".gz") else path.read_bytes()
    return found


def forget(folder: Path, *words: str) -> str:
    done = CliRunner().invoke(cli, ["--db", str(folder / "w.db"), "forget", *words])
    assert done.exit_code == 0, done.output
    return done.output


def test_nothing_of_a_name_is_left_and_it_does_not_come_back(desk: RunContext) -> None:
    others = ["Siemens AG"] * 60
    assert polled(desk, [*PRINTED, *others], NOW).status == "baseline"
    assert polled(desk, [*PRINTED[:3], "Someone Else", *others], NOW + timedelta(days=1)).status == "ok"
    for spelled in ("Zhōu", "pérson".upper(), "TÈST"):
        assert spelled.encode() in dump(desk)
    files = list((desk.data / "archive").rglob("*.warc.gz"))
    assert len(files) == 2
    would = forget(desk.data, "Zhōu Tèst-Pérson")
    assert would.splitlines() == [
        "would be erased: 2026-11-24 10:00  https://projects.example.org/projects",
        "would be erased: 2026-11-25 10:00  https://projects.example.org/projects",
        "Archived responses that hold the name: 2.",
        "Nothing was changed; add --yes to do it.",
    ]
    assert all(path.exists() for path in files)
    before = columns(desk.db, "captures", "url, fetched_at, status, sha256")
    done = forget(desk.data, "Zhōu Tèst-Pérson", "--yes")
    assert done.splitlines()[0] == "erased: 2026-11-24 10:00  https://projects.example.org/projects"
    assert "Archived responses that held the name: 2.\n" in done
    assert "3 in tracked" in done
    left = dump(desk)
    for spelled in ("Zhōu", "zhōu", "Pérson", "pérson", "PÉRSON", "TÈST"):
        assert spelled.encode() not in left, spelled
    assert b"Tsinghua University" in left  # the institution stays
    assert forget(desk.data, "Zhōu Tèst-Pérson", "--yes").splitlines() == [
        "Archived responses that held the name: none.", "Cleaned in the database: no row.",
    ]  # fmt: skip

    # a capture keeps its row, and the claim stays without the name
    assert columns(desk.db, "captures", "url, fetched_at, status, sha256") == before
    shown = orjson.loads(CliRunner().invoke(cli, ["--db", str(desk.data / "w.db"), "show", "EX 0000", "--json"]).output)
    (one,) = shown["attributions"]
    assert (one["party"], one["country"], one["erased"], one["file"]) == ("[removed]", "CN", True, None)
    text = CliRunner().invoke(cli, ["--db", str(desk.data / "w.db"), "show", "EX 0000"]).output
    assert "captured 2026-11-24 10:00; evidence erased" in text
    app = App(Config(), desk.data / "w.db")
    assert [finding.level for finding in of_archive(app)] == ["fine"]
    app.close()

    again = polled(desk, [*PRINTED[:3], "Someone Else", *others], NOW + timedelta(days=2))
    assert (again.status, again.changed) == ("unchanged", 0)
    assert "pérson" not in "".join(desk.db.iterdump()).casefold()


def test_nothing_is_forgotten_under_a_poll_that_would_bring_it_back(desk: RunContext) -> None:
    polled(desk, PRINTED, NOW)
    words = ["--db", str(desk.data / "w.db"), "forget", "Zhou Test-Person", "--yes"]
    with lock(desk.data / "w.db", "source-iso-committees"):
        done = CliRunner().invoke(cli, words)
    assert isinstance(done.exception, Locked)
    assert str(done.exception).startswith("iso-committees is being polled by process ")
    assert CliRunner().invoke(cli, words).exit_code == 0


def test_as_json_a_line_each(desk: RunContext) -> None:
    for day, editor in enumerate(("Siemens AG", "Zhōu Tèst", "TÈST, Zhōu")):
        polled(desk, [editor, "Tsinghua University"], NOW + timedelta(days=day))
    said = [orjson.loads(line) for line in forget(desk.data, "Zhōu Tèst", "--json").splitlines()]
    assert said == [{"url": f"{HOME}/projects", "fetched_at": f"2026-11-{day}T09:00:00Z", "erased": False} for day in (25, 26)]
    said = [orjson.loads(line) for line in forget(desk.data, "Zhōu Tèst", "--json", "--yes").splitlines()]
    assert [each["erased"] for each in said] == [True, True]
    assert forget(desk.data, "Zhōu Tèst", "--json", "--yes") == ""


@pytest.mark.parametrize("bulk", [True, False])
def test_the_next_poll_asks_for_an_erased_body_whole(desk: RunContext, bulk: bool) -> None:
    """Its validators would be answered "not modified", and there is no body that is the same."""
    lines = [f"Editor {chr(65 + n // 26)}{chr(65 + n % 26)}" for n in range(60)]
    server, origin = open_site(site := Site(lambda asked: page([*lines, "Zhōu Tèst"])))
    answer, expect = replace(projects_source.answer, bulk=bulk), replace(projects_source.expect, records=(1, 400))
    source = replace(projects_source, mode="live", answer=answer, expect=expect)
    app = App(Config.model_validate({"http": {"mirrors": {HOME: origin}}}), desk.data / "w.db")

    def poll_on(day: int) -> tuple[str, int]:
        with time_machine.travel(NOW + timedelta(days=day), tick=False):
            run = poll_network(app, app.run_context(telling=False), source, sleep=lambda seconds: None)
        return run.status, run.not_modified or 0

    try:
        assert [poll_on(0), poll_on(1)] == [("baseline", 0), ("unchanged", 1)]
        lines[0] = "Editor Z"
        assert poll_on(2) == ("ok", 0)
        forget(desk.data, "Zhōu Tèst", "--yes")
        assert poll_on(3) == ("unchanged", 0)
        status, file = columns(app.db, "captures", "status, file")[-1]
        assert (status, file is not None) == (200, True)
        assert poll_on(4) == ("unchanged", 1)
        assert site.asked == 5
    finally:
        app.close()
        server.shutdown()
        server.server_close()


def test_less_than_a_whole_name_is_refused(tmp_path: Path) -> None:
    open_database(tmp_path / "w.db").close()
    done = CliRunner().invoke(cli, ["--db", str(tmp_path / "w.db"), "forget", "Li"])
    assert "is not the whole name of a person" in str(done.exception)


@given(st.lists(st.text("abcdé -,.()", min_size=1, max_size=12), max_size=6))
def test_other_names_pass_as_they_are(texts: list[str]) -> None:
    with open_database(Path(":memory:")) as db:
        assert not ForgottenNames(db)
        erase(db, "Xoán Quíz", NOW)
        names = ForgottenNames(db)
    assert names
    for text in texts:
        assert names.clean_text(text) == text
    assert names.clean_text("by Xoán Quíz (chair)") == "by [removed] (chair)"
    assert names.clean_text("Quíz, Xoán; Bo Quíz-Xoán, Xoán") == "[removed]; Bo [removed], Xoán"


def test_the_page_is_read_as_it_is_written() -> None:
    assert [record.key for record in parse_projects(Page.of(f"{HOME}/projects", page(["A B"]), NOW))] == ["0000"]
