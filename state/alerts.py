"""Stored alerts and mentions, written in the transaction of their run; and digests, one row for each digest, week and recipient, so
that nobody receives one twice."""

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

import orjson
from sqlite_utils import Database

from state.db import connection_of, write
from state.encode import stamp
from state.model import Alert, Mention
from state.queries.history import Row
from state.runs import Run


def save_alerts(
    connection: sqlite3.Connection,
    run: Run,
    alerts: Iterable[Alert],
    status: str,
    changes: Mapping[tuple[str, int], int],
    records: Mapping[str, int],
) -> list[int]:
    """Insert alerts with the ids of their change and record; returns the ids of the alerts in order."""
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


def save_mention(connection: sqlite3.Connection, run: Run, alert: Alert, record: int, mention: Mention, country: str) -> None:
    """Insert a mention of a record (its id) as an alert with status `mention`, once for each sentence and watchlist."""
    row = {
        "run": run.id,
        "record": record,
        "observed_at": stamp(run.observed_at),
        "status": "mention",
        "watchlist": alert.watchlist,
        "event": alert.name,
        "severity": alert.severity,
        "headline": alert.headline,
        "country": country,
        "evidence_url": mention.url,
        "evidence_text": f"{mention.field}: {mention.text}",
        "reasons": orjson.dumps(alert.reasons).decode(),
        "topics": orjson.dumps(alert.topics).decode(),
        "created_at": stamp(datetime.now(UTC)),
    }
    names, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
    connection.execute(
        f"INSERT INTO alerts ({names}) SELECT {marks} WHERE NOT EXISTS (SELECT 1 FROM alerts"
        " WHERE status = 'mention' AND record = :record AND watchlist = :watchlist AND headline = :headline)",
        row,
    )


def has_baseline(connection: sqlite3.Connection, watchlist: str, source: str) -> bool:
    """Return True when a watchlist has the baseline summary of a source: before it, single alerts are not sent."""
    row = connection.execute(
        "SELECT 1 FROM alerts a JOIN runs r ON r.id = a.run WHERE a.watchlist = ? AND a.status = 'baseline' AND r.source = ?",
        [watchlist, source],
    ).fetchone()
    return row is not None


def claim_digest(db: Database, digest: str, week: str, recipient: str, message_id: str, again: bool = False) -> int | None:
    """Claim a digest, whose lock is held, for sending to a recipient; returns its row, or None when it was sent. If a sender died
    or lost the connection while it sent, the digest is `unknown` and sent only with `again`, when a person asks for it."""
    where = [digest, week, recipient]
    with write(db) as connection:
        row = connection.execute("SELECT * FROM digests WHERE digest = ? AND week = ? AND recipient = ?", where).fetchone()
        if row is None:
            cursor = connection.execute(
                "INSERT INTO digests (digest, week, recipient, message_id, status, attempts) VALUES (?, ?, ?, ?, 'pending', 1)",
                [*where, message_id],
            )
            return cursor.lastrowid
        if row["status"] == "sent":
            return None
        if row["status"] in ("sending", "unknown") and not again:
            connection.execute("UPDATE digests SET status = 'unknown' WHERE id = ?", [row["id"]])
            return None
        connection.execute("UPDATE digests SET status = 'pending', attempts = attempts + 1 WHERE id = ?", [row["id"]])
        return int(row["id"])


def mark_digest_sending(db: Database, number: int) -> None:
    """Mark a digest as being sent: from here on the message may arrive."""
    with write(db) as connection:
        connection.execute("UPDATE digests SET status = 'sending' WHERE id = ?", [number])


def finish_digest(db: Database, number: int, status: str, error: str | None = None) -> None:
    """Store the outcome of a digest: sent, pending, failed or unknown."""
    sent_at = stamp(datetime.now(UTC)) if status == "sent" else None
    with write(db) as connection:
        connection.execute("UPDATE digests SET status = ?, sent_at = ?, error = ? WHERE id = ?", [status, sent_at, error, number])


def digest_listing(db: Database, digest: str, week: str) -> list[Row]:
    """Return the recipients of one digest: `recipient, status, attempts, sent_at, error`."""
    rows = connection_of(db).execute(
        "SELECT recipient, status, attempts, sent_at, error FROM digests WHERE digest = ? AND week = ? ORDER BY id", [digest, week]
    )
    return [dict(row) for row in rows]
