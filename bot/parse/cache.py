"""Crawl cache of a source: what accepted polls left, so that unchanged lines and pages are not read again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial

import orjson
from sqlite_utils import Database

from sources.base import Follow, Source
from state import crawl_cache, records
from state.archive import captures
from state.model import Capture


@dataclass(frozen=True, slots=True)
class PageResult:
    """Result of one page: the keys of its records, each once, and its follows."""

    keys: tuple[str, ...] = ()
    follows: tuple[Follow, ...] = ()

    def json(self) -> str:
        """Return the result as JSON."""
        follows = [
            (f.url, f.form, f.key, f.digest.hex() if f.digest is not None else None, f.fallback_url, f.gate) for f in self.follows
        ]
        return orjson.dumps({"keys": self.keys, "follows": follows}).decode()

    @classmethod
    def of(cls, text: str) -> "PageResult":
        """Return the result that `json` encoded."""
        gave = orjson.loads(text)
        return cls(
            tuple(gave["keys"]),
            tuple(
                Follow(url, form, key, bytes.fromhex(digest) if digest is not None else None, fallback_url, gate)
                for url, form, key, digest, fallback_url, gate in gave["follows"]
            ),
        )


@dataclass(frozen=True, slots=True)
class CrawlCache:
    """Digests by which a crawl skips what is unchanged. `lines` returns digest → record key, loaded on first use. `page` returns
    what the page at an address gave (JSON) by its SHA-256 or change token, or None when it must be read. By default all is read."""

    lines: Callable[[], Mapping[bytes, str]] = dict
    page: Callable[[str, str | bytes], str | None] = lambda address, digest: None


def load_cache(db: Database, source: Source) -> CrawlCache:
    """Return the crawl cache of a source; empty before its first accepted poll and after a change of its parser."""
    if not is_current(db, source):
        return CrawlCache()
    lines = cache(partial(crawl_cache.known_lines, db, source.name))
    return CrawlCache(lines, partial(crawl_cache.known_page, db, source.name, reader(source)))


def is_current(db: Database, source: Source) -> bool:
    """Return True when the stored records of a source come from the current parser."""
    accepted = records.accepted(db, source.name)
    return accepted is not None and accepted["parser_version"] == source.parser_version


def reader(source: Source) -> str:
    """Return version and mode of a parser: another version or mode may read a page differently."""
    return f"{source.parser_version} {source.mode}"


def comparable_capture(db: Database, source: Source, url: str) -> Capture | None:
    """Return the capture with which the answer at an address is compared, or None. For pages this may be a capture of any source,
    because an unchanged body is read from the archive. An unchanged bulk file is not read at all, so this source must have read it
    itself, with the current parser. A capture whose body was erased is none: the answer is then asked for whole."""
    if source.answer.bulk and not is_current(db, source):
        return None
    last = captures.last_capture(db, url, source.name if source.answer.bulk else None)
    return last if last and last.file else None
