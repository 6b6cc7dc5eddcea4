"""Queries for the digest: alerts and mentions of a span, counts of led records, and outcomes of polls. Spans are aware UTC."""

import sqlite3
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlite_utils import Database

from state.db import connection_of
from state.encode import stamp
from state.queries.history import Row, alert
from state.runs import REPARSE

GOOD = ("baseline", "ok", "unchanged")
ACCEPTED = str(GOOD)
NOT_ONE_BY_ONE = "('shadow', 'baseline', 'mention')"
LED = "a.verdict = 'leads' AND a.valid_from <= ? AND (a.valid_to IS NULL OR a.valid_to > ?) AND a.confidence >= ?"


def alerts_in(db: Database, watchlist: str, since: datetime, until: datetime) -> list[Row]:
    """Return the alerts of a watchlist in a span, `until` exclusive, each with `kind` of its record and `change_kind`."""
    rows = connection_of(db).execute(
        "SELECT a.id, t.kind, c.kind AS change_kind FROM alerts a LEFT JOIN tracked t ON t.id = a.record"
        " LEFT JOIN changes c ON c.id = a.change WHERE a.watchlist = ? AND a.observed_at >= ? AND a.observed_at < ?"
        f" AND a.status NOT IN {NOT_ONE_BY_ONE} ORDER BY a.observed_at, a.id",
        [watchlist, stamp(since), stamp(until)],
    )
    return [{**alert(db, row["id"]), "kind": row["kind"] or "", "change_kind": row["change_kind"] or ""} for row in rows.fetchall()]


def one_by_one(db: Database, watchlist: str, since: datetime, until: datetime, status: str) -> list[Row]:
    """Return what a watchlist kept in a span, `until` exclusive, with a status of its own: `mention` or `shadow`."""
    rows = connection_of(db).execute(
        "SELECT id FROM alerts WHERE watchlist = ? AND observed_at >= ? AND observed_at < ? AND status = ?"
        " ORDER BY observed_at, id",
        [watchlist, stamp(since), stamp(until), status],
    )
    return [alert(db, row["id"]) for row in rows.fetchall()]


def deadlines(db: Database, watchlist: str, seen_until: datetime, first: date, last: date) -> list[Row]:
    """Return alerts whose date to act on lies in a span of days, both included; of one record and event the newest."""
    rows = connection_of(db).execute(
        "SELECT max(id) AS id FROM alerts WHERE watchlist = ? AND observed_at < ? AND due BETWEEN ? AND ?"
        f" AND status NOT IN {NOT_ONE_BY_ONE} GROUP BY coalesce(record, -id), event ORDER BY due, id",
        [watchlist, stamp(seen_until), first.isoformat(), last.isoformat()],
    )
    return [alert(db, row["id"]) for row in rows.fetchall()]


def led_counts(db: Database, on: datetime, countries: Collection[str], confidence: float) -> dict[str, int]:
    """Return the number of records that some countries led at a moment, by source."""
    marks = ", ".join("?" * len(countries))
    rows = connection_of(db).execute(
        "SELECT t.source, count(DISTINCT a.record) FROM attributions a JOIN tracked t ON t.id = a.record"
        f" WHERE {LED} AND a.country IN ({marks}) GROUP BY t.source",
        [stamp(on), stamp(on), confidence, *countries],
    )
    return {row[0]: row[1] for row in rows}


# what is published is told by the stage as it was at the moment ?1
KIND = (
    "CASE WHEN t.kind = 'committee' THEN 'committees' WHEN CASE WHEN t.since <= ?1 THEN t.fields ELSE (SELECT p.fields FROM past p"
    " WHERE p.record = t.id AND p.observed_at <= ?1 ORDER BY p.n DESC LIMIT 1) END ->> '$.stage' >= '60.60'"
    " THEN 'published documents' ELSE 'items under way' END"
)


def led_kinds(db: Database, on: datetime, countries: Collection[str], confidence: float) -> dict[str, int]:
    """Return the number of records that some countries led at a moment: committees, items under way and published documents."""
    marks = ", ".join("?" * len(countries))
    rows = connection_of(db).execute(
        f"SELECT {KIND} AS what, count(DISTINCT a.record) FROM attributions a JOIN tracked t ON t.id = a.record"
        f" WHERE {LED} AND a.country IN ({marks}) GROUP BY what ORDER BY what",
        [stamp(on), stamp(on), stamp(on), confidence, *countries],
    )
    return {row[0]: row[1] for row in rows}


def kinds_known(db: Database, on: datetime) -> set[str]:
    """Return the kinds of `led_kinds` of which records were known at a moment."""
    rows = connection_of(db).execute(f"SELECT DISTINCT {KIND} FROM tracked t WHERE t.first_seen <= ?1", [stamp(on)])
    return {row[0] for row in rows}


def secretariats(db: Database, on: datetime, confidence: float) -> dict[str, int]:
    """Return the number of secretariats by country at a moment, most first."""
    rows = connection_of(db).execute(
        f"SELECT a.country, count(DISTINCT a.record) AS n FROM attributions a WHERE {LED} AND a.role = 'secretariat'"
        " AND a.country IS NOT NULL GROUP BY a.country ORDER BY n DESC, a.country",
        [stamp(on), stamp(on), confidence],
    )
    return {row[0]: row[1] for row in rows}


def first_polls(db: Database) -> dict[str, datetime]:
    """Return the time (aware UTC) of the first accepted poll of each source."""
    rows = connection_of(db).execute("SELECT source, min(observed_at) FROM runs WHERE status = 'baseline' GROUP BY source")
    return {row[0]: datetime.fromisoformat(row[1]) for row in rows}


def baselines(db: Database, watchlist: str, since: datetime, until: datetime) -> list[str]:
    """Return the headlines of the baseline summaries of a watchlist in a span."""
    rows = connection_of(db).execute(
        "SELECT headline FROM alerts WHERE watchlist = ? AND status = 'baseline' AND observed_at >= ? AND observed_at < ?"
        " ORDER BY id",
        [watchlist, stamp(since), stamp(until)],
    )
    return [row["headline"] for row in rows]


def poll_counts(db: Database, since: datetime, until: datetime) -> dict[str, int]:
    """Return the number of polls in a span by status."""
    rows = connection_of(db).execute(
        "SELECT status, count(*) FROM runs WHERE status <> 'running' AND trigger <> ? AND observed_at >= ? AND observed_at < ?"
        " GROUP BY status",
        [REPARSE, stamp(since), stamp(until)],
    )
    return {row[0]: row[1] for row in rows}


def failing_sources(db: Database, until: datetime) -> list[Row]:
    """Return the sources whose last poll before a moment was not accepted: `source, status, error`, and `since`, the time of the
    first failed poll in a row."""
    rows = connection_of(db).execute(
        "SELECT source, status, error, observed_at FROM runs WHERE status <> 'running' AND trigger <> ? AND observed_at < ?"
        " ORDER BY source, id",
        [REPARSE, stamp(until)],
    )
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        found.update(_after(found.pop(row["source"], None), row))
    return list(found.values())


def last_accepted(db: Database, until: datetime) -> dict[str, str]:
    """Return the time (a stamp) of the last accepted poll of each source before a moment."""
    rows = connection_of(db).execute(
        f"SELECT source, max(observed_at) FROM runs WHERE status IN {ACCEPTED} AND observed_at < ? GROUP BY source",
        [stamp(until)],
    )
    return {row[0]: row[1] for row in rows}


def _after(trouble: dict[str, Any] | None, row: sqlite3.Row) -> dict[str, dict[str, Any]]:
    """Return the trouble of a source after one more poll, by source; empty when that was accepted."""
    if row["status"] in GOOD:
        return {}
    since = trouble["since"] if trouble else row["observed_at"]
    return {row["source"]: {"source": row["source"], "status": row["status"], "error": row["error"], "since": since}}
