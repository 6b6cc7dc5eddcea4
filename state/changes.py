"""Writer of differences: records, their past states, changes, attributions. All are written in the transaction of the run, in
batches, so that a first load of a large file costs little more than the rows themselves."""

import sqlite3
from collections.abc import Mapping, Sequence
from itertools import count

from state.attributions import StandingChange, reread_attributions, write_standing_changes
from state.encode import dump_shown, row_of, stamp
from state.owners import write_owners
from state.records import Difference
from state.runs import REPARSE, Run


def save(
    connection: sqlite3.Connection,
    run: Run,
    body: str,
    differences: Sequence[Difference],
    captures: Mapping[str, int],
) -> dict[tuple[str, int], int]:
    """Write records, past states, changes and attributions; returns change ids by record key and place among its changes."""
    now = stamp(run.observed_at)
    _save_past(connection, run, now, differences)
    ids = _save_records(connection, run, body, now, differences)
    reparsed = run.trigger == REPARSE
    numbered = list(zip(differences, ids, strict=True))
    standing_changes = [
        StandingChange(id, d.before, d.after, captures.get(d.url)) for d, id in numbered if not (reparsed and d.held)
    ]
    write_standing_changes(connection, body, now, standing_changes)
    for d, id in numbered if reparsed else ():
        if d.held and not d.gone:
            reread_attributions(connection, body, id, d.after, now)
    write_owners(connection, body, now, differences, ids, captures, reparsed)
    return _save_changes(connection, run, now, differences, ids)


def _save_past(connection: sqlite3.Connection, run: Run, now: str, differences: Sequence[Difference]) -> None:
    """Copy the states that end now to `past`, and number the new ones."""
    ending = [(d.held.id,) for d in differences if d.held and not d.gone and (d.changes or d.record.claims != d.held.record.claims)]
    connection.executemany(
        "INSERT INTO past SELECT id, n, since, run, title, reference, status, fields, claims FROM tracked WHERE id = ?", ending
    )
    connection.executemany("UPDATE tracked SET n = n + 1, since = ?, run = ? WHERE id = ?", [(now, run.id, id) for (id,) in ending])


def _save_records(connection: sqlite3.Connection, run: Run, body: str, now: str, differences: Sequence[Difference]) -> list[int]:
    """Write the records; returns their ids in order. New ids are computed here: nobody else writes within our transaction."""
    numbers = count(connection.execute("SELECT coalesce(max(id), 0) + 1 FROM tracked").fetchone()[0])
    ids = [d.held.id if d.held else next(numbers) for d in differences]
    numbered = list(zip(differences, ids, strict=True))
    connection.executemany(
        "INSERT INTO tracked (kind, reference, title, url, status, fields, claims, body, source, key, first_seen, since,"
        " run, id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(*row_of(d.record), body, run.source, d.record.key, now, now, run.id, id) for d, id in numbered if d.held is None],
    )
    connection.executemany(
        "UPDATE tracked SET kind = ?, reference = ?, title = ?, url = ?, status = ?, fields = ?, claims = ? WHERE id = ?",
        [(*row_of(d.record), id) for d, id in numbered if d.held and not d.gone],
    )
    return ids


def _save_changes(
    connection: sqlite3.Connection, run: Run, now: str, differences: Sequence[Difference], ids: Sequence[int]
) -> dict[tuple[str, int], int]:
    numbered = [(d, id, place, change) for d, id in zip(differences, ids, strict=True) for place, change in enumerate(d.changes)]
    if not numbered:
        return {}
    first = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM changes").fetchone()[0]
    connection.executemany(
        "INSERT INTO changes (id, run, record, observed_at, kind, field, before, after) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (number, run.id, id, now, change.kind, change.field, dump_shown(change.before), dump_shown(change.after))
            for number, (_, id, _, change) in enumerate(numbered, start=first)
        ],
    )
    return {(d.record.key, place): number for number, (d, _, place, _) in enumerate(numbered, start=first)}
