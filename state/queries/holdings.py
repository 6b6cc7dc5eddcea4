"""Queries for snapshots: role periods, facts of records, and their dates. Rows without judgement."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import orjson
from sqlite_utils import Database

from state.db import connection_of
from state.encode import load_claims, moment, stamp
from state.model import OWNED


class Holding(NamedTuple):
    """Role in a record, with its holder and period; `until` is None while it lasts. `record` is the id of the record, `key` the
    body's id of it; times are aware UTC; `country` is None while unknown."""

    record: int
    source: str
    body: str
    kind: str
    key: str
    reference: str
    title: str
    url: str
    role: str
    verdict: str
    country: str | None
    party: str
    organisation: str
    since: datetime
    until: datetime | None
    rule: str
    confidence: float
    evidence_url: str
    evidence_text: str

    def at(self, when: datetime) -> bool:
        """Return True when the role was held at a moment (aware UTC)."""
        return self.since <= when and (self.until is None or when < self.until)


class HeldRole(NamedTuple):
    """Role in a record (its id, and the body's key of it) at one moment."""

    record: int
    key: str
    role: str
    country: str | None
    party: str
    source: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """Record in its present state: the source's own fields as printed, and its claims as (role, party). `staged` is the moment
    (aware UTC) at which its stage or status was first seen."""

    id: int
    source: str
    body: str
    kind: str
    key: str
    reference: str
    title: str
    url: str
    status: str
    fields: dict[str, Any]
    claims: tuple[tuple[str, str], ...]
    staged: datetime
    removed: bool

    @property
    def owner(self) -> str | None:
        """Name of the committee that owns it, as printed, or None."""
        return next((party for role, party in self.claims if role == OWNED), None)

    def text(self, name: str) -> str:
        """Return a field as text: the name of a Ref; empty when there is none."""
        value = self.fields.get(name)
        return str(value["name"] if isinstance(value, dict) else "" if value is None else value)


@dataclass(frozen=True, slots=True)
class Due:
    """Next date to act on a record; `estimated` where the body does not print it, `rule` says how it was found."""

    record: int
    day: str
    estimated: bool
    text: str
    rule: str = ""


HOLDINGS = (
    "SELECT a.record, t.source, t.body, t.kind, t.key, coalesce(t.reference, '') AS reference, coalesce(t.title, '') AS title,"
    " coalesce(t.url, '') AS url, a.role, a.verdict, a.country, a.party, coalesce(a.organisation, a.party) AS organisation,"
    " a.valid_from, a.valid_to, a.rule, a.confidence, a.evidence_url, a.evidence_field || ': ' || a.evidence_text"
    " FROM attributions a CROSS JOIN tracked t ON t.id = a.record"
)


def holdings(
    db: Database, leading: bool = True, body: str | None = None, role: str | None = None, but: Iterable[str] = ()
) -> list[Holding]:
    """Return all roles ever held: the leading ones, or all others. `but` are kinds of records to leave out."""
    known: dict[str, datetime] = {}

    def when(text: str) -> datetime:
        if text not in known:
            known[text] = moment(text)
        return known[text]

    where = f"a.verdict {'=' if leading else '<>'} 'leads'"
    values: list[Any] = []
    for name, value in (("t.body", body), ("a.role", role)):
        if value is not None:
            where, values = f"{where} AND {name} = ?", [*values, value]
    if but:
        where += " AND a.record IN (SELECT id FROM tracked WHERE kind NOT IN (SELECT value FROM json_each(?)))"
        values.append(orjson.dumps(list(but)).decode())
    rows = connection_of(db).execute(f"{HOLDINGS} WHERE {where} ORDER BY t.body, t.reference, a.id", values)
    rows.row_factory = None
    return [Holding(*(*row[:13], when(row[13]), when(row[14]) if row[14] else None, *row[15:])) for row in rows]


def held_roles(db: Database, on: datetime, body: str, role: str | None = None, leading: bool = True) -> list[HeldRole]:
    """Return the roles held in a body at a moment: the leading ones, or all others."""
    query = (
        "SELECT a.record, t.key, a.role, a.country, a.party, t.source, coalesce(t.reference, '')"
        " FROM attributions a CROSS JOIN tracked t ON t.id = a.record"
        f" WHERE a.verdict {'=' if leading else '<>'} 'leads' AND t.body = ? AND a.valid_from <= ?"
        f" AND (a.valid_to IS NULL OR a.valid_to > ?) {'AND a.role = ?' if role else ''} ORDER BY t.reference, a.id"
    )
    rows = connection_of(db).execute(query, [body, stamp(on), stamp(on), *([role] if role else [])])
    rows.row_factory = None
    return [HeldRole(*row) for row in rows]


def facts(db: Database, records: Iterable[int]) -> dict[int, Fact]:
    """Return records by id."""
    found: dict[int, Fact] = {}
    for some in _batches(sorted(set(records))):
        for row in connection_of(db).execute(
            "SELECT t.*, (SELECT max(c.observed_at) FROM changes c WHERE c.record = t.id"
            " AND c.field IN ('stage', 'status', 'state')) AS staged FROM tracked t WHERE t.id IN (SELECT value FROM json_each(?))",
            [orjson.dumps(some).decode()],
        ):
            claims = tuple((claim.role, claim.party) for claim in load_claims(row["claims"]))
            found[row["id"]] = Fact(
                row["id"], row["source"], row["body"], row["kind"], row["key"], row["reference"] or "", row["title"] or "",
                row["url"] or "", row["status"] or "", orjson.loads(row["fields"]), claims,
                moment(row["staged"] or row["first_seen"]), row["removed_at"] is not None,
            )  # fmt: skip
    return found


def committees(db: Database, body: str) -> dict[str, int]:
    """Return the ids of a body's committees by every present and former reference; a present one counts first."""
    connection = connection_of(db)
    found: dict[str, int] = {}
    for row in connection.execute(
        "SELECT id, reference FROM tracked WHERE body = ? AND kind = 'committee' ORDER BY removed_at IS NOT NULL, id", [body]
    ):
        found.setdefault(row["reference"], row["id"])
    for row in connection.execute(
        "SELECT c.record, c.before FROM changes c JOIN tracked t ON t.id = c.record"
        " WHERE c.field = 'reference' AND t.body = ? AND t.kind = 'committee' ORDER BY c.id DESC",
        [body],
    ):
        found.setdefault(str(orjson.loads(row["before"] or '""')), row["record"])
    return found


def records(db: Database) -> Iterator[dict[str, Any]]:
    """Yield every record ever seen, by source and reference."""
    rows = connection_of(db).execute(
        "SELECT source, key AS record, kind, body, reference, title, url, status, first_seen, last_seen, removed_at, fields"
        " FROM records ORDER BY source, reference, key"
    )
    for row in rows:
        yield {**dict(row), "fields": orjson.loads(row["fields"])}


def dated_records(db: Database, after: datetime, fields: Iterable[str]) -> list[int]:
    """Return the ids of listed records that may have a date after a moment: one of the `fields` has it, or their state is at most
    a year old, so that it may be counted from there. Committees have none."""
    rows = connection_of(db).execute(
        "SELECT t.id FROM tracked t WHERE removed_at IS NULL AND kind <> 'committee' AND (first_seen >= :since"
        " OR EXISTS (SELECT 1 FROM changes c WHERE c.record = t.id AND c.observed_at >= :since)"
        " OR EXISTS (SELECT 1 FROM json_each(t.fields) f JOIN json_each(:fields) n ON n.value = f.key WHERE f.value >= :day))",
        {"since": stamp(after - timedelta(days=366)), "day": stamp(after)[:10], "fields": orjson.dumps(list(fields)).decode()},
    )
    return [row[0] for row in rows]


def leaders_of(db: Database, records: Iterable[int], when: datetime) -> dict[int, Holding]:
    """Return the holder of a leading role in each of some records (their ids) at a moment; of several the surest."""
    rows = connection_of(db).execute(
        f"{HOLDINGS} WHERE a.record IN (SELECT value FROM json_each(?)) AND a.replaced_by IS NULL AND a.verdict = 'leads'"
        " AND a.valid_from <= ? AND (a.valid_to IS NULL OR a.valid_to > ?) ORDER BY a.confidence, a.id DESC",
        [orjson.dumps(sorted(set(records))).decode(), stamp(when), stamp(when)],
    )
    rows.row_factory = None
    every = [Holding(*(*row[:13], moment(row[13]), moment(row[14]) if row[14] else None, *row[15:])) for row in rows]
    return {row.record: row for row in every}


def observed(db: Database, until: datetime | None = None) -> dict[str, tuple[datetime, datetime]]:
    """Return the times (aware UTC) of the first and last accepted run of each source, of all or up to a moment."""
    rows = connection_of(db).execute(
        "SELECT source, min(observed_at), max(observed_at) FROM runs"
        f" WHERE status IN ('baseline', 'ok', 'unchanged') {'AND observed_at <= ?' if until else ''} GROUP BY source",
        [stamp(until)] if until else [],
    )
    return {row[0]: (moment(row[1]), moment(row[2])) for row in rows}


def totals(db: Database) -> list[tuple[str, str, str, int]]:
    """Return the number of listed records: source, body, kind, count."""
    return [
        tuple(row)
        for row in connection_of(db).execute(
            "SELECT source, body, kind, count(*) FROM tracked WHERE removed_at IS NULL"
            " GROUP BY body, source, kind ORDER BY body, source"
        )
    ]


def history(db: Database, records: Iterable[int]) -> Iterator[dict[str, Any]]:
    """Yield the changes of records (their ids), oldest first within each record."""
    for some in _batches(sorted(set(records))):
        for row in connection_of(db).execute(
            "SELECT record, observed_at, kind, field, before, after FROM changes"
            " WHERE record IN (SELECT value FROM json_each(?)) ORDER BY record, id",
            [orjson.dumps(some).decode()],
        ):
            yield {
                **dict(row),
                "before": orjson.loads(row["before"]) if row["before"] else None,
                "after": orjson.loads(row["after"]) if row["after"] else None,
            }


def _batches(rows: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(rows), 5000):
        yield rows[start : start + 5000]
