"""What comes is kept as evidence: conditional requests, revisits, WARC files that others can read."""

import gzip
import io
import socket
import struct
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from bot.fetch.fetcher import Fetcher
from sources.base import Answer, Follow
from state import runs
from state.archive import captures
from state.archive.writer import read_capture
from state.db import write
from state.model import Capture
from tests.opened import opened
from tests.worlds.fault_plays import PAGE, conditional
from tests.worlds.fault_server import Request, answer, faults
from tests.worlds.fault_source import HOME, make_fetcher, make_source

LIST = Follow(f"{HOME}/list")


def poll(folder: Path, origin: str, last: Capture | None, run_id: int, **more: Any) -> tuple[Capture, bool, Fetcher]:
    """One poll of the list: its capture, whether there was a page, and the fetcher with its counts."""
    with make_fetcher(
        folder, origin, make_source(answer=Answer(bulk=True)), last=lambda url: last, run_id=run_id, **more
    ) as fetcher:
        got = fetcher(LIST)
        assert got is not None
        return got.capture, got.page is not None, fetcher


def test_an_unchanged_page_costs_one_request_and_no_body_however_often_its_etag_changes(tmp_path: Path) -> None:
    db = opened(tmp_path / "watch.db")

    def accepted(hour: int) -> tuple[Capture, bool, Fetcher]:
        when = datetime(2026, 11, 24, hour, tzinfo=UTC)
        run = runs.begin(db, "faults", when, "run", "0")
        found = poll(tmp_path, server.origin, captures.last_capture(db, LIST.url), run.id, clock=lambda: when)
        with write(db) as connection:
            captures.keep_captures(connection, run, found[2].captures)
            run.status = "ok"
            runs.finish(connection, run)
        return found

    with faults({"/list": conditional}) as server:
        first, page, _ = accepted(hour=1)
        assert page
        for n in range(2, 5):
            before = len(server.asked)
            last, page, fetcher = accepted(hour=n)
            assert (len(server.asked) - before, page) == (1, False)
            assert (fetcher.requests, fetcher.not_modified) == (1, 1)
            assert (last.status, last.etag, last.sha256) == (304, f'"v{n}"', first.sha256)
            assert last.file is not None
            assert last.offset is not None
            with read_capture(tmp_path, last.file, last.offset) as kept:
                assert kept.revisit_of == (f"{HOME}/list", first.fetched_at)  # the capture with the body, not the last revisit
        _, page, fetcher = poll(tmp_path, server.origin, None, 9)
        assert page
        assert "if-none-match" not in server.asked[-1].headers


def test_the_same_bytes_with_status_200_are_no_page_either(tmp_path: Path) -> None:
    with faults({"/list": answer(PAGE)}) as server:
        first, _, _ = poll(tmp_path, server.origin, None, 1)
        again, page, fetcher = poll(tmp_path, server.origin, first, 2)
    assert (page, fetcher.not_modified) == (False, 1)
    assert again.sha256 == first.sha256
    assert records(tmp_path)[-1]["WARC-Profile"].endswith("/revisit/identical-payload-digest")


def test_a_304_that_was_not_asked_for_is_no_answer(tmp_path: Path) -> None:
    with faults({"/list": answer(b"", status="304 Not Modified")}) as server, pytest.raises(Exception, match="status 304"):
        poll(tmp_path, server.origin, None, 1)


def test_what_is_kept_is_what_was_parsed_without_secrets_and_names(tmp_path: Path) -> None:
    body = PAGE.replace(b"TC 1", b"<a href='mailto:jane.doe@itu.int'>jane.doe@itu.int</a>")
    play = answer(
        gzip.compress(body), "Content-Encoding: gzip", "Set-Cookie: session=secret", "X-Owner: web.master@itu.int", 'ETag: "1"'
    )
    with faults({"/list": play}) as server, make_fetcher(tmp_path, server.origin) as fetcher:
        got = fetcher(LIST)
        assert got is not None
        assert got.page is not None
        parsed = got.page.body
    assert b"<a href='mailto:[removed]@itu.int'>[removed]@itu.int</a>" in parsed
    assert got.capture.file is not None
    assert got.capture.offset is not None
    with read_capture(tmp_path, got.capture.file, got.capture.offset) as kept:
        assert kept.body.read() == parsed
        headers = dict(kept.reply.headers)
    assert headers["Content-Length"] == str(len(parsed))
    assert headers["X-Archive-Orig-Content-Encoding"] == "gzip"
    assert headers["ETag"] == '"1"'
    (file,) = tmp_path.glob("archive/*/*/*.warc.gz")
    with gzip.open(file) as stream:
        everything = stream.read()
    for secret in (b"secret", b"jane", b"web.master"):
        assert secret not in everything


def test_the_files_validate_and_open_in_another_reader(tmp_path: Path) -> None:
    large = b"<html lang='en'>" + b"".join(b"<p>%d</p>" % n for n in range(300_000))
    plays = {
        "/list": conditional,
        "/large": answer(large),
        "/broken": answer(b"no", status="500 No"),
        "/403": answer(b"", status="403 No"),
    }
    with faults(plays) as server:
        first, _, _ = poll(tmp_path, server.origin, None, 1)
        with make_fetcher(tmp_path, server.origin, last=lambda url: first if url == LIST.url else None, run_id=2) as fetcher:
            fetcher(LIST)
            big = fetcher(Follow(f"{HOME}/large"))
            assert big is not None
            assert big.page is not None
            assert big.page.body == large
            for path in ("/broken", "/403"):
                with pytest.raises(Exception, match=r"status 500|\(403\)"):
                    fetcher(Follow(HOME + path))
            assert [each.status for each in fetcher.captures] == [304, 200, 500, 500, 500, 403]
    files = sorted(map(str, tmp_path.glob("archive/*/*/*.warc.gz")))
    assert len(files) == 2
    checked = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", "-v", *files], capture_output=True, text=True, check=True
    )
    assert "digest pass" in checked.stdout
    assert "digest fail" not in checked.stdout + checked.stderr
    with gzip.open(files[1]) as stream:  # read by nothing but the standard: members, header lines, blocks by their length
        kinds = list(plain_records(stream.read()))
    assert kinds == ["warcinfo", "revisit", "response", "response", "response", "response", "response"]


def plain_records(data: bytes) -> list[str]:
    """The kinds of the records of an unpacked WARC 1.1 file, read by hand."""
    kinds, stream = [], io.BytesIO(data)
    while line := stream.readline():
        assert line == b"WARC/1.1\r\n"
        fields = {}
        while (line := stream.readline()) != b"\r\n":
            name, _, value = line.decode().partition(":")
            fields[name] = value.strip()
        block = stream.read(int(fields["Content-Length"]))
        assert fields["WARC-Type"] == "warcinfo" or block.startswith(b"HTTP/1.1 ")
        assert stream.read(4) == b"\r\n\r\n"
        datetime.fromisoformat(fields["WARC-Date"]).astimezone(UTC)
        kinds.append(fields["WARC-Type"])
    return kinds


def test_a_killed_run_leaves_only_a_part_that_can_still_be_read(tmp_path: Path) -> None:
    with faults({"/list": answer(PAGE)}) as server, make_fetcher(tmp_path, server.origin) as fetcher:
        got = fetcher(LIST)
        assert got is not None
        assert got.capture.file is not None
        assert got.capture.offset is not None
        assert [path.name[-13:] for path in tmp_path.glob("archive/*/*/*")] == [".warc.gz.part"]
        assert fetcher._file is not None
        assert fetcher._file._stream is not None
        fetcher._file._stream.flush()
        with read_capture(tmp_path, got.capture.file, got.capture.offset) as kept:
            assert kept.body.read() == PAGE
    assert [path.suffix for path in tmp_path.glob("archive/*/*/*")] == [".gz"]


def test_the_page_of_a_redirect_is_that_of_its_target(tmp_path: Path) -> None:
    plays = {"/old": answer(b"", "Location: /new?x=1#part", status="301 Moved"), "/new": answer(PAGE)}
    with faults(plays) as server, make_fetcher(tmp_path, server.origin) as fetcher:
        got = fetcher(Follow(f"{HOME}/old"))
    assert got is not None
    assert got.capture.url == f"{HOME}/new?x=1"
    assert [record["WARC-Target-URI"] for record in records(tmp_path)][-2:] == [f"{HOME}/old", f"{HOME}/new?x=1"]


def test_a_redirect_kept_before_is_nothing_to_compare_with(tmp_path: Path) -> None:
    with faults({"/list": answer(b"", "Location: /new", status="302 Found"), "/new": answer(PAGE)}) as server:
        with make_fetcher(tmp_path, server.origin) as fetcher:
            fetcher(LIST)
            moved = fetcher.captures[0]
        server.plays["/list"] = answer(b"")
        with pytest.raises(Exception, match="the body is empty"):
            poll(tmp_path, server.origin, moved, 2)


def test_a_full_disk_leaves_a_valid_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with faults({"/list": answer(PAGE)}) as server, make_fetcher(tmp_path, server.origin) as fetcher:
        fetcher(LIST)

        def full(self: object, data: bytes) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patched:
            patched.setattr("gzip.GzipFile.flush", lambda self: full(self, b""))
            with pytest.raises(OSError, match="No space left"):
                fetcher(LIST)
    assert [record["WARC-Type"] for record in records(tmp_path)] == ["response"]


def test_a_connection_that_the_server_dropped_is_opened_again(tmp_path: Path) -> None:
    def keeps_nothing(request: Request, wire: socket.socket) -> None:
        wire.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(PAGE) + PAGE)

    with faults({"/list": keeps_nothing}) as server, make_fetcher(tmp_path, server.origin) as fetcher:
        for _ in range(3):
            assert fetcher(LIST) is not None
        assert fetcher.requests >= len(server.pages()) == 3


def test_a_connection_that_is_reset_before_it_answers_is_opened_again(tmp_path: Path) -> None:
    resets = iter([True])

    def resets_once(request: Request, wire: socket.socket) -> None:
        if next(resets, False):
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # closed by a reset
            return
        answer(PAGE)(request, wire)

    with faults({"/list": resets_once}) as server, make_fetcher(tmp_path, server.origin) as fetcher:
        assert fetcher(LIST) is not None
        assert len(server.pages()) == 2


def test_a_postback_is_sent_as_a_form(tmp_path: Path) -> None:
    with faults({"/list": answer(PAGE)}) as server, make_fetcher(tmp_path, server.origin) as fetcher:
        fetcher(Follow(f"{HOME}/list", form={"__EVENTTARGET": "page 2"}))
    assert (server.pages()[0].method, server.pages()[0].body) == ("POST", b"__EVENTTARGET=page+2")


def test_who_we_are_and_what_we_take(tmp_path: Path) -> None:
    with faults({"/list": answer(b'{"id": 1}\n', type="application/octet-stream")}) as server:
        with make_fetcher(tmp_path, server.origin, make_source(answer=Answer(kind="jsonl"))) as fetcher:
            assert fetcher(LIST) is not None
        headers = server.pages()[0].headers
    assert headers["user-agent"] == "Mozilla/5.0 (compatible; standards-watch/1.2; +mailto:desk@example.org)"
    assert headers["accept-encoding"] == "gzip, deflate, br"


def records(folder: Path) -> list[dict[str, str]]:
    """The WARC headers of all records that are about pages, in the order in which they were written."""
    found = []
    for file in sorted(folder.glob("archive/*/*/*.warc.gz"), key=lambda path: path.stat().st_mtime_ns):
        with file.open("rb") as stream:
            found += [dict(record.rec_headers.headers) for record in ArchiveIterator(stream) if record.rec_type != "warcinfo"]
    return [each for each in found if not each["WARC-Target-URI"].endswith("/robots.txt")]


def test_a_page_that_is_no_bulk_file_is_given_again_from_the_archive(tmp_path: Path) -> None:
    with faults({"/list": conditional}) as server:
        with make_fetcher(tmp_path, server.origin) as fetcher:
            first = fetcher(LIST)
            assert first is not None
        with make_fetcher(tmp_path, server.origin, last=lambda url: first.capture, run_id=8) as fetcher:
            again = fetcher(LIST)
            assert again is not None
            assert again.page is not None
            assert again.page.body == PAGE
            assert (fetcher.not_modified, again.capture.status) == (1, 304)
