"""Erasure of a name: it is in no table and no archive file afterwards, the responses without it are as they were, and it does not
come back into the tables with the next poll."""

import gzip
import hashlib
import subprocess
import sys
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
from warcio.archiveiterator import ArchiveIterator

from bot.app import App
from bot.cli import cli
from bot.config import Config
from bot.context import RunContext
from bot.fetch.replay import archive_reader
from bot.parse.suppress import SuppressedNames
from bot.run.pipeline import poll
from bot.service.cycle import poll_network
from bot.service.doctor import of_archive
from sources.base import Page
from state.archive.captures import captures_of
from state.archive.writer import Archive, Reply, part, read_capture
from state.db import open_database, write
from state.encode import stamp
from state.model import Capture
from state.privacy import erase_archive
from state.privacy.erase import erase, orders, spellings
from state.privacy.erase_archive import Evidence, drop, find
from state.privacy.find_name import NameFinder
from state.runs import Run, begin, finish
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
    before = desk.db.execute("SELECT url, fetched_at, status, sha256 FROM captures ORDER BY id").fetchall()
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
    after = desk.db.execute("SELECT url, fetched_at, status, sha256 FROM captures ORDER BY id").fetchall()
    assert [tuple(row) for row in after] == [tuple(row) for row in before]
    shown = orjson.loads(CliRunner().invoke(cli, ["--db", str(desk.data / "w.db"), "show", "EX 0000", "--json"]).output)
    (one,) = shown["attributions"]
    assert (one["party"], one["country"], one["erased"], one["file"]) == ("[removed]", "CN", True, None)
    text = CliRunner().invoke(cli, ["--db", str(desk.data / "w.db"), "show", "EX 0000"]).output
    assert "captured 2026-11-24 10:00; evidence erased" in text
    here = App(Config(), desk.data / "w.db")
    assert [finding.level for finding in of_archive(here)] == ["fine"]
    here.db.close()

    again = polled(desk, [*PRINTED[:3], "Someone Else", *others], NOW + timedelta(days=2))
    assert (again.status, again.changed) == ("unchanged", 0)
    (found,) = desk.db.execute("SELECT count(*) FROM tracked WHERE claims LIKE '%Pérson%' OR fields LIKE '%Pérson%'").fetchone()
    assert found == 0


FORMS = [
    "Zhōu Tèst", "ZHŌU\u00a0TÈST", "Zhōu-Tèst", "Tèst, Zhōu", "Zh&#333;u&nbsp;T&egrave;st", "Zh\\u014du T\\u00C8ST",
    "by\\nZhōu Tèst", "<b>Tèst</b>, <i>Zhōu</i>", "<span id=F>Zhōu</span>\n<span id=L>TÈST</span>", "/people/zh%C5%8Du-t%C3%A8st",
    "“Zhōu Tèst”", "Zhōu&nbspTèst", "Zho\u0304u Te\u0300st", '["Zhōu","Tèst"]', "&lt;b&gt;Zhōu&lt;/b&gt; T&amp;egrave;st",
    "zhou_x_Zhōu_Tèst.pdf",
]  # fmt: skip
OTHERS = "<p>Azhōu Tèst and Zhōu Tèster or Zhōu the Tèst</p>".encode()


def in_archive(desk: RunContext, bodies: list[bytes], content_type: str = "text/html") -> Path:
    """Put some captures into one archive file and into the index; returns the file."""
    run = begin(desk.db, "example-projects", NOW, "run", "0")
    with Archive(desk.data).run("run", NOW, {"software": "test"}) as file, write(desk.db) as connection:
        for number, body in enumerate(bodies):
            url = f"https://example.org/{number}"
            name, offset = file.response(Reply(url, NOW, 200, "OK", [("Content-Type", content_type)]), BytesIO(body), len(body))
            connection.execute(
                "INSERT INTO captures (run, url, fetched_at, status, sha256, file, offset) VALUES (?, ?, ?, 200, ?, ?, ?)",
                [run.id, url, stamp(NOW), hashlib.sha256(body).hexdigest(), name, offset],
            )
    run.status = "ok"
    with write(desk.db) as connection:
        finish(connection, run)
    (path,) = (desk.data / "archive").rglob("*.warc.gz")
    return path


def dropped(desk: RunContext, path: Path, name: str = "Zhōu Tèst") -> list[Evidence]:
    return drop(desk.db, desk.data, path, find(path, NameFinder([name])))


def bodies_left(desk: RunContext) -> list[bytes | None]:
    """The body of each capture; None where it has no place."""
    bodies: list[bytes | None] = []
    for file, offset in desk.db.execute("SELECT file, offset FROM captures ORDER BY id").fetchall():
        if file is None:
            bodies.append(None)
        else:
            with read_capture(desk.data, file, offset) as capture:
                bodies.append(capture.body.read())
    return bodies


@pytest.mark.parametrize("form", FORMS)
def test_a_response_that_holds_the_name_in_any_form_goes_and_the_others_stay(desk: RunContext, form: str) -> None:
    page = f"<p>before</p>{form}<p>after: Tsinghua</p>".encode()
    path = in_archive(desk, [OTHERS, page, b"<p>Siemens</p>"])
    assert dropped(desk, path) == [("https://example.org/1", "2026-11-24T09:00:00Z")]
    assert bodies_left(desk) == [OTHERS, None, b"<p>Siemens</p>"]


@pytest.mark.parametrize(
    ("encoding", "declared", "name"),
    [
        ("utf-8", "text/html; charset=latin-1", "Jüri Tèst"), ("cp1252", "text/html", "Jüri Tèst"),
        ("latin-1", "text/html; charset=utf-8", "Jüri Tèst"), ("utf-16", "text/csv", "Zhōu Tèst"),
        ("utf-16-be", "text/csv; charset=nonsense", "Zhōu Tèst"), ("iso-8859-2", "text/html; charset=iso-8859-2", "Łukasz Gęś"),
        ("gb18030", "text/html; charset=gb18030", "周 测试"), ("utf-8", "text/html; charset=idna", "Jüri Tèst"),
    ],
)  # fmt: skip
def test_a_name_is_found_in_any_encoding(desk: RunContext, encoding: str, declared: str, name: str) -> None:
    path = in_archive(desk, [OTHERS, f"<p>Prof. {name}, editor</p>".encode(encoding)], declared)
    assert [url for url, _ in dropped(desk, path, name)] == ["https://example.org/1"]


def test_an_encoding_that_a_page_names_itself_is_tried(desk: RunContext) -> None:
    page = "<meta charset='windows-1251'><p>Иван Тестов</p>".encode("cp1251")
    assert [url for url, _ in dropped(desk, in_archive(desk, [page]), "Иван Тестов")] == ["https://example.org/0"]


def test_other_records_are_copied_byte_for_byte(desk: RunContext) -> None:
    path = in_archive(desk, [b"a" * 999, "Zhōu Tèst".encode(), b"b" * 999])
    with path.open("rb") as stream:
        offsets = [archive.get_record_offset() for archive in [ArchiveIterator(stream)] for _ in archive]
    whole, when = path.read_bytes(), path.stat().st_mtime
    assert len(offsets) == 4
    dropped(desk, path)
    (new,) = (desk.data / "archive").rglob("*.warc.gz*")
    assert new.read_bytes() == whole[: offsets[2]] + whole[offsets[3] :]
    assert new.stat().st_mtime == when  # it is kept as long as it was
    checked = subprocess.run([Path(sys.executable).with_name("warcio"), "check", new], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout
    again = dropped(desk, new, "Siemens AG")  # nothing to drop
    assert again == []
    assert bodies_left(desk) == [b"a" * 999, None, b"b" * 999]


def test_only_records_at_given_offsets_are_looked_at(desk: RunContext) -> None:
    path = in_archive(desk, ["Zhōu Tèst".encode()] * 3)
    every = find(path, NameFinder(["Zhōu Tèst"]))
    assert [url[-1] for url, _ in every.values()] == ["0", "1", "2"]
    assert list(find(path, NameFinder(["Zhōu Tèst"]), only=list(every)[1:2])) == list(every)[1:2]


def test_captures_that_refer_to_a_dropped_body_lose_their_place_too(desk: RunContext) -> None:
    path = in_archive(desk, ["Zhōu Tèst".encode(), b"Siemens"])
    with write(desk.db) as connection:
        for url, body in (("https://example.org/0", 1), ("https://example.org/1", 2)):
            connection.execute(
                "INSERT INTO captures (run, url, fetched_at, status, sha256, file, offset, body)"
                " VALUES (1, ?, '2026-11-25T09:00:00Z', 304, 'x', 'archive/2026/11/later.warc.gz', 7, ?)",
                [url, body],
            )
    zero = "https://example.org/0"
    assert dropped(desk, path) == [(zero, "2026-11-24T09:00:00Z"), (zero, "2026-11-25T09:00:00Z")]
    rows = desk.db.execute("SELECT file IS NULL, sha256 IS NULL FROM captures ORDER BY id").fetchall()
    assert [tuple(row) for row in rows] == [(1, 0), (0, 0), (1, 0), (0, 0)]
    assert [capture.file is None for capture in captures_of(desk.db, 1)] == [True, False, True, False]


def test_of_a_file_that_a_kill_cut_what_is_whole_stays(desk: RunContext) -> None:
    path = in_archive(desk, ["by Zhōu Tèst".encode(), b"Siemens", b"Tsinghua " * 1000])
    path.write_bytes(path.read_bytes()[:-20])
    path.rename(part(path))
    dropped(desk, part(path))
    assert bodies_left(desk)[:2] == [None, b"Siemens"]


def test_a_file_of_which_no_capture_is_left_is_deleted(desk: RunContext) -> None:
    dropped(desk, in_archive(desk, ["Zhōu Tèst".encode()]))
    assert list((desk.data / "archive").rglob("*.warc.gz*")) == []
    assert bodies_left(desk) == [None]


@pytest.mark.parametrize("stopped_at", ["copy", "index", "delete"])
def test_a_kill_leaves_whole_evidence_and_the_next_call_ends_the_work(
    desk: RunContext, stopped_at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = in_archive(desk, [b"a", "Zhōu Tèst".encode(), b"b"])
    names = {"copy": (Path, "replace"), "index": (erase_archive, "_captures"), "delete": (Path, "unlink")}

    def stopped(*args: object, **more: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(*names[stopped_at], stopped)
        with pytest.raises(KeyboardInterrupt):
            dropped(desk, path)
    assert bodies_left(desk) == [b"a", None if stopped_at == "delete" else "Zhōu Tèst".encode(), b"b"]
    forget(desk.data, "Zhōu Tèst", "--yes")
    assert bodies_left(desk) == [b"a", None, b"b"]
    assert "Zhōu".encode() not in dump(desk)


def test_as_json_a_line_each(desk: RunContext) -> None:
    in_archive(desk, [OTHERS, "Zhōu Tèst".encode(), "Tèst, Zhōu".encode()])
    row = {"url": "https://example.org/1", "fetched_at": "2026-11-24T09:00:00Z"}
    said = [orjson.loads(line) for line in forget(desk.data, "Zhōu Tèst", "--json").splitlines()]
    assert said == [{**row, "erased": False}, {**row, "url": "https://example.org/2", "erased": False}]
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
    here = App(Config.model_validate({"http": {"mirrors": {HOME: origin}}}), desk.data / "w.db")

    def poll_on(day: int) -> tuple[str, int]:
        with time_machine.travel(NOW + timedelta(days=day), tick=False):
            run = poll_network(here, here.desk(told=False), source, sleep=lambda seconds: None)
        return run.status, run.not_modified or 0

    try:
        assert [poll_on(0), poll_on(1)] == [("baseline", 0), ("unchanged", 1)]
        lines[0] = "Editor Z"
        assert poll_on(2) == ("ok", 0)
        forget(desk.data, "Zhōu Tèst", "--yes")
        assert poll_on(3) == ("unchanged", 0)
        newest = here.db.execute("SELECT status, file FROM captures ORDER BY id DESC LIMIT 1").fetchone()
        assert (newest[0], newest[1] is not None) == (200, True)
        assert poll_on(4) == ("unchanged", 1)
        assert site.asked == 5
    finally:
        here.close()
        server.shutdown()
        server.server_close()


def test_neighbours_in_a_list_are_not_taken_for_a_name(tmp_path: Path) -> None:
    db = open_database(tmp_path / "w.db")
    fields = '{"editors":["Bo Quíz","Xoán Other"],"also":["Quíz, Xoán"]}'
    db.execute(
        "INSERT INTO tracked (source, key, kind, body, fields, claims, first_seen) VALUES ('s', 'k', 'c', 'EX', ?, '[]', 'x')",
        [fields],
    )
    assert erase(db, "Xoán Quíz", NOW) == {"tracked": 1}
    left = db.execute("SELECT fields FROM tracked").fetchone()[0]
    assert left == '{"editors":["Bo Quíz","Xoán Other"],"also":["[removed]"]}'
    db.close()


def test_less_than_a_whole_name_is_refused(tmp_path: Path) -> None:
    open_database(tmp_path / "w.db").close()
    done = CliRunner().invoke(cli, ["--db", str(tmp_path / "w.db"), "forget", "Li"])
    assert "is not the whole name of a person" in str(done.exception)


def test_names_within_other_words_stay() -> None:
    assert spellings("Li Na").sub("x", "Beryli Nature, Li Na and LI-NA") == "Beryli Nature, x and x"
    assert orders("Anna Maria Example") == ["Anna Maria Example", "Maria Example Anna", "Example Anna Maria"]


@given(st.lists(st.text("abcdé -,.()", min_size=1, max_size=12), max_size=6))
def test_other_names_pass_as_they_are(texts: list[str]) -> None:
    db = open_database(Path(":memory:"))
    assert not SuppressedNames(db)
    erase(db, "Xoán Quíz", NOW)
    names = SuppressedNames(db)
    assert names
    for text in texts:
        assert names.text(text) == text
    assert names.text("by Xoán Quíz (chair)") == "by [removed] (chair)"
    assert names.text("Quíz, Xoán; Bo Quíz-Xoán, Xoán") == "[removed]; Bo [removed], Xoán"
    db.close()


def test_the_page_is_read_as_it_is_written() -> None:
    assert [record.key for record in parse_projects(Page.of(f"{HOME}/projects", page(["A B"]), NOW))] == ["0000"]


def test_addresses_that_differ_by_the_name_alone_become_one(tmp_path: Path) -> None:
    db = open_database(tmp_path / "w.db")
    for spelling in ("jane-doe", "Jane_Doe"):
        db.execute("INSERT INTO addresses (url) VALUES (?)", [f"https://example.org/{spelling}"])
    assert erase(db, "Jane Doe", NOW) == {"addresses": 2}
    assert [row["url"] for row in db.query("SELECT url FROM addresses")] == ["https://example.org/[removed]"] * 2
    db.close()
