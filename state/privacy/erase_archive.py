"""Erasure of names from the archive: the files that hold them, the records written anew without them, and the index of captures.

A record that was written anew says so (`WARC-Redacted`, with the time), keeps its id and date, and has the length and digests of
what is left of it. Where a name is spread over the elements of a page, each of its words is taken out and the elements stay."""

import hashlib
import os
import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from html.entities import codepoint2name
from io import BytesIO
from pathlib import Path

import orjson
from sqlite_utils import Database
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordbuilder import RecordBuilder
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders

from state.archive.writer import pack
from state.db import connection_of, write
from state.encode import stamp
from state.privacy.erase import orders, spellings

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
    done = redact_file(path, target, [raw(order.split()) for name in names for order in orders(name)], now, only)
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


REMOVED = b"[removed]"
REMARK = "WARC-Redacted"
# what may stand between two words of a name: blanks and hyphens in the forms of HTML, JSON and addresses, or the elements of a page
_BETWEEN = (
    rb"((?:&(?:#\d+|#[xX][0-9A-Fa-f]+|\w+);|\\u(?:00[aA][0dD]|20[0-9a-fA-F]{2}|3000)|\\[nrt]|%20|%C2%A0|<[^<>]{0,300}>"
    rb"|\xc2[\x80-\xbf]|\xe2\x80[\x80-\xbf]|\xe3\x80\x80|[\xa0\xad\x96]|[^A-Za-z0-9<>\x80-\xff]){1,8}?)"
)
_BEGIN = rb"(?:(?<![A-Za-z0-9_])|(?<=\\[nrt])|(?<=%20))(?<!\xc3[\x80-\xbf])(?<![\xc4\xc5][\x80-\xbf])"
_END = rb"(?![A-Za-z0-9_]|\xc3[\x80-\xbf]|[\xc4\xc5][\x80-\xbf])"
_PLAIN = re.compile(r"[A-Za-z0-9]+")
_RENEWED = frozenset({"content-length", "content-type", "warc-block-digest", "warc-payload-digest", "warc-type", "warc-target-uri"})


@dataclass
class RedactedFile:
    """What became of a file: where each record begins now by where it began, and the SHA-256 of the bodies that were written anew
    by the same."""

    offsets: dict[int, int] = field(default_factory=dict)
    digests: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NamePattern:
    """A name in bytes. `hint` is the longest part of it that is written in one way only, but for its case: most texts lack it, and
    that is seen a hundred times as fast."""

    pattern: re.Pattern[bytes]
    hint: bytes


def raw(words: Sequence[str]) -> NamePattern:
    """Finds a name in bytes by its words: any case, as UTF-8 or Windows-1252, with the escapes of HTML, JSON and addresses."""
    hint = max(_PLAIN.findall(unicodedata.normalize("NFC", " ".join(words))), key=len, default="").lower().encode()
    return NamePattern(re.compile(_BEGIN + _BETWEEN.join(b"".join(map(_letter, word)) for word in words) + _END), hint)


def near(text: bytes, names: Sequence[NamePattern]) -> list[re.Pattern[bytes]]:
    """The patterns of the names that may stand in a text."""
    lowered = text.lower()
    return [name.pattern for name in names if name.hint in lowered]


def records_in(path: Path, only: Collection[int] | None = None) -> Iterator[tuple[int, ArcWarcRecord, bytes]]:
    """The records of an archive file with their offsets and bodies, or those that begin at `only` these offsets, as far as it can
    be read: a kill may have cut its end."""
    with path.open("rb") as stream, suppress(ArchiveLoadFailed, EOFError):
        archive = ArchiveIterator(stream)
        for record in archive:
            body = record.content_stream().read()  # before its place is asked for, which reads past it
            if only is None or archive.get_record_offset() in only:
                yield archive.get_record_offset(), record, body


def stands_in(path: Path, names: Sequence[NamePattern], only: Collection[int] | None = None) -> bool:
    """Whether a name stands in any record of an archive file, or in any of those that begin at `only` these offsets."""
    return any(_found(record, body, names) for _, record, body in records_in(path, only))


def redact_file(
    path: Path, target: Path, names: Sequence[NamePattern], now: datetime, only: Collection[int] | None = None
) -> RedactedFile:
    """Write an archive file to another without some names (`now` is aware UTC), as far as it can be read; where only some records
    are to be without them, `only` are the offsets of these."""
    with path.open("rb") as stream:
        done, pieces = RedactedFile(), _pieces(stream.read(), names, now, only)
    with target.open("wb") as out:
        for offset, piece, digest in pieces:
            done.offsets[offset] = out.tell()
            done.digests.update({offset: digest} if digest else {})
            out.write(piece)
    return done


def _pieces(
    content: bytes, names: Sequence[NamePattern], now: datetime, only: Collection[int] | None
) -> list[tuple[int, bytes, str]]:
    """Each record by its offset: as it lies in the file, or anew and with the digest of its body."""
    pieces: list[tuple[int, bytes, str]] = []
    archive = ArchiveIterator(BytesIO(content))
    with suppress(ArchiveLoadFailed, EOFError):
        for record in archive:
            body = record.content_stream().read()  # before its place is asked for, which reads past it
            at, length = archive.get_record_offset(), archive.get_record_length()
            wanted = record.rec_type != "warcinfo" and (only is None or at in only)
            if wanted and _found(record, body, names):
                pieces.append((at, *_anew(record, body, names, now)))
            else:
                pieces.append((at, content[at : at + length], ""))
    return pieces


def _found(record: ArcWarcRecord, body: bytes, names: Sequence[NamePattern]) -> bool:
    heads = record.rec_headers.to_bytes() + (record.http_headers.to_bytes() if record.http_headers else b"")
    return any(pattern.search(text) for text in (heads, body) for pattern in near(text, names))


def _anew(record: ArcWarcRecord, body: bytes, names: Sequence[NamePattern], now: datetime) -> tuple[bytes, str]:
    """The bytes of a record without the names, and the digest of its body."""
    body = without(body, names)
    about = {name: _text(value, names) for name, value in record.rec_headers.headers if name.lower() not in _RENEWED}
    lengths = {"content-length": str(len(body))}
    fields = [(name, lengths.get(name.lower(), _text(value, names))) for name, value in record.http_headers.headers]
    out, revisit = BytesIO(), record.rec_type == "revisit"
    pack(
        out,
        RecordBuilder("WARC/1.1").create_warc_record(
            _text(record.rec_headers["WARC-Target-URI"], names), record.rec_type,
            payload=None if revisit else BytesIO(body), length=0 if revisit else len(body),
            http_headers=StatusAndHeaders(record.http_headers.statusline, fields, protocol=record.http_headers.protocol),
            warc_headers_dict={**about, REMARK: stamp(now)},
        ),
    )  # fmt: skip
    return out.getvalue(), "" if revisit else hashlib.sha256(body).hexdigest()


def without(text: bytes, names: Sequence[NamePattern]) -> bytes:
    """A text without some names."""
    for pattern in near(text, names):
        text = pattern.sub(_removed, text)
    return text


def _removed(found: re.Match[bytes]) -> bytes:
    between = found.groups()
    if not any(b"<" in each for each in between):
        return REMOVED
    return REMOVED + b"".join(each + REMOVED for each in between)


def _text(text: str, names: Sequence[NamePattern]) -> str:
    return without(text.encode("utf-8", "surrogateescape"), names).decode("utf-8", "surrogateescape")


def _letter(letter: str) -> bytes:
    """All the ways in which a letter is written in bytes."""
    forms: list[bytes] = []
    for each in sorted({letter, letter.lower(), letter.upper(), letter.casefold()}):
        forms += [re.escape(unicodedata.normalize(form, each).encode()) for form in ("NFC", "NFD")]
        if not each.isascii() and len(each) == 1:
            point = ord(each)
            forms.append(re.escape("".join(f"%{byte:02X}" for byte in each.encode()).encode()))
            forms.append(rb"\\u(?i:%04x)" % point)
            forms.append(rb"&#0*%d;|&#[xX]0*(?i:%x);" % (point, point))
            forms += [re.escape(each.encode("cp1252"))] if each.encode("cp1252", "ignore") else []
            forms += [f"&{codepoint2name[point]};".encode()] if point in codepoint2name else []
    return b"(?:" + b"|".join(dict.fromkeys(forms)) + b")"
