"""The context of a run: what every poll works with, handed from step to step."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from bot.attribute import Attributor
from bot.decide.watchlist import Watchlist
from bot.deliver.routes import Routing


@dataclass(frozen=True, slots=True)
class RunContext:
    """What every poll works with: the memory, the data folder with the archive, the rules, who watches, and where alerts go
    (None: history only)."""

    db: Database
    data: Path
    attributor: Attributor
    watchlists: Sequence[Watchlist]
    routing: Routing | None = None
