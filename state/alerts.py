"""Alerts as they are kept, and the outbox rows that carry them: both are written in the run's own transaction."""

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

import orjson

from state.encode import stamp
from state.model import Alert
from state.runs import Run


def save_alerts(
    connection: sqlite3.Connection,
    run: Run,
    alerts: Iterable[Alert],
    status: str,
    changes: Mapping[tuple[str, int], int],
    records: Mapping[str, int],
) -> list[int]:
    """Write alerts with the rows of the change and the record that they tell of; returns their ids in order."""
    created, written = stamp(datetime.now(UTC)), []
    for alert in alerts:
        event, about = alert.event, alert.about
        key = event.record.key if event else ""
        before, after = (event.before, event.after) if event else (None, None)
        row = {
            "run": run.id,
            "change": changes.get((key, event.change)) if event and event.change is not None else None,
            "record": records.get(key),
            "observed_at": stamp(run.observed_at),
            "status": status,
            "watchlist": alert.watchlist,
            "event": alert.name,
            "severity": alert.severity,
            "headline": alert.headline,
            "country": about and about.country,
            "role": event and event.role,
            "party": about and about.party,
            "organisation": about and about.organisation,
            "from_party": before and before.party,
            "to_party": after and after.party,
            "rule": about and about.rule,
            "confidence": about and about.confidence,
            "evidence_url": about and about.evidence.url,
            "evidence_text": about and f"{about.evidence.field}: {about.evidence.text}",
            "due": event.due.isoformat() if event and event.due else None,
            "due_estimated": bool(event and event.due_estimated),
            "reasons": orjson.dumps(alert.reasons).decode(),
            "topics": orjson.dumps(alert.topics).decode(),
            "created_at": created,
        }
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        cursor = connection.execute(f"INSERT INTO alerts ({names}) VALUES ({marks})", list(row.values()))
        written.append(cursor.lastrowid or 0)
    return written


def has_baseline(connection: sqlite3.Connection, watchlist: str, source: str) -> bool:
    """Whether a watchlist was already told what is led in a source: before that, nothing is told one by one."""
    row = connection.execute(
        "SELECT 1 FROM alerts a JOIN runs r ON r.id = a.run WHERE a.watchlist = ? AND a.status = 'baseline' AND r.source = ?",
        [watchlist, source],
    ).fetchone()
    return row is not None
