"""A name that is to be forgotten is in no table and no archive file afterwards, the rest of the evidence is, and the name does not
come back with the next poll."""

import gzip
import hashlib
import re
import subprocess
import sys
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from bot.app import App
from bot.cli import cli
from bot.config import Config
from bot.context import RunContext
from bot.fetch.replay import archive_reader
from bot.parse.suppress import SuppressedNames
from bot.run.pipeline import poll
from bot.service.doctor import of_archive
from sources.base import Page
from state.archive.writer import Archive, Reply, read_capture
from state.captures import keep_captures
from state.db import open_database, write
from state.model import Capture
from state.privacy.erase import erase
from state.privacy.erase_archive import archived, take_out
from state.runs import Run, begin
from tests.rows import columns, rows
from tests.worlds.bodies import HOME, parse_projects, projects_source

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


def test_nothing_of_a_name_is_left_and_it_does_not_come_back(desk: RunContext) -> None:
    others = ["Siemens AG"] * 60
    assert polled(desk, [*PRINTED, *others], NOW).status == "baseline"
    assert polled(desk, [*PRINTED[:3], "Someone Else", *others], NOW + timedelta(days=1)).status == "ok"
    for spelled in ("Zhōu", "pérson".upper(), "TÈST"):
        assert spelled.encode() in dump(desk)
    files = list(archived(desk.data, "Zhōu Tèst-Pérson"))
    assert len(files) == 2
    done = CliRunner().invoke(cli, ["--db", str(desk.data / "w.db"), "forget", "Zhōu Tèst-Pérson"])
    assert done.exit_code == 0, done.output
    assert "add --yes" in done.output
    assert all(path.exists() for path in files)
    before = rows(desk.db, "captures")
    done = CliRunner().invoke(cli, ["--db", str(desk.data / "w.db"), "forget", "Zhōu Tèst-Pérson", "--yes"])
    assert done.exit_code == 0, done.output
    assert "3 in tracked" in done.output
    left = dump(desk)
    for spelled in ("Zhōu", "zhōu", "Pérson", "pérson", "PÉRSON", "TÈST"):
        assert spelled.encode() not in left, spelled
    assert b"Tsinghua University" in left  # the institution stays

    # what proves everything else stays: each capture can be shown and parsed, and is known to be as it was left
    assert not any(path.exists() for path in files)
    after = columns(desk.db, "captures", "url, file, offset, sha256, redacted")
    assert len(after) == len(before) == 2
    for url, file, offset, sha256, redacted in after:
        with read_capture(desk.data, file, offset) as capture:
            body = capture.body.read()
        assert sha256 != redacted == hashlib.sha256(body).hexdigest()
        claims = [record.claims[0].party for record in parse_projects(Page.of(url, body, NOW))]
        assert claims[:3] == ["[removed]"] * 3
        assert claims[-60:] == others
        checked = subprocess.run(
            [Path(sys.executable).with_name("warcio"), "check", desk.data / file], capture_output=True, text=True
        )
        assert checked.returncode == 0, checked.stdout
    here = App(Config(), desk.data / "w.db")
    assert [finding.level for finding in of_archive(here)] == ["fine", "fine"]
    here.db.close()

    again = polled(desk, [*PRINTED[:3], "Someone Else", *others], NOW + timedelta(days=2))
    assert (again.status, again.changed) == ("unchanged", 0)
    assert rows(desk.db, "versions", "claims LIKE '%Pérson%' OR fields LIKE '%Pérson%'") == []


FORMS = [
    "Zhōu Tèst", "ZHŌU\u00a0TÈST", "Zhōu-Tèst", "Tèst, Zhōu", "Zh&#333;u&nbsp;T&egrave;st", "Zh\\u014du T\\u00C8ST",
    "by\\nZhōu Tèst", "<b>Tèst</b>, <i>Zhōu</i>", "<span id=F>Zhōu</span>\n<span id=L>TÈST</span>", "/people/zh%C5%8Du-t%C3%A8st",
    "“Zhōu Tèst”",
]  # fmt: skip


def in_archive(desk: RunContext, bodies: list[bytes]) -> None:
    """Put some captures into one archive file and into the index."""
    run = begin(desk.db, "example-projects", NOW, "run", "0")
    with Archive(desk.data).run("run", NOW, {"software": "test"}) as file, write(desk.db) as connection:
        for number, body in enumerate(bodies):
            url = f"https://example.org/{number}"
            name, offset = file.response(Reply(url, NOW, 200, "OK", [("Content-Type", "text/html")]), BytesIO(body), len(body))
            keep_captures(connection, run, [Capture(url, NOW, 200, "", file=name, offset=offset)])


@pytest.mark.parametrize("form", FORMS)
def test_a_name_is_taken_out_of_a_capture_in_every_form_and_nothing_else(desk: RunContext, form: str) -> None:
    others = "<p>Azhōu Tèst and Zhōu Tèster or Zhōu the Tèst</p>".encode()
    page = f"<p>before</p>{form}<p>after: Tsinghua</p>".encode()
    in_archive(desk, [page, others])
    (path,) = archived(desk.data, "Zhōu Tèst")
    assert take_out(desk.db, desk.data, path, ["Zhōu Tèst"], NOW)
    assert archived(desk.data, "Zhōu Tèst") == []
    kept = []
    for name, offset in columns(desk.db, "captures", "file, offset"):
        with read_capture(desk.data, name, offset) as capture:
            kept.append(capture.body.read())
    assert kept[0].startswith(b"<p>before</p>")
    assert kept[0].endswith(b"<p>after: Tsinghua</p>")
    assert b"[removed]" in kept[0]
    assert kept[1] == others
    assert re.findall(rb"<[^>]*>", kept[0]) == re.findall(rb"<[^>]*>", page)  # the elements of a page stay


def test_of_a_file_that_a_kill_cut_what_is_whole_stays(desk: RunContext) -> None:
    in_archive(desk, ["by Zhōu Tèst".encode(), b"Tsinghua " * 1000])
    (path,) = (desk.data / "archive").rglob("*.warc.gz")
    path.write_bytes(path.read_bytes()[:-20])
    assert take_out(desk.db, desk.data, path, ["Zhōu Tèst"], NOW)
    (name, offset), _ = columns(desk.db, "captures", "file, offset")
    with read_capture(desk.data, name, offset) as capture:
        assert capture.body.read() == b"by [removed]"


def test_a_file_is_deleted_where_the_name_stands_in_a_form_that_cannot_be_taken_out(desk: RunContext) -> None:
    in_archive(desk, ["Zhōu&nbspTèst".encode()])
    (path,) = archived(desk.data, "Zhōu Tèst")
    assert not take_out(desk.db, desk.data, path, ["Zhōu Tèst"], NOW)
    assert list((desk.data / "archive").rglob("*.warc.gz*")) == []
    assert columns(desk.db, "captures", "file, offset") == [(None, None)]


def test_less_than_a_whole_name_is_refused(tmp_path: Path) -> None:
    open_database(tmp_path / "w.db").close()
    done = CliRunner().invoke(cli, ["--db", str(tmp_path / "w.db"), "forget", "Li"])
    assert "is not the whole name of a person" in str(done.exception)


@given(st.lists(st.text("abcdé -,.()", min_size=1, max_size=12), max_size=6))
def test_other_names_pass_as_they_are(texts: list[str]) -> None:
    db = open_database(Path(":memory:"))
    assert not SuppressedNames(db)
    erase(db, "Xoán Quíz", NOW)
    names = SuppressedNames(db)
    assert names
    for text in texts:
        assert names.clean_text(text) == text
    assert names.clean_text("by Xoán Quíz (chair)") == "by [removed] (chair)"
    db.close()


def test_the_page_is_read_as_it_is_written() -> None:
    assert [record.key for record in parse_projects(Page.of(f"{HOME}/projects", page(["A B"]), NOW))] == ["0000"]
