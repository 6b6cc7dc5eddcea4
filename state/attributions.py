"""Attribution history: close old rows, open new ones, supersede those that were judged anew. A judgement is kept once, however many
records it holds of."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from state.encode import attribution_of
from state.model import Attribution


@dataclass(frozen=True, slots=True)
class StandingChange:
    """The attributions of one record before and after something happened; `capture` is the row of the page that proves it."""

    record: int
    before: tuple[Attribution, ...]
    after: tuple[Attribution, ...]
    capture: int | None = None


@dataclass(frozen=True, slots=True)
class OpenAttribution:
    """An attribution with its row and the time in which it stands (as the database has it); `until` is None while it goes on."""

    id: int
    record: int
    since: str
    capture: int | None
    attribution: Attribution
    until: str | None = None


def write_standing_changes(connection: sqlite3.Connection, now: str, rules_version: str, moves: Iterable[StandingChange]) -> None:
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


def correct(connection: sqlite3.Connection, rules_version: str, old: OpenAttribution, right: Attribution) -> None:
    """Put what we know now in the place of what we thought, for the same time."""
    standing = Judgements(connection, rules_version).standing(old.record, right, old.capture, old.since, old.until)
    cursor = connection.execute(BEGIN, standing)
    connection.execute("UPDATE standings SET replaced_by = ? WHERE id = ?", [cursor.lastrowid, old.id])


def open_attributions(
    connection: sqlite3.Connection, ids: Sequence[int], role: str | None = None
) -> dict[int, list[OpenAttribution]]:
    """The attributions of some records that go on, in one role or in all."""
    marks = ", ".join("?" * len(ids))
    found: dict[int, list[OpenAttribution]] = {}
    for row in connection.execute(
        f"SELECT * FROM attributions WHERE record IN ({marks}) AND valid_to IS NULL AND replaced_by IS NULL"
        " AND (? IS NULL OR role = ?) ORDER BY id",
        [*ids, role, role],
    ):
        found.setdefault(row["record"], []).append(_standing(row))
    return found


def ended_by_rule(connection: sqlite3.Connection, role: str, rule: str, parties: Iterable[str]) -> list[OpenAttribution]:
    """The attributions in a role that a rule made of some parties and that have ended since."""
    rows = connection.execute(
        "SELECT a.* FROM attributions a WHERE a.country IS NULL AND a.role = ? AND a.rule = ? AND a.valid_to IS NOT NULL"
        " AND a.replaced_by IS NULL AND a.party IN (SELECT value FROM json_each(?)) ORDER BY a.id",
        [role, rule, orjson.dumps(sorted(parties)).decode()],
    )
    return [_standing(row) for row in rows]


def _standing(row: sqlite3.Row) -> OpenAttribution:
    return OpenAttribution(row["id"], row["record"], row["valid_from"], row["capture"], attribution_of(row), row["valid_to"])


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


COLUMNS = (
    "role", "verdict", "country", "organisation", "party", "party_id", "rule", "rules_version", "confidence", "evidence_field",
    "evidence_text", "via",
)  # fmt: skip
FIND = f"SELECT id FROM judgements WHERE {' AND '.join(f'{column} IS ?' for column in COLUMNS)}"
INSERT = f"INSERT INTO judgements ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
BEGIN = "INSERT INTO standings (record, judgement, address, capture, valid_from, valid_to) VALUES (?, ?, ?, ?, ?, ?)"


class Judgements:
    """The judgements of one version of the rules, and the addresses, by their rows: found, or written when they are new."""

    def __init__(self, connection: sqlite3.Connection, rules_version: str):
        self._connection, self._rules_version = connection, rules_version
        self._rows: dict[tuple[Any, ...], int] = {}

    def standing(self, record: int, a: Attribution, capture: int | None, since: str, until: str | None = None) -> tuple[Any, ...]:
        """The values that BEGIN takes for an attribution which a record has since a moment (a stamp)."""
        return record, self._judgement(a), self._address(a.evidence.url), capture, since, until

    def _judgement(self, a: Attribution) -> int:
        return self._row(
            FIND, INSERT,
            (
                a.role, a.verdict, a.country, a.organisation, a.party, a.party_id, a.rule, self._rules_version, a.confidence,
                a.evidence.field, a.evidence.text, a.via or None,
            ),
        )  # fmt: skip

    def _address(self, url: str) -> int:
        return self._row("SELECT id FROM addresses WHERE url = ?", "INSERT INTO addresses (url) VALUES (?)", (url,))

    def _row(self, find: str, insert: str, values: tuple[Any, ...]) -> int:
        row = self._rows.get(values)
        if row is None:
            found = self._connection.execute(find, values).fetchone()
            row = self._rows[values] = int(found[0] if found else self._connection.execute(insert, values).lastrowid or 0)
        return row


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
