"""Retention of evidence: by age, by total size, and by the number of bodies of a bulk file."""

import os
from collections import Counter
from collections.abc import Set
from contextlib import suppress
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from sqlite_utils import Database
from warcio.archiveiterator import ArchiveIterator

from state.db import connection_of, make_folder, private
from state.runs import ACCEPTED

BULK_BYTES = 1_000_000  # a file whose first body is this large is the download of one bulk file
MARKER, INTERVAL = Path("archive", ".looked-at"), timedelta(hours=20)
ABANDONED = timedelta(days=2)  # no run lasts that long: an older `.part` was left by a killed run


def needed_files(db: Database) -> set[str]:
    """Return the archive files, relative to the data folder or absolute, that hold the newest body of an address, or the newest
    that each source accepted: a new parser reads them again."""
    rows = connection_of(db).execute(
        "SELECT DISTINCT coalesce(b.file, c.file) FROM (SELECT max(id) AS id FROM captures"
        " WHERE file IS NOT NULL AND status IN (200, 304) GROUP BY url"
        " UNION SELECT max(c.id) FROM captures c JOIN runs r ON r.id = c.run WHERE c.file IS NOT NULL AND c.status IN (200, 304)"
        f" AND r.status IN {ACCEPTED} GROUP BY c.url, r.source) AS newest"
        " JOIN captures c ON c.id = newest.id LEFT JOIN captures b ON b.id = c.body"
    )
    return {row[0] for row in rows}


def prune(
    folder: Path, now: datetime, keep_days: int, max_bytes: int, keep_bodies: int, needed: Set[str] = frozenset()
) -> list[str]:
    """Delete files older than `keep_days`, the oldest beyond `max_bytes` in total, bulk files beyond the newest `keep_bodies` of
    each address, and `.part` files of killed runs. Files in `needed` stay. Returns the deleted files, relative to the folder."""
    files = sorted((folder / "archive").glob("*/*/*.warc.gz*"), key=lambda path: path.stat().st_mtime, reverse=True)
    bodies: Counter[str] = Counter()
    total = 0
    deleted = []
    for path in files:
        name, size = path.relative_to(folder).as_posix(), path.stat().st_size
        age = now.timestamp() - path.stat().st_mtime
        if path.suffix == ".part":
            spare = age > ABANDONED.total_seconds()
        else:
            address = bulk_address(path)
            bodies[address] += 1
            spare = age > keep_days * 86_400 or total + size > max_bytes or bool(address and bodies[address] > keep_bodies)
        if spare and needed.isdisjoint((name, str(path.resolve()))):
            path.unlink()
            deleted.append(name)
        else:
            total += size
    return deleted


def due(folder: Path, now: datetime) -> bool:
    """Return True when pruning is due: the last one was 20 hours ago or more, or the clock jumped."""
    try:
        last = (folder / MARKER).stat().st_mtime
    except OSError:
        return True
    return abs(now.timestamp() - last) > INTERVAL.total_seconds()


def mark_pruned(folder: Path, now: datetime) -> None:
    """Store the time of this pruning. On a full disk nothing is stored, and the next poll prunes again."""
    with suppress(OSError):
        make_folder((folder / MARKER).parent)
        open(folder / MARKER, "ab", opener=private).close()
        os.utime(folder / MARKER, (now.timestamp(), now.timestamp()))


def usage(folder: Path) -> tuple[int, int]:
    """Return number and total bytes of the archive files."""
    months = [_used_in(month, month.stat().st_mtime_ns) for month in (folder / "archive").glob("*/*")]
    return sum(files for files, _ in months), sum(size for _, size in months)


@lru_cache(maxsize=500)
def _used_in(month: Path, changed_ns: int) -> tuple[int, int]:
    """Return number and total bytes of the files of a month. Cached until the folder changes, because it is asked every minute."""
    sizes = [path.stat().st_size for path in month.glob("*.warc.gz*")]
    return len(sizes), sum(sizes)


@lru_cache(maxsize=100_000)  # a file is never written to once it has its name
def bulk_address(path: Path) -> str:
    """Return the address of the bulk file that an archive file holds, or an empty text when it holds pages."""
    with path.open("rb") as stream:
        for record in ArchiveIterator(stream):
            if record.rec_type != "warcinfo" and not record.http_headers.get_statuscode().startswith("3"):
                length = int(record.http_headers.get_header("Content-Length", "0"))
                return str(record.rec_headers["WARC-Target-URI"]) if length >= BULK_BYTES else ""
    return ""
