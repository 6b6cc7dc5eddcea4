"""The archived responses that hold a name go, all others stay byte for byte, and a kill at any moment loses nothing else."""

import gzip
import hashlib
import subprocess
import sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from warcio.archiveiterator import ArchiveIterator

from bot.cli import cli
from bot.context import RunContext
from state.archive.captures import captures_of
from state.archive.writer import Archive, Reply, part, read_capture
from state.db import write
from state.encode import stamp
from state.privacy import erase_archive
from state.privacy.erase_archive import Evidence, NameFinder, archive_files, drop, find
from state.runs import begin, finish
from tests.rows import columns

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


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
    for file, offset in columns(desk.db, "captures", "file, offset"):
        if file is None:
            bodies.append(None)
        else:
            with read_capture(desk.data, file, offset) as capture:
                bodies.append(capture.body.read())
    return bodies


def test_a_response_that_holds_the_name_goes_and_the_others_stay(desk: RunContext) -> None:
    pages = [f"<p>{who}</p>".encode("iso-8859-2") for who in ("Łukasz the Gęś", "Gęś, Łukasz", "Siemens")]
    path = in_archive(desk, pages, "text/html; charset=iso-8859-2")
    assert dropped(desk, path, "Łukasz Gęś") == [("https://example.org/1", "2026-11-24T09:00:00Z")]
    assert bodies_left(desk) == [pages[0], None, pages[2]]


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
    assert [file is None for file in columns(desk.db, "captures", "file")] == [True, False, True, False]
    assert None not in columns(desk.db, "captures", "sha256")
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
    done = CliRunner().invoke(cli, ["--db", str(desk.data / "w.db"), "forget", "Zhōu Tèst", "--yes"])
    assert done.exit_code == 0, done.output
    assert bodies_left(desk) == [b"a", None, b"b"]
    assert not any("Zhōu".encode() in gzip.decompress(path.read_bytes()) for path in archive_files(desk.data))
