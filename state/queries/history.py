"""Queries for screens: changes, alerts, leaders, one record. Each function returns rows ready for JSON."""

import sqlite3
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import orjson
from sqlite_utils import Database

from state.db import connection_of
from state.encode import stamp

Row = dict[str, Any]


def changes(db: Database, source: str | None = None, since: datetime | None = None, until: datetime | None = None) -> Iterator[Row]:
    """Yield changes in the order of observation. `until` is exclusive."""
    query = "SELECT c.*, r.source, t.key, t.reference, t.title FROM changes c JOIN runs r ON r.id = c.run"
    query += " JOIN tracked t ON t.id = c.record"
    where, values = _where([("r.source = ?", source), ("c.observed_at >= ?", since), ("c.observed_at < ?", until)])
    for row in connection_of(db).execute(f"{query} {where} ORDER BY c.observed_at, c.id", values):
        yield {
            "change": row["id"], "observed_at": row["observed_at"], "source": row["source"], "record": row["key"],
            "reference": row["reference"], "title": row["title"], "kind": row["kind"], "field": row["field"],
            "before": _json(row["before"]), "after": _json(row["after"]),
        }  # fmt: skip


ALERTS = (
    "SELECT a.*, r.source, t.key, t.reference, t.title, t.url, coalesce(t.body, '') AS body, c.field, c.before, c.after"
    " FROM alerts a JOIN runs r ON r.id = a.run LEFT JOIN tracked t ON t.id = a.record LEFT JOIN changes c ON c.id = a.change"
)


def alerts(db: Database, since: datetime | None = None, status: str | None = None, until: datetime | None = None) -> Iterator[Row]:
    """Yield alerts in the order of observation; baseline summaries and mentions only when asked for by status."""
    where, values = _where([("a.observed_at >= ?", since), ("a.observed_at < ?", until), ("a.status = ?", status)])
    if status is None:
        alone = "a.status NOT IN ('baseline', 'mention')"
        where = f"{where} AND {alone}" if where else f"WHERE {alone}"
    for row in connection_of(db).execute(f"{ALERTS} {where} ORDER BY a.observed_at, a.id", values):
        yield _alert(db, row)


def alert(db: Database, number: int) -> Row:
    """Return one alert by id."""
    return _alert(db, connection_of(db).execute(f"{ALERTS} WHERE a.id = ?", [number]).fetchone())


def queued_for(db: Database, channel: str, newest: int) -> list[Row]:
    """Return the `newest` alerts with a delivery to a channel, newest first."""
    query = f"{ALERTS} WHERE a.id IN (SELECT alert FROM deliveries WHERE channel = ?) ORDER BY a.id DESC LIMIT ?"
    return [_alert(db, row) for row in connection_of(db).execute(query, [channel, newest])]


def _alert(db: Database, row: sqlite3.Row) -> Row:
    return {
        "alert": row["id"], "observed_at": row["observed_at"], "status": row["status"], "watchlist": row["watchlist"],
        "severity": row["severity"], "event": row["event"], "headline": row["headline"], "country": row["country"],
        "role": row["role"], "party": row["party"], "organisation": row["organisation"], "from": row["from_party"],
        "to": row["to_party"], "field": row["field"], "before": _json(row["before"]), "after": _json(row["after"]),
        "due": row["due"],
        "due_estimated": bool(row["due_estimated"]), "source": row["source"], "body": row["body"], "record": row["key"],
        "reference": row["reference"], "title": row["title"], "url": row["url"], "topics": _json(row["topics"]),
        "reasons": _json(row["reasons"]), "rule": row["rule"], "confidence": row["confidence"],
        "evidence": {"url": row["evidence_url"], "text": row["evidence_text"]}, "deliveries": _deliveries(db, row["id"]),
    }  # fmt: skip


LEADERS = (
    "SELECT a.country, t.source, t.body, a.role, t.key, t.reference, t.title, t.url, a.party, a.organisation, a.valid_from,"
    " a.valid_to, a.verdict, a.rule, a.confidence, a.evidence_url, a.evidence_field || ': ' || a.evidence_text"
    " FROM attributions a CROSS JOIN tracked t ON t.id = a.record"
)


def leaders(
    db: Database, on: datetime, country: str | None = None, body: str | None = None, role: str | None = None
) -> Iterator[Row]:
    """Yield the attributions of a moment. Without `role` only leading ones; `role` may be any, also a membership."""
    wanted = [("a.country = ?", country), ("t.body = ?", body), ("a.role = ?", role)]
    where, values = _where([*wanted, ("a.valid_from <= ?", on), ("(a.valid_to IS NULL OR a.valid_to > ?)", on)])
    if role is None:
        where += " AND a.verdict = 'leads'"
    rows = connection_of(db).execute(f"{LEADERS} {where} ORDER BY t.body, t.reference, a.id", values)
    rows.row_factory = None  # plain tuples for speed
    for (
        land, source, body, role, key, reference, title, url, party, organisation, since, until, verdict, rule, confidence,
        page, text,
    ) in rows:  # fmt: skip
        yield {
            "country": land, "source": source, "body": body, "role": role, "record": key, "reference": reference, "title": title,
            "url": url, "party": party, "organisation": organisation, "since": since, "until": until, "verdict": verdict,
            "rule": rule, "confidence": confidence, "evidence": {"url": page, "text": text},
        }  # fmt: skip


def record_id(db: Database, name: str) -> int | None:
    """Return the id of a record by reference, key or address. A present reference comes before a former one; of several records the
    first seen."""
    found = (
        connection_of(db)
        .execute(
            "SELECT id FROM records WHERE reference = :name OR key = :name OR url = :name"
            " OR id IN (SELECT record FROM changes WHERE field = 'reference' AND before = :json)"
            " ORDER BY reference <> :name, removed_at IS NOT NULL, id LIMIT 1",
            {"name": name, "json": orjson.dumps(name).decode()},
        )
        .fetchone()
    )
    return found and int(found[0])


def record_names(db: Database) -> list[str]:
    """Return every present reference, and the keys of records without one."""
    rows = connection_of(db).execute("SELECT DISTINCT coalesce(nullif(reference, ''), key) FROM records")
    return [row[0] for row in rows]


def record(db: Database, name: str) -> Row | None:
    """Return one record by its name (see `record_id`), with versions, changes, attributions, alerts and mentions. An attribution is
    `erased` when its archived response was."""
    connection, number = connection_of(db), record_id(db, name)
    if number is None:
        return None
    found = connection.execute("SELECT * FROM records WHERE id = ?", [number]).fetchone()
    attributions = connection.execute(
        "SELECT a.*, c.fetched_at, c.file, c.offset, c.id IS NOT NULL AND c.file IS NULL AS erased"
        " FROM attributions a LEFT JOIN captures c ON c.id = a.capture"
        " WHERE a.record = ? ORDER BY a.valid_from, a.id",
        [found["id"]],
    )
    return {
        **{name: found[name] for name in found.keys() if name != "fields"},  # noqa: SIM118 (a row is no mapping)
        "fields": _json(found["fields"]),
        "versions": [dict(row) for row in connection.execute(
            "SELECT n, observed_at, run FROM versions WHERE record = ? ORDER BY n", [found["id"]])],
        "changes": [{**dict(row), "before": _json(row["before"]), "after": _json(row["after"])} for row in connection.execute(
            "SELECT id, run, observed_at, kind, field, before, after FROM changes WHERE record = ? ORDER BY id", [found["id"]])],
        "attributions": [{**dict(row), "erased": bool(row["erased"])} for row in attributions],
        "alerts": [dict(row) for row in connection.execute(
            "SELECT id, observed_at, status, watchlist, event, severity, headline FROM alerts"
            " WHERE record = ? AND status <> 'mention' ORDER BY id", [found["id"]])],
        "mentions": [dict(row) for row in connection.execute(
            "SELECT id, observed_at, status, watchlist, headline, evidence_url FROM alerts"
            " WHERE record = ? AND status = 'mention' ORDER BY id", [found["id"]])],
    }  # fmt: skip


def led_on(db: Database, source: str, at: datetime) -> list[Row]:
    """Return the leading attributions of a source at a moment: record, role, country, organisation, confidence."""
    return [
        dict(row)
        for row in connection_of(db).execute(
            "SELECT record, role, country, organisation, confidence FROM attributions"
            " WHERE record IN (SELECT id FROM tracked WHERE source = ?)"
            " AND verdict = 'leads' AND valid_from <= ? AND (valid_to IS NULL OR valid_to > ?)",
            [source, stamp(at), stamp(at)],
        )
    ]


def _deliveries(db: Database, alert: int) -> list[Row]:
    rows = connection_of(db).execute(
        "SELECT channel, target, status, attempts, sent_at FROM deliveries WHERE alert = ? ORDER BY id", [alert]
    )
    return [dict(row) for row in rows]


def _where(tests: list[tuple[str, Any]]) -> tuple[str, list[Any]]:
    used = [(test, value) for test, value in tests if value is not None]
    where = "WHERE " + " AND ".join(test for test, _ in used) if used else ""
    return where, [stamp(value) if isinstance(value, datetime) else value for _, value in used]


def _json(text: str | None) -> Any:
    return None if text is None else orjson.loads(text)


def unknown_parties(db: Database, limit: int) -> list[Row]:
    """Return the parties of open attributions that no rule knows, or knows only by a hint, with the number of records that hang on
    each, most first."""
    rows = connection_of(db).execute(
        "SELECT a.party, a.country AS hint, count(DISTINCT a.record) AS n, group_concat(DISTINCT a.role) AS roles,"
        " min(t.reference) AS example FROM attributions a JOIN tracked t ON t.id = a.record"
        " WHERE (a.rule = 'unknown' OR (a.country IS NOT NULL AND a.confidence < 0.7)) AND a.valid_to IS NULL"
        " GROUP BY a.party ORDER BY n DESC, a.party LIMIT ?",
        [limit],
    )
    return [
        {"party": row["party"], "count": row["n"], "hint": row["hint"], "roles": sorted(row["roles"].split(",")),
         "example": row["example"]}
        for row in rows
    ]  # fmt: skip
