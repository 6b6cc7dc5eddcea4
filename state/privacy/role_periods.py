"""Periods of roles as printed, rebuilt from the versions of the records of a source."""

import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import groupby

import orjson

from state.encode import load_claims
from state.model import Claim


@dataclass(frozen=True, slots=True)
class RolePeriod:
    """Claim of a record (its id); `until` is the time (a stamp) from which it was no longer printed, None while it is."""

    record: int
    claim: Claim
    until: str | None


def role_periods(connection: sqlite3.Connection, source: str, ended: dict[int, str]) -> Iterator[RolePeriod]:
    """Yield every claim of every version of the records of a source; `ended` is what `delisted` returned."""
    rows = connection.execute(
        "SELECT v.record, v.observed_at, v.claims FROM versions v JOIN tracked t ON t.id = v.record WHERE t.source = ?"
        " ORDER BY v.record, v.n",
        [source],
    )
    for record, states in groupby(rows, key=lambda row: int(row["record"])):
        every = list(states)
        ends = [*(row["observed_at"] for row in every[1:]), ended.get(record)]
        for row, until in zip(every, ends, strict=True):
            yield from (RolePeriod(record, claim, until) for claim in load_claims(row["claims"]))


def delisted(connection: sqlite3.Connection, source: str, scope: str) -> dict[int, str]:
    """Return the ids of the records that a source no longer lists, each with the time (a stamp) of its end: removed records and,
    where the field `scope` says in which part of the whole a record is listed (a study period), those of earlier parts."""
    rows = connection.execute(
        "SELECT id, coalesce(missing_since, removed_at) FROM tracked WHERE source = ? AND removed_at IS NOT NULL", [source]
    )
    removed = {int(row[0]): str(row[1]) for row in rows}
    if not scope:
        return removed
    rows = connection.execute(
        "WITH parts AS (SELECT id, first_seen, coalesce(json_extract(fields, '$.' || ?), '') AS part FROM tracked"
        " WHERE source = ?),"
        " newest AS (SELECT part, min(first_seen) AS begun FROM parts GROUP BY part ORDER BY begun DESC, part DESC LIMIT 1)"
        " SELECT parts.id, newest.begun FROM parts JOIN newest ON parts.part <> newest.part",
        [scope, source],
    )
    return {int(row[0]): str(row[1]) for row in rows} | removed


def proven_records(connection: sqlite3.Connection, pages: Collection[str]) -> dict[str, set[int]]:
    """Return, for each of some pages, the ids of the records of any source of which it proves an attribution."""
    found: dict[str, set[int]] = {page: set() for page in pages}
    rows = connection.execute(
        "SELECT DISTINCT evidence_url, record FROM attributions WHERE evidence_url IN (SELECT value FROM json_each(?))",
        [orjson.dumps(sorted(pages)).decode()],
    )
    for page, record in rows:
        found[page].add(int(record))
    return found


def claims_of(connection: sqlite3.Connection, records: Collection[int]) -> Iterator[str]:
    """Return the claims of some records (their ids), as JSON texts."""
    rows = connection.execute(
        "SELECT claims FROM tracked WHERE id IN (SELECT value FROM json_each(?))", [orjson.dumps(sorted(records)).decode()]
    )
    return (str(row["claims"]) for row in rows)
