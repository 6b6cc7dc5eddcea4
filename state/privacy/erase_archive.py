"""Erasure of archived responses that contain a name. The other records are copied byte for byte into a new file, which replaces the
old one in table `captures`.

A name is looked for in the bytes as received, in any encoding and markup.
"""

import os
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import orjson
from sqlite_utils import Database
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from state.archive.writer import part
from state.db import connection_of, private, write
from state.privacy.erase import orders, spellings

_WORDS = re.compile(r"[^\W_]+")
_ASCII = re.compile(r"[a-z0-9]+")
_ELEMENT = re.compile(r"<[^<>]{0,300}>")
_ESCAPES = re.compile(r"(?:\\u[0-9A-Fa-f]{4})+")
_LINE_ENDS = re.compile(r"\\[nrt]")
_NAMED = re.compile(r"(?:charset|encoding)\s*=\s*[\"']?([\w.:-]+)", re.I)


class NameFinder:
    """Search for some names, in any rotation of their words, with any punctuation, blanks or elements between them. A hint is the
    longest ASCII part of a name: most texts lack it, and need not be unescaped. Raises ValueError for less than a whole name."""

    def __init__(self, names: Collection[str]):
        self._names = {_words(order) for name in names if spellings(name) for order in orders(name)}
        self._hints = {max(_ASCII.findall(_words(name)), key=len, default="") for name in names}

    def stands_in(self, text: str) -> bool:
        """Return True when a text contains a name: HTML, JSON or an address, with their escapes, or plain text."""
        folded = text.casefold()
        if not any(hint in folded for hint in self._hints):
            return False
        plain = unescape(unescape(unquote(_LINE_ENDS.sub(" ", _ESCAPES.sub(_letters, text)))))
        words = f" {_words(plain)} | {_words(_ELEMENT.sub(' ', plain))} "
        return any(f" {name} " in words for name in self._names)


def decodings(body: bytes, head: str) -> set[str]:
    """Return a body as text in each encoding that it may have: UTF-8, the one that its head (the HTTP headers) or the body names,
    Windows-1252 where it is not UTF-8, and UTF-16 where it has zero bytes."""
    encodings = {"utf-8", *_NAMED.findall(head), *_NAMED.findall(body[:4096].decode("latin-1"))}
    encodings |= {"utf-16-le", "utf-16-be"} if b"\0" in body[:2048] else set()
    try:
        body.decode()
    except UnicodeDecodeError:
        encodings.add("cp1252")
    texts = set()
    for encoding in encodings:
        try:
            texts.add(body.decode(encoding, "replace"))
        except (LookupError, UnicodeError):  # a page may name an unknown encoding
            continue
    return texts


def _words(text: str) -> str:
    """Return the words of a text, casefolded and in NFKC, separated by one blank."""
    return " ".join(_WORDS.findall(unicodedata.normalize("NFKC", text).casefold()))


def _letters(escapes: re.Match[str]) -> str:
    return bytes.fromhex(escapes[0].replace("\\u", "")).decode("utf-16-be", "replace")


Evidence = tuple[str, str]  # address and time (a stamp) of a response
_FILE = re.compile(r"(?P<stem>.+?)(?:\.erased(?P<n>\d+))?\.warc\.gz(?:\.part)?")


def archive_files(folder: Path) -> list[Path]:
    """Return the archive files below a data folder."""
    return sorted((folder / "archive").glob("*/*/*.warc.gz*"))


def past_bodies(db: Database, folder: Path, pages: Collection[str], standing: Collection[str]) -> dict[Path, set[int]]:
    """Return the offsets of the bodies of some pages (their addresses), by file below a data folder. The newest body of a page that
    is still `standing` is left out: the present state was read from it. WARC files from elsewhere are left out, too."""
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


def find(path: Path, names: NameFinder, only: Collection[int] | None = None) -> dict[int, Evidence]:
    """Return the records of an archive file that contain a name, in headers or body, by offset; where `only` is given, of these
    offsets."""
    found = {}
    for offset, _, record, body in _records(path):
        if only is None or offset in only:
            about, http = record.rec_headers, record.http_headers
            head = about.to_str() + (http.to_str() if http else "")
            if any(names.stands_in(text) for text in (head, *decodings(body, head))):
                found[offset] = about.get_header("WARC-Target-URI") or path.name, about["WARC-Date"]
    return found


def drop(db: Database, folder: Path, path: Path, gone: Mapping[int, Evidence]) -> list[Evidence]:
    """Drop some records, as `find` returned them, from an archive file below a data folder: write a new file without them, update
    table `captures`, delete the old file. Captures of these records, and revisits of their bodies, keep their rows without file
    and offset. A file without captures is deleted. Return the dropped responses and those that lost their body."""
    target = _next(path)
    while target.exists():
        target = _next(target)
    places = _copy_without(path, target, gone)
    new = target.relative_to(folder).as_posix()
    with write(db) as connection:
        moved = [(new if at in places else None, places.get(at), row) for row, at in _captures(db, folder, path)]
        connection.executemany("UPDATE captures SET file = ?, offset = ? WHERE id = ?", moved)
        followers = connection.execute(
            "UPDATE captures SET file = NULL, offset = NULL WHERE body IN (SELECT value FROM json_each(?)) AND file IS NOT NULL"
            " RETURNING url, fetched_at",
            [orjson.dumps([row for file, _, row in moved if file is None]).decode()],
        ).fetchall()
    path.unlink()
    if not any(file for file, _, _ in moved):
        target.unlink()
    return [*gone.values(), *((row["url"], row["fetched_at"]) for row in followers)]


def tidy(db: Database, folder: Path) -> None:
    """Delete old files that a killed `drop` left: the new one exists, and table `captures` refers to it."""
    for old in archive_files(folder):
        if _next(old).exists() and not _captures(db, folder, old):
            old.unlink()


def _records(path: Path) -> Iterator[tuple[int, int, ArcWarcRecord, bytes]]:
    """Yield offset, length in bytes, record and body of each record of an archive file. Stops where a kill truncated it."""
    with path.open("rb") as stream, suppress(ArchiveLoadFailed, EOFError):
        archive = ArchiveIterator(stream)
        for record in archive:
            body = record.content_stream().read()  # first: offset and length are known only after it
            yield archive.get_record_offset(), archive.get_record_length(), record, body


def _copy_without(path: Path, target: Path, gone: Collection[int]) -> dict[int, int]:
    """Copy an archive file without the records at some offsets, with its modification time, by which retention goes. Return the new
    offset of each record by its old one."""
    places = {}
    with path.open("rb") as old, open(part(target), "wb", opener=private) as new:
        for offset, length, _, _ in _records(path):
            if offset not in gone:
                places[offset] = new.tell()
                old.seek(offset)
                new.write(old.read(length))
        new.flush()
        os.fsync(new.fileno())
    os.utime(part(target), (path.stat().st_atime, path.stat().st_mtime))
    part(target).replace(target)
    return places


def _captures(db: Database, folder: Path, path: Path) -> list[tuple[int, int]]:
    """Return id and offset of the captures in an archive file, which table `captures` names relative to the data folder or by its
    absolute path."""
    name = path.relative_to(folder).as_posix().removesuffix(".part")
    held = [name, str((folder / name).resolve())]
    return [tuple(row) for row in connection_of(db).execute("SELECT id, offset FROM captures WHERE file IN (?, ?)", held)]


def _next(path: Path) -> Path:
    """Return the path of the next version of an archive file."""
    found = _FILE.fullmatch(path.name)
    stem, n = (found["stem"], int(found["n"] or 0)) if found else (path.name, 0)
    return path.with_name(f"{stem}.erased{n + 1}.warc.gz")
