"""Attributions as a history: what stood ends, what stands begins, and what we learn of the past replaces what we thought of it."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import orjson

from state.judgements import BEGIN, Judgements
from state.model import Attribution
from state.record_rows import attribution_of


@dataclass(frozen=True, slots=True)
class Move:
    """The attributions of one record before and after something happened; `capture` is the row of the page that proves it."""

    record: int
    before: tuple[Attribution, ...]
    after: tuple[Attribution, ...]
    capture: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """An attribution with its row and the time in which it stands (as the database has it); `until` is None while it goes on."""

    id: int
    record: int
    since: str
    capture: int | None
    attribution: Attribution
    until: str | None = None


def write_moves(connection: sqlite3.Connection, now: str, rules_version: str, moves: Iterable[Move]) -> None:
    """End what no longer stands and begin what stands anew, at one moment (a stamp)."""
    judgements = Judgements(connection, rules_version)
    ended, begun = [], []
    for move in moves:
        if not move.before:
            begun += [judgements.standing(move.record, a, move.capture, now) for a in move.after]
            continue
        if move.before == move.after:
            continue
        stood, stands = {a.standing for a in move.before}, {a.standing for a in move.after}
        ended += [(now, move.record, role, party) for role, party, *_ in sorted(stood - stands)]
        begun += [judgements.standing(move.record, a, move.capture, now) for a in move.after if a.standing not in stood]
    connection.executemany(
        "UPDATE standings SET valid_to = ? WHERE record = ? AND valid_to IS NULL AND replaced_by IS NULL AND EXISTS (SELECT 1"
        " FROM judgements j WHERE j.id = judgement AND j.role = ? AND coalesce(j.party_id, j.party) = ?)",
        ended,
    )
    connection.executemany(BEGIN, begun)


def correct(connection: sqlite3.Connection, rules_version: str, old: Standing, right: Attribution) -> None:
    """Put what we know now in the place of what we thought, for the same time."""
    standing = Judgements(connection, rules_version).standing(old.record, right, old.capture, old.since, old.until)
    cursor = connection.execute(BEGIN, standing)
    connection.execute("UPDATE standings SET replaced_by = ? WHERE id = ?", [cursor.lastrowid, old.id])


def open_attributions(connection: sqlite3.Connection, ids: Sequence[int], role: str | None = None) -> dict[int, list[Standing]]:
    """The attributions of some records that go on, in one role or in all."""
    marks = ", ".join("?" * len(ids))
    found: dict[int, list[Standing]] = {}
    for row in connection.execute(
        f"SELECT * FROM attributions WHERE record IN ({marks}) AND valid_to IS NULL AND replaced_by IS NULL"
        " AND (? IS NULL OR role = ?) ORDER BY id",
        [*ids, role, role],
    ):
        found.setdefault(row["record"], []).append(_standing(row))
    return found


def ended_by_rule(connection: sqlite3.Connection, role: str, rule: str, parties: Iterable[str]) -> list[Standing]:
    """The attributions in a role that a rule made of some parties and that have ended since."""
    rows = connection.execute(
        "SELECT a.* FROM attributions a WHERE a.country IS NULL AND a.role = ? AND a.rule = ? AND a.valid_to IS NOT NULL"
        " AND a.replaced_by IS NULL AND a.party IN (SELECT value FROM json_each(?)) ORDER BY a.id",
        [role, rule, orjson.dumps(sorted(parties)).decode()],
    )
    return [_standing(row) for row in rows]


def _standing(row: sqlite3.Row) -> Standing:
    return Standing(row["id"], row["record"], row["valid_from"], row["capture"], attribution_of(row), row["valid_to"])


def rewind(connection: sqlite3.Connection, records: Iterable[int], role: str, now: str) -> None:
    """Take back, for one role of some records, what is on record of the time after a moment, so that the history can go on from
    there: what began later is replaced by what stood then."""
    for record in records:
        stood = connection.execute(
            "SELECT id FROM attributions WHERE record = ? AND role = ? AND replaced_by IS NULL AND valid_from <= ?"
            " ORDER BY valid_from DESC, id DESC LIMIT 1",
            [record, role, now],
        ).fetchone()
        if stood:
            connection.execute(
                "UPDATE standings SET replaced_by = ? WHERE record = ? AND replaced_by IS NULL AND valid_from > ?"
                " AND (SELECT role FROM judgements j WHERE j.id = judgement) = ?",
                [stood["id"], record, now, role],
            )
            connection.execute("UPDATE standings SET valid_to = NULL WHERE id = ?", [stood["id"]])
