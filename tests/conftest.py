"""Fixtures that all tests share."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from bot.attribute import load_attributor
from bot.pipeline import Desk
from bot.watch import load_watchlist
from state.db import open_database


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk on an empty database, watching China, telling nobody."""
    return Desk(open_database(tmp_path / "w.db"), tmp_path, load_attributor(), [load_watchlist("china", "china")])


settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")
