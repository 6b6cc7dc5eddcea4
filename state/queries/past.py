"""What happened to some records since a moment, with each record as it was before and after: read back from the versions."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

import orjson

from state.encode import moment, record_of
from state.model import Change, Record
from state.records import chunks
from state.runs import Run

KINDS = "('added', 'changed', 'restored')"


@dataclass(frozen=True, slots=True)
class Step:
    """What one run changed of one record. `rows` are those of its changes, in their order; values are as people were shown them."""

    run: int
    old: Record | None
    new: Record
    changes: tuple[Change, ...]
    rows: tuple[int, ...]


def steps(connection: sqlite3.Connection, since: Mapping[int, str]) -> Iterator[Step]:
    """The steps of some records (their rows), each from its moment (a stamp) on, run by run."""
    found: list[sqlite3.Row] = []
    for some in chunks(list(since)):
        marks = ", ".join("?" * len(some))
        query = f"SELECT * FROM changes WHERE record IN ({marks}) AND kind IN {KINDS}"
        found += (row for row in connection.execute(query, some) if moment(row["observed_at"]) >= moment(since[row["record"]]))
    found.sort(key=lambda row: (row["run"], row["record"], row["id"]))
    for (run, record), rows in groupby(found, key=lambda row: (row["run"], row["record"])):
        if (step := _step(connection, run, record, list(rows))) is not None:
            yield step


def _step(connection: sqlite3.Connection, run: int, record: int, rows: list[sqlite3.Row]) -> Step | None:
    versions = connection.execute(
        "SELECT t.key, t.kind, t.url, v.* FROM versions v JOIN tracked t ON t.id = v.record WHERE v.record = ?"
        " AND v.n <= (SELECT max(n) FROM versions WHERE record = ? AND run = ?) ORDER BY v.n DESC LIMIT 2",
        [record, record, run],
    ).fetchall()
    if not versions:
        return None
    new, *older = (record_of(row) for row in versions)
    changes = tuple(Change(new.key, r["kind"], r["field"], _shown(r["before"]), _shown(r["after"])) for r in rows)
    old = older[0] if older and changes[0].kind != "added" else None
    return Step(run, old, new, changes, tuple(row["id"] for row in rows))


def _shown(text: str | None) -> str | None:
    return None if text is None else str(orjson.loads(text))


def run_of(connection: sqlite3.Connection, id: int) -> Run:
    """A run that is on record."""
    row = connection.execute("SELECT * FROM runs WHERE id = ?", [id]).fetchone()
    return Run(id, row["source"], moment(row["observed_at"]), row["trigger"], row["status"], row["records"], alerts=row["alerts"])


def last_run(connection: sqlite3.Connection, source: str) -> Run | None:
    """The run that was accepted last of a source."""
    row = connection.execute(
        "SELECT r.id FROM runs r JOIN sources s ON s.name = r.source AND s.accepted_at = r.observed_at WHERE s.name = ?"
        " AND r.status IN ('baseline', 'ok', 'unchanged') ORDER BY r.id DESC LIMIT 1",
        [source],
    ).fetchone()
    return row and run_of(connection, row["id"])


def told_of(connection: sqlite3.Connection, watchlist: str, changes: Iterable[int]) -> set[int]:
    """Which of some changes a watchlist has an alert of."""
    rows = connection.execute(
        "SELECT change FROM alerts WHERE watchlist = ? AND change IN (SELECT value FROM json_each(?))",
        [watchlist, orjson.dumps(list(changes)).decode()],
    )
    return {row[0] for row in rows}
