"""Take a name out of an archive file: the records in which it stands are written anew without it, all others stay byte for byte.

A record that was written anew says so (`WARC-Redacted`, with the time), keeps its id and date, and has the length and digests of
what is left of it. Where a name is spread over the elements of a page, each of its words is taken out and the elements stay.
"""

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from html.entities import codepoint2name
from io import BytesIO
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordbuilder import RecordBuilder
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders

from state.archive.writer import pack
from state.encode import stamp

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
class Blanked:
    """What became of a file: where each record begins now by where it began, and the SHA-256 of the bodies that were written anew
    by the same."""

    offsets: dict[int, int] = field(default_factory=dict)
    digests: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Name:
    """A name in bytes. `hint` is the longest part of it that is written in one way only, but for its case: most texts lack it, and
    that is seen a hundred times as fast."""

    pattern: re.Pattern[bytes]
    hint: bytes


def raw(words: Sequence[str]) -> Name:
    """Finds a name in bytes by its words: any case, as UTF-8 or Windows-1252, with the escapes of HTML, JSON and addresses."""
    hint = max(_PLAIN.findall(unicodedata.normalize("NFC", " ".join(words))), key=len, default="").lower().encode()
    return Name(re.compile(_BEGIN + _BETWEEN.join(b"".join(map(_letter, word)) for word in words) + _END), hint)


def near(text: bytes, names: Sequence[Name]) -> list[re.Pattern[bytes]]:
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


def stands_in(path: Path, names: Sequence[Name], only: Collection[int] | None = None) -> bool:
    """Whether a name stands in any record of an archive file, or in any of those that begin at `only` these offsets."""
    return any(_found(record, body, names) for _, record, body in records_in(path, only))


def blank(path: Path, target: Path, names: Sequence[Name], now: datetime, only: Collection[int] | None = None) -> Blanked:
    """Write an archive file to another without some names (`now` is aware UTC), as far as it can be read; where only some records
    are to be without them, `only` are the offsets of these."""
    with path.open("rb") as stream:
        done, pieces = Blanked(), _pieces(stream.read(), names, now, only)
    with target.open("wb") as out:
        for offset, piece, digest in pieces:
            done.offsets[offset] = out.tell()
            done.digests.update({offset: digest} if digest else {})
            out.write(piece)
    return done


def _pieces(content: bytes, names: Sequence[Name], now: datetime, only: Collection[int] | None) -> list[tuple[int, bytes, str]]:
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


def _found(record: ArcWarcRecord, body: bytes, names: Sequence[Name]) -> bool:
    heads = record.rec_headers.to_bytes() + (record.http_headers.to_bytes() if record.http_headers else b"")
    return any(pattern.search(text) for text in (heads, body) for pattern in near(text, names))


def _anew(record: ArcWarcRecord, body: bytes, names: Sequence[Name], now: datetime) -> tuple[bytes, str]:
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


def without(text: bytes, names: Sequence[Name]) -> bytes:
    """A text without some names."""
    for pattern in near(text, names):
        text = pattern.sub(_removed, text)
    return text


def _removed(found: re.Match[bytes]) -> bytes:
    between = found.groups()
    if not any(b"<" in each for each in between):
        return REMOVED
    return REMOVED + b"".join(each + REMOVED for each in between)


def _text(text: str, names: Sequence[Name]) -> str:
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
