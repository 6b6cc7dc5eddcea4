"""Context of a run, handed from step to step."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from bot.attribute import Attributor
from bot.decide.watchlist import Watchlist
from bot.deliver.routes import Routing


@dataclass(frozen=True, slots=True)
class RunContext:
    """Database, data folder with the archive, attributor, watchlists, and the routing of alerts (None: write history only)."""

    db: Database
    data: Path
    attributor: Attributor
    watchlists: Sequence[Watchlist]
    routing: Routing | None = None
