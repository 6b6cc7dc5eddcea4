"""Take names out of the archive: which files hold them, and how such a file and the index of captures follow."""

import os
import re
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from html import unescape
from pathlib import Path

import orjson
from sqlite_utils import Database

from state.db import connection_of, write
from state.privacy.erase import orders, spellings
from state.privacy.redact_file import blank, raw, records_in, stands_in

ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})")
_WRITTEN = re.compile(r"(?P<stem>.*?)(?:\.redacted(?P<n>\d+))?\.warc\.gz(?:\.part)?")


def archived(folder: Path, name: str) -> list[Path]:
    """The archive files below a data folder in which a name stands. Raises ValueError for less than a whole name."""
    spellings(name)  # raises for less than a whole name
    return [path for path in sorted((folder / "archive").glob("*/*/*.warc.gz*")) if holds(path, [name])]


def past_bodies(db: Database, folder: Path, pages: Collection[str], standing: Collection[str]) -> dict[Path, set[int]]:
    """Where the bodies of some pages (their addresses) lie: by file below a data folder the offsets. Of pages that are still
    `standing` the newest is left out, from which what is held was read. What was replayed from elsewhere is not ours to write."""
    rows = connection_of(db).execute(
        "SELECT file, offset FROM captures c WHERE url IN (SELECT value FROM json_each(?)) AND status = 200 AND body IS NULL"
        " AND file IS NOT NULL AND file NOT LIKE '/%' AND (url NOT IN (SELECT value FROM json_each(?))"
        " OR id < (SELECT max(coalesce(body, id)) FROM captures n WHERE n.url = c.url AND n.status IN (200, 304)))",
        [orjson.dumps(sorted(each)).decode() for each in (pages, standing)],
    )
    found: dict[Path, set[int]] = {}
    for row in rows:
        found.setdefault(folder / row["file"], set()).add(row["offset"])
    return {path: found[path] for path in sorted(found) if path.is_file()}


def take_out(
    db: Database, folder: Path, path: Path, names: Sequence[str], now: datetime, only: Collection[int] | None = None
) -> bool:
    """Take names out of an archive file (`now` is aware UTC), or out of those of its records that begin at `only` these offsets: it
    is written anew beside the old one, the index follows, and the old one goes. One in which a name still stands, in a form that
    cannot be taken out, is deleted. Returns whether it stays."""
    target = _beside(path)
    done = blank(path, target, [raw(order.split()) for name in names for order in orders(name)], now, only)
    os.utime(target, (path.stat().st_atime, path.stat().st_mtime))  # its retention goes by this
    clean = not holds(target, names, None if only is None else {done.offsets[at] for at in only if at in done.offsets})
    file = path.relative_to(folder).as_posix().removesuffix(".part")
    new = target.relative_to(folder).as_posix()
    held = (file, str((folder / file).resolve()))
    with write(db) as connection:
        rows = connection.execute("SELECT id, offset FROM captures WHERE file IN (?, ?)", held).fetchall()
        for row in rows:
            place = done.offsets.get(row["offset"]) if clean else None
            connection.execute(
                "UPDATE captures SET file = ?, offset = ?, redacted = coalesce(?, redacted) WHERE id = ?",
                [new if place is not None else None, place, done.digests.get(row["offset"]), row["id"]],
            )
    path.unlink()
    if stays := clean and bool(rows):
        return stays
    target.unlink()
    return False


def tidy(paths: Collection[Path]) -> None:
    """Delete what is left of some archive files from before they were written anew, where whoever did it was stopped."""
    for path in paths:
        stem, n = _parts(path)
        for old in path.parent.glob(f"{stem}.*"):
            if _parts(old) < (stem, n):
                old.unlink()


def _beside(path: Path) -> Path:
    """A new name for an archive file that is written anew."""
    every = (path.with_name(f"{_parts(path)[0]}.redacted{n}.warc.gz") for n in range(1, 10_000))
    return next(each for each in every if not each.exists())


def _parts(path: Path) -> tuple[str, int]:
    """The name of an archive file before it was written anew for the first time, and how often it was."""
    found = _WRITTEN.fullmatch(path.name)
    return (found["stem"], int(found["n"] or 0)) if found else (path.name, 0)


def holds(path: Path, names: Sequence[str], only: Collection[int] | None = None) -> bool:
    """Whether any of some names stands in an archive file, or in those of its records that begin at `only` these offsets."""
    every = [order for name in names for order in orders(name)]
    spelled = [(raw(order.split()), spellings(order)) for order in every]
    for text in _texts(path, only):
        lowered = text.lower().encode("utf-8", "surrogateescape")
        if any(pattern.search(text) for name, pattern in spelled if name.hint in lowered):
            return True
    return stands_in(path, [name for name, _ in spelled], only)


def _texts(path: Path, only: Collection[int] | None) -> Iterator[str]:
    """What the answers in an archive file say, with the escapes of JSON and HTML undone."""
    for _, record, body in records_in(path, only):
        text = (record.rec_headers.to_bytes() + body).decode("utf-8", "replace")
        plain = ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) if "\\u" in text else text
        yield unescape(plain) if "&" in plain else plain
