"""Write what a run found: records, versions, changes, attributions. All of it happens in the run's one transaction, a batch at a
time, so that a first load of a large file costs little more than the rows themselves."""

import sqlite3
from collections.abc import Mapping, Sequence
from itertools import count

from state.attributions import Move, write_moves
from state.encode import dump, dump_claims, dump_shown, stamp
from state.model import Record
from state.runs import Run
from state.store import Difference


def save(
    connection: sqlite3.Connection,
    run: Run,
    body: str,
    rules_version: str,
    differences: Sequence[Difference],
    captures: Mapping[str, int],
) -> dict[tuple[str, int], int]:
    """Write records, versions, changes and attributions; returns the row of each change by record key and its place."""
    now = stamp(run.observed_at)
    ids = _save_records(connection, run.source, body, now, differences)
    _save_versions(connection, run, now, differences, ids)
    write_moves(
        connection,
        now,
        rules_version,
        (Move(record, d.before, d.after, captures.get(d.url)) for d, record in zip(differences, ids, strict=True)),
    )
    return _save_changes(connection, run, now, differences, ids)


def _save_records(connection: sqlite3.Connection, source: str, body: str, now: str, differences: Sequence[Difference]) -> list[int]:
    """Write the records; returns the row of each. New ones are numbered here: nobody else writes within our transaction."""
    last = connection.execute("SELECT coalesce(max(id), 0) FROM tracked").fetchone()[0]
    numbers = count(last + 1)
    ids = [d.held.id if d.held else next(numbers) for d in differences]
    new = [(*_row(body, d), source, d.record.key, now, id) for d, id in zip(differences, ids, strict=True) if d.held is None]
    old = [(*_row(body, d), id) for d, id in zip(differences, ids, strict=True) if d.held and not d.gone]
    connection.executemany(
        "INSERT INTO tracked (kind, body, reference, title, url, status, fields, claims, digest, source, key, first_seen, id)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        new,
    )
    connection.executemany(
        "UPDATE tracked SET kind = ?, body = ?, reference = ?, title = ?, url = ?, status = ?, fields = ?, claims = ?, digest = ?"
        " WHERE id = ?",
        old,
    )
    return ids


def _row(body: str, d: Difference) -> tuple[object, ...]:
    r = d.record
    return r.kind, body, r.reference, r.title, r.url, r.status, dump(r.fields), dump_claims(r.claims), d.digest


def _save_versions(
    connection: sqlite3.Connection, run: Run, now: str, differences: Sequence[Difference], ids: Sequence[int]
) -> None:
    new, more = [], []
    for d, id in zip(differences, ids, strict=True):
        if d.held is None:
            new.append((id, now, run.id, *_state(d.record)))
        elif (d.changes and not d.gone) or d.record.claims != d.held.record.claims:
            more.append((id, now, run.id, *_state(d.record), id))
    connection.executemany("INSERT INTO versions (record, n, observed_at, run, fields, claims) VALUES (?, 1, ?, ?, ?, ?)", new)
    connection.executemany(
        "INSERT INTO versions (record, n, observed_at, run, fields, claims)"
        " SELECT ?, coalesce(max(n), 0) + 1, ?, ?, ?, ? FROM versions WHERE record = ?",
        more,
    )


def _state(record: Record) -> tuple[str, str]:
    return dump(record.compared()), dump_claims(record.claims)


def _save_changes(
    connection: sqlite3.Connection, run: Run, now: str, differences: Sequence[Difference], ids: Sequence[int]
) -> dict[tuple[str, int], int]:
    written: dict[tuple[str, int], int] = {}
    for d, id in zip(differences, ids, strict=True):
        for place, change in enumerate(d.changes):
            cursor = connection.execute(
                "INSERT INTO changes (run, record, observed_at, kind, field, before, after) VALUES (?, ?, ?, ?, ?, ?, ?)",
                [run.id, id, now, change.kind, change.field, dump_shown(change.before), dump_shown(change.after)],
            )
            written[d.record.key, place] = cursor.lastrowid or 0
    return written
