"""Attribution history: close old rows, open new ones, supersede corrected ones. A judgement is stored once for all records that it
holds of."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from state.encode import attribution_of, stamp
from state.model import OWNED, Attribution


@dataclass(frozen=True, slots=True)
class StandingChange:
    """Attributions of one record before and after a change; `capture` is the id of the capture that proves it."""

    record: int
    before: tuple[Attribution, ...]
    after: tuple[Attribution, ...]
    capture: int | None = None


def write_standing_changes(
    connection: sqlite3.Connection, now: str, rules_version: str, standing_changes: Iterable[StandingChange]
) -> None:
    """Close attributions that ended and open new ones, at one moment (a stamp)."""
    judgements = Judgements(connection, rules_version)
    ended, begun = [], []
    for each in standing_changes:
        before, after = stored(each.before), stored(each.after)
        if before == after:
            continue
        old, new = {a.standing for a in before}, {a.standing for a in after}
        ended += [(now, each.record, role, party) for role, party, *_ in sorted(old - new)]
        begun += [judgements.standing(each.record, a, each.capture, now) for a in after if a.standing not in old]
    connection.executemany(
        "UPDATE standings SET valid_to = ? WHERE record = ? AND valid_to IS NULL AND replaced_by IS NULL AND EXISTS (SELECT 1"
        " FROM judgements j WHERE j.id = judgement AND j.role = ? AND coalesce(j.party_id, j.party) = ?)",
        ended,
    )
    connection.executemany(BEGIN, begun)


def open_attributions(connection: sqlite3.Connection, ids: Sequence[int], at: datetime) -> dict[int, tuple[Attribution, ...]]:
    """Return the open attributions of some records (their ids), without corrections; those through an owner as of a moment (aware
    UTC)."""
    marks = ", ".join("?" * len(ids))
    found: dict[int, tuple[Attribution, ...]] = {}
    for row in connection.execute(
        f"SELECT * FROM roles WHERE record IN ({marks}) AND replaced_by IS NULL AND CASE WHEN role = '{OWNED}'"
        " THEN valid_from <= ? AND coalesce(valid_to, '9') > ? ELSE valid_to IS NULL END ORDER BY id",
        [*ids, stamp(at), stamp(at)],
    ):
        found[row["record"]] = (*found.get(row["record"], ()), attribution_of(row))
    return found


COLUMNS = (
    "role", "verdict", "country", "organisation", "party", "party_id", "rule", "rules_version", "confidence", "evidence_field",
    "evidence_text",
)  # fmt: skip
FIND = f"SELECT id FROM judgements WHERE {' AND '.join(f'{column} IS ?' for column in COLUMNS)}"
INSERT = f"INSERT INTO judgements ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
BEGIN = "INSERT INTO standings (record, judgement, address, capture, valid_from, valid_to) VALUES (?, ?, ?, ?, ?, ?)"


class _RowIds:
    """Cache of row ids by content; a row that does not exist is inserted."""

    def __init__(self, connection: sqlite3.Connection):
        self._connection = connection
        self._rows: dict[tuple[Any, ...], int] = {}

    def _row(self, find: str, insert: str, values: tuple[Any, ...]) -> int:
        row = self._rows.get(values)
        if row is None:
            found = self._connection.execute(find, values).fetchone()
            row = self._rows[values] = int(found[0] if found else self._connection.execute(insert, values).lastrowid or 0)
        return row


class Addresses(_RowIds):
    """Ids of page addresses."""

    def row(self, url: str) -> int:
        """Return the id of an address."""
        return self._row("SELECT id FROM addresses WHERE url = ?", "INSERT INTO addresses (url) VALUES (?)", (url,))


class Judgements(_RowIds):
    """Ids of the judgements of one rules version."""

    def __init__(self, connection: sqlite3.Connection, rules_version: str):
        super().__init__(connection)
        self._rules_version, self._addresses = rules_version, Addresses(connection)

    def standing(self, record: int, a: Attribution, capture: int | None, since: str, until: str | None = None) -> tuple[Any, ...]:
        """Return the values of BEGIN for an attribution of a record since a moment (a stamp)."""
        return record, self._judgement(a), self._addresses.row(a.evidence.url), capture, since, until

    def _judgement(self, a: Attribution) -> int:
        return self._row(
            FIND, INSERT,
            (
                a.role, a.verdict, a.country, a.organisation, a.party, a.party_id, a.rule, self._rules_version, a.confidence,
                a.evidence.field, a.evidence.text,
            ),
        )  # fmt: skip


def stored(attributions: Iterable[Attribution]) -> list[Attribution]:
    """Return the attributions that are stored: those through an owner are derived by a view."""
    return [a for a in attributions if a.role != OWNED]


def open_rows(connection: sqlite3.Connection, record: int) -> list[tuple[sqlite3.Row, Attribution]]:
    """Return the open stored attributions of a record, each as row and as object."""
    rows = connection.execute(
        f"SELECT * FROM roles WHERE record = ? AND role <> '{OWNED}' AND valid_to IS NULL AND replaced_by IS NULL ORDER BY id",
        [record],
    ).fetchall()
    return [(row, attribution_of(row)) for row in rows]


def replace_attributions(
    connection: sqlite3.Connection, record: int, judged: Sequence[Attribution], rules_version: str, now: str
) -> int:
    """Replace the open attributions of a record by newly judged ones; returns the number that differ. `now` (a stamp) is the start
    of those without a predecessor."""
    held, judged = open_rows(connection, record), stored(judged)
    new_verdicts = {verdict(a) for a in judged}
    fresh = [a for a in judged if verdict(a) not in {verdict(each) for _, each in held}]
    stale = [row for row, a in held if verdict(a) not in new_verdicts]
    for a in fresh:
        before = predecessor(stale, a)
        since, capture = (before["valid_from"], before["capture"]) if before else (now, None)
        new = insert(connection, record, a, rules_version, since, capture)
        _replace(connection, [row for row in stale if before and row["id"] == before["id"]], new)
    _end(connection, stale)
    return max(len(fresh), len(stale))


def verdict(a: Attribution) -> tuple[object, ...]:
    """Return the identity of a judgement: standing, organisation, rule and confidence."""
    return *a.standing, a.organisation, a.rule, a.confidence


def predecessor(stale: Iterable[sqlite3.Row], new: Attribution) -> sqlite3.Row | None:
    """Return the row that a new attribution replaces: the same role by the same party, else the same role."""
    same_role = [row for row in stale if row["role"] == new.role]
    same_party = [row for row in same_role if (row["party_id"] or row["party"]) == new.holder[1]]
    return next(iter(same_party or same_role), None)


def insert(connection: sqlite3.Connection, record: int, a: Attribution, rules_version: str, since: str, capture: int | None) -> int:
    """Insert one attribution that holds since a time (a stamp); returns its id."""
    return connection.execute(BEGIN, Judgements(connection, rules_version).standing(record, a, capture, since)).lastrowid or 0


def _replace(connection: sqlite3.Connection, rows: Iterable[sqlite3.Row], new: int) -> None:
    connection.executemany(
        "UPDATE standings SET replaced_by = ? WHERE id = ? AND replaced_by IS NULL", [[new, row["id"]] for row in rows]
    )


def _end(connection: sqlite3.Connection, rows: Iterable[sqlite3.Row]) -> None:
    # an attribution without a successor was never true: it ends where it began
    connection.executemany(
        "UPDATE standings SET valid_to = valid_from WHERE id = ? AND replaced_by IS NULL", [[row["id"]] for row in rows]
    )
