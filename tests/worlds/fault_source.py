"""A source on a host that does not exist, whose requests go to the server of faults."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.fetch.fetcher import Fetcher
from bot.fetch.types import Limits
from sources.base import Expect, Source
from state.archive.writer import Archive
from state.model import Capture
from tests.opened import opened

HOME = "https://data.example.org"
LIMITS = Limits(connect_s=3, read_s=1, total_s=2, retry_wait_s=0.01, retry_wait_max_s=0.05)


def make_source(**more: Any) -> Source:
    """A source of HTML pages, without a pause between requests."""
    given = {
        "name": "faults", "body": "EX", "start": [f"{HOME}/list"], "match": "/", "parse": lambda page: iter(()),
        "schedule": "daily", "expect": Expect((0, 10), 1.0), "pace_s": 0.0,
    }  # fmt: skip
    return Source(**{**given, **more})


def make_fetcher(
    folder: Path, origin: str, source: Source | None = None, last: Callable[[str], Capture | None] = lambda url: None, **more: Any
) -> Fetcher:
    """A fetcher on the database and archive of a folder."""
    given = {
        "contact": "mailto:desk@example.org", "version": "1.2", "run_id": 7, "mirrors": {HOME: origin}, "archive": Archive(folder),
        "limits": LIMITS, "last_capture": last,
    }  # fmt: skip
    return Fetcher(opened(folder / "watch.db"), source or make_source(), **{**given, **more})
