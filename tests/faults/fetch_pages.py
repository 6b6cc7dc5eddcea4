"""Fetch the same page several times in a process of its own, and tell how many came, or the error."""

import sys
from pathlib import Path

from bot.errors import SourceError
from sources.base import Follow
from tests.worlds.fault_source import HOME, make_fetcher, make_source


def main(folder: Path, origin: str, pace_s: float, pages: int) -> None:
    with make_fetcher(folder, origin, make_source(pace_s=pace_s), archive=None) as fetcher:
        try:
            print(sum(fetcher(Follow(f"{HOME}/list")) is not None for _ in range(pages)))
        except SourceError as error:
            print(type(error).__name__)


if __name__ == "__main__":
    import structlog

    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    main(Path(sys.argv[1]), sys.argv[2], float(sys.argv[3]), int(sys.argv[4]))
