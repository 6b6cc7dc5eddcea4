"""Fixtures that all tests share."""

from collections.abc import Iterator
from pathlib import Path

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
def closed() -> Iterator[None]:
    """The end of every database that a test opened by `tests.opened`, and of the logs that a command in this process set up, which
    write to what is closed by then."""
    with OPEN:
        yield
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
