"""The archive is kept by age, by size, and by number for bulk files; what a new parser needs stays."""

import io
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from state.archive.retention import BULK_BYTES, due, mark_pruned, needed_files, prune, usage
from state.archive.writer import Archive, Reply, part, read_capture
from state.db import connection_of
from tests.opened import opened

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ALL = 10**12


def written(folder: Path, name: str, age_days: float, body: bytes, url: str = "https://example.org/file") -> str:
    """An archive file of one response, that many days old; returns its name."""
    with Archive(folder).run(name, NOW - timedelta(days=age_days), {"software": "test"}) as run:
        file, offset = run.response(Reply(url, NOW, 200, "OK", [("Content-Type", "text/plain")]), io.BytesIO(body), len(body))
    with read_capture(folder, file, offset) as kept:
        assert kept.body.read() == body
    at = (NOW - timedelta(days=age_days)).timestamp()
    os.utime(folder / file, (at, at))
    return file


def test_age(tmp_path: Path) -> None:
    old, young = written(tmp_path, "old", 40, b"x"), written(tmp_path, "young", 20, b"x")
    assert prune(tmp_path, NOW, 30, ALL, 5) == [old]
    assert (tmp_path / young).exists()
    assert usage(tmp_path) == (1, (tmp_path / young).stat().st_size)


def test_size_takes_the_oldest_first(tmp_path: Path) -> None:
    files = [written(tmp_path, f"r{days}", days, os.urandom(10_000)) for days in (1, 2, 3)]
    assert prune(tmp_path, NOW, 365, 25_000, 5) == [files[2]]


def test_bulk_files_keep_their_newest_bodies_and_pages_all(tmp_path: Path) -> None:
    large = b"x" * BULK_BYTES
    bulk = [written(tmp_path, f"b{days}", days, large) for days in (1, 2, 3)]
    other = written(tmp_path, "other", 4, large, url="https://example.org/other")
    pages = [written(tmp_path, f"p{days}", days, b"page") for days in (1, 2, 3)]
    assert prune(tmp_path, NOW, 365, ALL, 2) == [bulk[2]]
    assert all((tmp_path / file).exists() for file in [*bulk[:2], other, *pages])


def test_what_is_needed_stays_and_parts_go_when_they_were_abandoned(tmp_path: Path) -> None:
    kept = written(tmp_path, "kept", 400, b"x")
    left = tmp_path / written(tmp_path, "left", 3, b"x")
    fresh = tmp_path / written(tmp_path, "fresh", 0.1, b"x")
    for path in (left, fresh):
        path.replace(part(path))
    assert prune(tmp_path, NOW, 30, ALL, 5, needed={kept}) == [part(left).relative_to(tmp_path).as_posix()]
    assert part(fresh).exists()


def test_what_is_needed_stays_though_it_is_known_by_its_whole_path(tmp_path: Path) -> None:
    kept = written(tmp_path, "kept", 400, b"x")
    assert prune(tmp_path, NOW, 30, ALL, 5, needed={str((tmp_path / kept).resolve())}) == []


def test_needed_is_the_file_with_the_newest_body_not_that_of_a_revisit(tmp_path: Path) -> None:
    db = opened(tmp_path / "watch.db")
    connection = connection_of(db)
    connection.execute(
        "INSERT INTO runs (id, source, trigger, observed_at, status) VALUES (1, 's', 'run', '2026-11-01T00:00:00Z', 'ok')"
    )
    for day, status, sha256, body in (
        (1, 200, "a", None),
        (2, 200, "b", None),
        (3, 304, "b", 2),
        (4, 200, "b", 2),
        (5, 403, "z", None),
    ):
        connection.execute(
            "INSERT INTO captures (run, url, fetched_at, status, sha256, file, offset, body) VALUES (1, 'u', ?, ?, ?, ?, 0, ?)",
            [f"2026-11-0{day}T00:00:00Z", status, sha256, f"file{day}", body],
        )
    assert needed_files(db) == {"file2"}
    connection.execute(
        "INSERT INTO runs (id, source, trigger, observed_at, status) VALUES (2, 's', 'run', '2026-11-06T00:00:00Z', 'quarantined')"
    )
    connection.execute(
        "INSERT INTO captures (run, url, fetched_at, status, sha256, file, offset) VALUES (2, 'u', 'x', 200, 'c', 'file6', 0)"
    )
    assert needed_files(db) == {"file2", "file6"}  # what is held, and what stands meanwhile


def test_what_is_gone_is_said_to_be_gone(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match="no file archive/x"), read_capture(tmp_path, "archive/x", 0):
        pass


def test_it_is_looked_at_once_a_day_and_when_the_clock_jumped(tmp_path: Path) -> None:
    assert due(tmp_path, NOW)
    mark_pruned(tmp_path, NOW)
    assert not due(tmp_path, NOW + timedelta(hours=6))
    assert due(tmp_path, NOW + timedelta(days=1))
    assert due(tmp_path, NOW - timedelta(days=1))
