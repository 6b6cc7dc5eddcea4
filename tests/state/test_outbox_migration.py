"""A database from before the outbox had leases keeps its deliveries."""

import sqlite3
from pathlib import Path

from sqlite_utils import Database

from state.migrations import migrations
from tests.opened import opened


def test_old_deliveries_are_taken_along(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "w.db", isolation_level=None)
    old = Database(connection)
    migrations.apply(old, stop_before="m005_outbox")
    old.execute("INSERT INTO runs (id, source, trigger, observed_at, status) VALUES (1, 'x', 'run', '2026-01-07T06:00:00Z', 'ok')")
    old.execute(
        "INSERT INTO alerts (id, run, observed_at, status, watchlist, event, severity, headline, reasons, topics, created_at)"
        " VALUES (7, 1, '2026-01-07T06:00:00Z', 'new', 'china', 'role-gained', 'major', 'h', '[]', '[]', '2026-01-07T06:00:01Z')"
    )
    old.execute("INSERT INTO deliveries (alert, channel, key, status, attempts) VALUES (7, 'policy', 'policy:7', 'sent', 1)")
    old.execute("INSERT INTO deliveries (alert, channel, key, status) VALUES (7, 'desk', 'desk:7', 'pending')")
    connection.close()
    db = opened(tmp_path / "w.db")
    rows = list(db.query("SELECT key, status, attempts, queued_at FROM deliveries ORDER BY id"))
    assert [(row["key"], row["status"], row["attempts"]) for row in rows] == [("policy:7", "sent", 1), ("desk:7", "pending", 0)]
    assert {row["queued_at"] for row in rows} == {"2026-01-07T06:00:01Z"}
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
