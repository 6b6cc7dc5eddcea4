"""Crawl cache: what the last accepted poll of a source left, so that unchanged lines, gates and pages are not read again."""

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import orjson
from sqlite_utils import Database

from sources.base import Follow, Source
from state import crawl_cache, records
from state.archive import captures
from state.model import Capture
from state.runs import Run


@dataclass(frozen=True, slots=True)
class PageResult:
    """Result of one page: the keys of its records, each once, and its follows."""

    keys: tuple[str, ...] = ()
    follows: tuple[Follow, ...] = ()


@dataclass(frozen=True, slots=True)
class CrawlCache:
    """Digests and page results by which a crawl skips what is unchanged. `lines` returns digest → key of lines, list rows and
    gates, loaded on first use. `page` returns the result of a page by address and SHA-256, or None when it must be read."""

    lines: Callable[[], Mapping[bytes, str]] = dict
    page: Callable[[str, str], PageResult | None] = lambda url, sha256: None


EMPTY_CACHE = CrawlCache()


def comparable_capture(db: Database, source: Source, url: str) -> Capture | None:
    """Return the capture with which the answer at an address is compared, or None. For pages this may be a capture of any source,
    because an unchanged body is read from the archive. An unchanged bulk file is not read at all, so this source must have read it
    itself, with the current parser. A capture whose body was erased is none: the answer is then asked for whole."""
    if source.answer.bulk and not is_current(db, source):
        return None
    last = captures.last_capture(db, url, source.name if source.answer.bulk else None)
    return last if last and last.file else None


def load_cache(db: Database, source: Source) -> CrawlCache:
    """Load the crawl cache of a source; empty before its first accepted poll and after a change of its parser."""
    if not is_current(db, source):
        return EMPTY_CACHE

    def page(url: str, sha256: str) -> PageResult | None:
        found = crawl_cache.cached_page(db, source.name, url, sha256, parser_label(source))
        return PageResult(found[0], follows_from_json(found[1])) if found else None

    return CrawlCache(cache(lambda: {**records.known_digests(db, source.name), **crawl_cache.known_tokens(db, source.name)}), page)


def is_current(db: Database, source: Source) -> bool:
    """Return True when the stored records of a source come from the current parser."""
    accepted = records.accepted(db, source.name)
    return accepted is not None and accepted["parser_version"] == source.parser_version


def keep_page_results(
    connection: sqlite3.Connection, run: Run, source: Source, given: Mapping[str, tuple[str, PageResult]]
) -> None:
    """Store the results of pages, given as address → (SHA-256, result). Call it in the transaction of the run."""
    rows = [(url, sha256, each.keys, follows_to_json(each.follows)) for url, (sha256, each) in given.items()]
    crawl_cache.keep_pages(connection, run, parser_label(source), rows)


def parser_label(source: Source) -> str:
    """Return version and mode of a parser: another version or mode may read a page differently."""
    return f"{source.parser_version} {source.mode}"


def follows_to_json(follows: tuple[Follow, ...]) -> str:
    """Return follows as JSON."""
    rows = [(f.url, f.form, f.key, f.digest.hex() if f.digest is not None else None, f.fallback_url, f.gate) for f in follows]
    return orjson.dumps(rows).decode()


def follows_from_json(text: str) -> tuple[Follow, ...]:
    """Return follows from JSON."""
    return tuple(
        Follow(url, form, key, bytes.fromhex(digest) if digest is not None else None, fallback_url, gate)
        for url, form, key, digest, fallback_url, gate in orjson.loads(text)
    )
