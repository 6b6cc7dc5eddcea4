"""Fetch every fault in a process of its own, and tell the outcomes and the most memory that it took."""

import json
import re
import resource
import sys
from dataclasses import replace
from pathlib import Path

from bot.errors import SourceError
from bot.fetch.types import Limits
from sources.base import Follow
from tests.worlds.fault_plays import FAULTS
from tests.worlds.fault_source import HOME, LIMITS, make_fetcher


def peak_mb() -> float:
    """The most memory that this process has had, in MiB. Linux counts that of the parent before the exec into `ru_maxrss`."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.search(r"VmHWM:\s*(\d+) kB", status.read_text()).group(1)) / 1024  # type: ignore[union-attr]
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(folder: Path, origin: str) -> None:
    outcomes = {}
    limits = replace(LIMITS, body_bytes=Limits().body_bytes)  # the bomb against the limit that users have
    for path in FAULTS:
        long = replace(limits, total_s=60) if path == "/bomb" else limits
        with make_fetcher(folder / path.strip("/"), origin, limits=long) as fetcher:
            try:
                outcomes[path] = type(fetcher(Follow(HOME + path))).__name__
            except SourceError as error:
                outcomes[path] = type(error).__name__
    print(json.dumps({"outcomes": outcomes, "max_rss_mb": peak_mb()}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
