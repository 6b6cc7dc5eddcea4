"""Who holds which role as printed, and who held it until when: read back from the states of the records of a source."""

import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import groupby

import orjson

from state.encode import load_claims
from state.model import Claim


@dataclass(frozen=True, slots=True)
class RolePeriod:
    """A claim of a record (its row); `until` is the time from which it was printed no more (a stamp), None while it is."""

    record: int
    claim: Claim
    until: str | None


def role_periods(connection: sqlite3.Connection, source: str, ended: dict[int, str]) -> Iterator[RolePeriod]:
    """Every claim of every state of the records of a source; `ended` are those that it lists no more, as `over` gives them."""
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


def over(connection: sqlite3.Connection, source: str, scope: str) -> dict[int, str]:
    """The records that a source lists no more, each with the time (a stamp) at which that was so for the first time: those that
    were removed and, where a field says in which part of the whole a record is listed (a study period), those of earlier parts."""
    rows = connection.execute(
        "SELECT id, coalesce(missing_since, removed_at) FROM tracked WHERE source = ? AND removed_at IS NOT NULL", [source]
    )
    found = {int(row[0]): str(row[1]) for row in rows}
    if not scope:
        return found
    part = "coalesce(json_extract(fields, '$.' || :scope), '')"
    values = {"scope": scope, "source": source}
    begun = dict(
        connection.execute(f"SELECT {part}, min(first_seen) FROM tracked WHERE source = :source GROUP BY 1", values).fetchall()
    )
    if begun:
        newest = max(begun, key=lambda each: (begun[each], each))
        rows = connection.execute(
            f"SELECT id FROM tracked WHERE source = :source AND {part} <> :newest", {**values, "newest": newest}
        )
        found = {int(row[0]): begun[newest] for row in rows} | found
    return found


def proved(connection: sqlite3.Connection, pages: Collection[str]) -> dict[str, set[int]]:
    """Some pages with the records (their rows) of which each proves an attribution: also of those behind which a record of another
    source stands."""
    found: dict[str, set[int]] = {page: set() for page in pages}
    rows = connection.execute(
        "SELECT DISTINCT evidence_url, record FROM attributions WHERE evidence_url IN (SELECT value FROM json_each(?))",
        [orjson.dumps(sorted(pages)).decode()],
    )
    for page, record in rows:
        found[page].add(int(record))
    return found


def claims_of(connection: sqlite3.Connection, records: Collection[int]) -> Iterator[str]:
    """The claims of some records (their rows), as text."""
    rows = connection.execute(
        "SELECT claims FROM tracked WHERE id IN (SELECT value FROM json_each(?))", [orjson.dumps(sorted(records)).decode()]
    )
    return (str(row["claims"]) for row in rows)
