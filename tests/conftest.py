"""Fixtures that all tests share."""

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, settings

from bot.attribute import load_attributor
from bot.context import RunContext
from bot.decide.watchlist import load_watchlist
from tests.opened import OPEN, opened
from tests.rehearsed import predicts_nothing
from tests.shared import MISSING, SHARED


@pytest.fixture(autouse=True)
def closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The end of every database that is opened while a test runs, and of the logs that a command in this process set up, which
    write to what is closed by then."""
    made: list[sqlite3.Connection] = []
    connect = sqlite3.connect

    def kept(*args: Any, **options: Any) -> sqlite3.Connection:
        made.append(connect(*args, **options))
        return made[-1]

    monkeypatch.setattr(sqlite3, "connect", kept)
    with OPEN:
        yield
    for connection in made:
        with suppress(sqlite3.ProgrammingError):  # of another thread, which closes its own
            connection.close()
    structlog.reset_defaults()


@pytest.fixture
def desk(tmp_path: Path, closed: None) -> Iterator[RunContext]:
    """Context of runs on an empty database, watching China, telling nobody. Whatever happens in the test, a rehearsal of what is
    configured predicts nothing."""
    made = RunContext(opened(tmp_path / "w.db"), tmp_path, load_attributor(), [load_watchlist("china", "china")])
    yield made
    predicts_nothing(made)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line how many tests were skipped for want of the recorded captures."""
    missing = sum(MISSING in str(report.longrepr) for report in terminalreporter.stats.get("skipped", []))
    if missing:
        why = f"the recorded captures are not at {SHARED} (STANDARDS_WATCH_SHARED)"
        terminalreporter.write_line(f"Tests skipped because {why}: {missing}")


settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")
