"""A name that is to be forgotten is in no table and no archive file afterwards, and does not come back with the next poll."""

import gzip
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from bot.cli import cli
from bot.pipeline import Desk, poll
from bot.privacy import Forgotten
from bot.recorded import kept
from sources.base import Page
from state.archive import Archive, Reply
from state.db import open_database
from state.forget import archived, forget, orders, spellings
from state.model import Capture
from state.runs import Run
from tests.simulated import HOME, parse_projects, projects_source

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
PRINTED = ["Zhōu Tèst-Pérson", "TÈST-PÉRSON, Zhōu", "zhōu tèst pérson", "Dr. Zhōu  Tèst\u00a0Pérson (Tsinghua University)"]


def page(editors: list[str]) -> bytes:
    lines = "".join(f"<tr><td>{n:04}</td><td>Project {n}</td><td>{e}</td><td>China</td></tr>" for n, e in enumerate(editors))
    head = "<tr><th>Number</th><th>Title</th><th>Editor</th><th>Country</th></tr>"
    return f'<html lang="en"><table id="projects">{head}{lines}</table></html>'.encode()


def polled(desk: Desk, editors: list[str], at: datetime) -> Run:
    """Poll a page that lies in the archive of the desk."""
    text, url = page(editors), f"{HOME}/projects"
    with Archive(desk.data).run(f"run-{at:%d}", at, {"software": "test"}) as file:
        name, offset = file.response(
            Reply(url, at, 200, "OK", [("Content-Type", "text/html; charset=utf-8")]), BytesIO(text), len(text)
        )
    source = replace(projects_source, expect=replace(projects_source.expect, records=(1, 400)))
    get = kept(source, desk.data, [Capture(url, at, 200, "", file=name, offset=offset)])
    return poll(desk, source, lambda run: nullcontext(get), at, "run")


def dump(desk: Desk) -> bytes:
    """Every byte of the data folder, archives unpacked."""
    found = b""
    for path in desk.data.rglob("*"):
        if path.is_file():
            found += gzip.decompress(path.read_bytes()) if path.name.endswith(".gz") else path.read_bytes()
    return found


def test_nothing_of_a_name_is_left_and_it_does_not_come_back(desk: Desk) -> None:
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
    done = CliRunner().invoke(cli, ["--db", str(desk.data / "w.db"), "forget", "Zhōu Tèst-Pérson", "--yes"])
    assert done.exit_code == 0, done.output
    assert "3 in tracked" in done.output
    left = dump(desk)
    for spelled in ("Zhōu", "zhōu", "Pérson", "pérson", "PÉRSON", "TÈST"):
        assert spelled.encode() not in left, spelled
    assert b"Tsinghua University" in left  # the institution stays

    again = polled(desk, [*PRINTED[:3], "Someone Else", *others], NOW + timedelta(days=2))
    assert (again.status, again.changed) == ("unchanged", 0)
    (found,) = desk.db.execute("SELECT count(*) FROM tracked WHERE claims LIKE '%Pérson%' OR fields LIKE '%Pérson%'").fetchone()
    assert found == 0


def test_less_than_a_whole_name_is_refused(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["--db", str(tmp_path / "w.db"), "forget", "Li"])
    assert "is not the whole name of a person" in str(done.exception)


def test_names_within_other_words_stay() -> None:
    assert spellings("Li Na").sub("x", "Beryli Nature, Li Na and LI-NA") == "Beryli Nature, x and x"
    assert orders("Anna Maria Example") == ["Anna Maria Example", "Maria Example Anna", "Example Anna Maria"]


@given(st.lists(st.text("abcdé -,.()", min_size=1, max_size=12), max_size=6))
def test_other_names_pass_as_they_are(texts: list[str]) -> None:
    db = open_database(Path(":memory:"))
    assert not Forgotten(db)
    forget(db, "Xoán Quíz", NOW)
    names = Forgotten(db)
    assert names
    for text in texts:
        assert names.text(text) == text
    assert names.text("by Xoán Quíz (chair)") == "by [removed] (chair)"
    db.close()


def test_escapes_of_json_hide_no_name(tmp_path: Path) -> None:
    db = open_database(tmp_path / "w.db")
    db.execute(
        "INSERT INTO tracked (source, key, kind, body, fields, claims, first_seen) VALUES ('s', 'k', 'c', 'EX', ?, '[]', 'x')",
        ['{"editor": "Xo\\u00e1n Qu\\u00edz", "n": 1}'],
    )
    assert forget(db, "Xoán Quíz", NOW) == {"tracked": 1}
    assert db.execute("SELECT fields FROM tracked").fetchone()[0] == '{"editor":"[removed]","n":1}'
    db.close()


def test_the_page_is_read_as_it_is_written() -> None:
    assert [record.key for record in parse_projects(Page.of(f"{HOME}/projects", page(["A B"]), NOW))] == ["0000"]
