"""Attributions judged anew: what new rules, a new parser or a correction make of what is held. History is kept: the old row
stays and says by which it was replaced, and the new one holds from when the old one did."""

import sqlite3
from collections.abc import Iterable, Sequence

from state.judgements import BEGIN, Judgements
from state.model import Attribution
from state.record_rows import attribution_of


def open_rows(connection: sqlite3.Connection, record: int) -> list[tuple[sqlite3.Row, Attribution]]:
    """The attributions of a record that hold now, as rows and as what they say."""
    rows = connection.execute(
        "SELECT * FROM attributions WHERE record = ? AND valid_to IS NULL AND replaced_by IS NULL ORDER BY id", [record]
    ).fetchall()
    return [(row, attribution_of(row)) for row in rows]


def rejudge(connection: sqlite3.Connection, record: int, judged: Sequence[Attribution], rules_version: str, now: str) -> int:
    """Put newly judged attributions of a record in place of those that hold; returns how many differ. `now` is for what has no
    predecessor."""
    held = open_rows(connection, record)
    said = {verdict(a) for a in judged}
    fresh = [a for a in judged if verdict(a) not in {verdict(each) for _, each in held}]
    stale = [row for row, a in held if verdict(a) not in said]
    for a in fresh:
        before = predecessor(stale, a)
        since, capture = (before["valid_from"], before["capture"]) if before else (now, None)
        new = insert(connection, record, a, rules_version, since, capture)
        _replace(connection, [row for row in stale if before and row["id"] == before["id"]], new)
    _end(connection, stale)
    return max(len(fresh), len(stale))


def verdict(a: Attribution) -> tuple[object, ...]:
    """All that a judgement says: what is the same here is the same judgement."""
    return *a.standing, a.via, a.organisation, a.rule, a.confidence


def predecessor(stale: Iterable[sqlite3.Row], new: Attribution) -> sqlite3.Row | None:
    """The row that a new attribution takes the place of: the same role by the same party, else the same role."""
    same_role = [row for row in stale if row["role"] == new.role]
    same_party = [row for row in same_role if (row["party_id"] or row["party"]) == new.holder[1]]
    return next(iter(same_party or same_role), None)


def insert(connection: sqlite3.Connection, record: int, a: Attribution, rules_version: str, since: str, capture: int | None) -> int:
    """Write one attribution that holds since a time; returns its row."""
    return connection.execute(BEGIN, Judgements(connection, rules_version).standing(record, a, capture, since)).lastrowid or 0


def _replace(connection: sqlite3.Connection, rows: Iterable[sqlite3.Row], new: int) -> None:
    connection.executemany(
        "UPDATE standings SET replaced_by = ? WHERE id = ? AND replaced_by IS NULL", [[new, row["id"]] for row in rows]
    )


def _end(connection: sqlite3.Connection, rows: Iterable[sqlite3.Row]) -> None:
    # what nothing replaces was never so: it ends where it began
    connection.executemany(
        "UPDATE standings SET valid_to = valid_from WHERE id = ? AND replaced_by IS NULL", [[row["id"]] for row in rows]
    )
