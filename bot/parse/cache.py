"""What the last accepted poll of a source left, so that what is the same is not read again: lines, gates and pages."""

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import orjson
from sqlite_utils import Database

from sources.base import Follow, Source
from state import captures, crawl_cache, records
from state.model import Capture
from state.runs import Run


@dataclass(frozen=True, slots=True)
class PageResult:
    """What one page gave: the keys of its records, each once, and the further pages that it asks for."""

    keys: tuple[str, ...] = ()
    follows: tuple[Follow, ...] = ()


@dataclass(frozen=True, slots=True)
class CrawlCache:
    """`lines` gives digest → key of lines, list rows and gates (read when first asked for); `page` what a page of this address
    and these bytes (SHA-256) gave, or None when it must be read."""

    lines: Callable[[], Mapping[bytes, str]] = dict
    page: Callable[[str, str], PageResult | None] = lambda url, sha256: None


NOTHING = CrawlCache()


def to_compare(db: Database, source: Source, url: str) -> Capture | None:
    """The capture with which the answer at an address is compared. The page of an unchanged answer lies in the archive, whichever
    source asked for it; but a bulk file that is unchanged is not read at all, so this source itself must have read it, with the
    parser of today. None where the body was erased: the answer is then asked for whole."""
    if source.bulk and not confirmed(db, source):
        return None
    last = captures.last_capture(db, url, source.name if source.bulk else None)
    return last if last and last.file else None


def load_cache(db: Database, source: Source) -> CrawlCache:
    """The memory of a source; nothing before its first accepted poll, and when the parser changed."""
    if not confirmed(db, source):
        return NOTHING

    def page(url: str, sha256: str) -> PageResult | None:
        found = crawl_cache.pages_given(db, source.name, url, sha256, reader(source))
        return PageResult(found[0], loaded(found[1])) if found else None

    return CrawlCache(cache(lambda: {**records.known_digests(db, source.name), **crawl_cache.known_tokens(db, source.name)}), page)


def confirmed(db: Database, source: Source) -> bool:
    """Whether what is held of a source is what the parser of today made of it."""
    accepted = records.accepted(db, source.name)
    return accepted is not None and accepted["parser_version"] == source.parser_version


def remember(connection: sqlite3.Connection, run: Run, source: Source, given: Mapping[str, tuple[str, PageResult]]) -> None:
    """Keep what pages gave: by address the SHA-256 and what was given. Call it in the transaction of the run."""
    rows = [(url, sha256, each.keys, dumped(each.follows)) for url, (sha256, each) in given.items()]
    crawl_cache.keep_pages(connection, run, reader(source), rows)


def reader(source: Source) -> str:
    """Who reads a page: another version of the parser, or the same in another mode, may make something else of it."""
    return f"{source.parser_version} {source.mode}"


def dumped(follows: tuple[Follow, ...]) -> str:
    """Follows as JSON."""
    rows = [(f.url, f.form, f.key, f.digest.hex() if f.digest is not None else None, f.instead, f.gate) for f in follows]
    return orjson.dumps(rows).decode()


def loaded(text: str) -> tuple[Follow, ...]:
    """Follows from JSON."""
    return tuple(
        Follow(url, form, key, bytes.fromhex(digest) if digest is not None else None, instead, gate)
        for url, form, key, digest, instead, gate in orjson.loads(text)
    )
