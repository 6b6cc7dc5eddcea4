"""Alerts for tests of what is told: rows as the pipeline writes them, without a poll."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from state import outbox, runs
from state.alerts import save_alerts
from state.db import write
from state.model import Alert, Attribution, Event, Evidence, Record
from state.outbox import Destination
from tests.opened import opened
from tests.rows import columns

SEEN = datetime(2026, 1, 7, 6, tzinfo=UTC)
PAGE = "https://iso.example/committee/900001.html"


def alert(number: int, headline: str = "", severity: str = "major", **more: Any) -> Alert:
    """An invented gain of a secretariat."""
    about = Attribution("secretariat", "SAC", "CN", "SAC", "national-body-id", 1.0, Evidence(PAGE, "secretariat", "SAC"), "1635")
    record = Record(str(900000 + number), "committee", f"Invented committee {number}", f"ISO/TC {number}", PAGE)
    event = Event("role-gained", severity, record, "secretariat", None, about)  # type: ignore[arg-type]
    text = headline or f"China's SAC gained the secretariat of ISO/TC {number}"
    return Alert("china", "role-gained", severity, text, ("printed in secretariat: “SAC”",), (), event, about, **more)  # type: ignore[arg-type]


def queue(db: Database, alerts: list[Alert], *places: Destination, source: str = "iso-committees") -> list[int]:
    """Write alerts as one run would, with their deliveries; returns the ids."""
    run = runs.begin(db, source, SEEN, "run", "0")
    with write(db) as connection:
        ids = save_alerts(connection, run, alerts, "new", {}, {})
        for place in places:
            outbox.put(connection, place, run.id, ids)
        run.status = "ok"
        runs.finish(connection, run)
    return ids


def fresh(path: Path) -> Database:
    return opened(path / "w.db")


def statuses(db: Database) -> list[str]:
    """The status of each delivery, oldest first."""
    return columns(db, "deliveries", "status")
