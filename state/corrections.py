"""Decisions by people: corrections of attributions, which the public view applies to the results of the rules, topics of records,
and approvals of sources in shadow mode."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlite_utils import Database

from state.db import connection_of, write
from state.encode import stamp
from state.model import Attribution

EVERYWHERE = 0  # instead of the id of a record


@dataclass(frozen=True, slots=True)
class Correction:
    """Correction by a person: `party` (as printed; empty: any holder) counts for `country` (ISO 3166 alpha-2; None: for no country)
    in a role of a record (EVERYWHERE, and an empty role: wherever it is printed); `because` is the reason."""

    id: int
    record: int
    role: str
    party: str
    country: str | None
    because: str
    created_at: str

    def concerns(self, a: Attribution) -> bool:
        """Return True when the correction applies to an attribution."""
        return self.role in ("", a.role) and (not self.party or a.party.casefold() == self.party.casefold())


def add(connection: sqlite3.Connection, record: int, role: str, party: str, country: str | None, because: str) -> int:
    """Store a correction; returns its id. An earlier one of the same role and party is marked as undone."""
    now = stamp(datetime.now(UTC))
    connection.execute(
        "UPDATE corrections SET undone_at = ? WHERE record IS ? AND role = ? AND party = ? AND undone_at IS NULL",
        [now, record or None, role, party],
    )
    cursor = connection.execute(
        "INSERT INTO corrections (record, role, party, country, because, created_at) VALUES (?, ?, ?, ?, ?, ?)",
        [record or None, role, party, country, because, now],
    )
    return cursor.lastrowid or 0


def undo(connection: sqlite3.Connection, number: int) -> int | None:
    """Undo a correction; returns the id of its record, or None when there is no such correction in force."""
    row = connection.execute("SELECT record FROM corrections WHERE id = ? AND undone_at IS NULL", [number]).fetchone()
    if row is None:
        return None
    connection.execute("UPDATE corrections SET undone_at = ? WHERE id = ?", [stamp(datetime.now(UTC)), number])
    return int(row["record"] or EVERYWHERE)


def in_force(connection: sqlite3.Connection, records: Iterable[int] | None = None) -> dict[int, list[Correction]]:
    """Return the corrections in force, by record id; of some records, or of all."""
    found: dict[int, list[Correction]] = {}
    wanted = None if records is None else {EVERYWHERE, *records}
    for row in connection.execute("SELECT * FROM corrections WHERE undone_at IS NULL ORDER BY id"):
        record = row["record"] or EVERYWHERE
        if wanted is None or record in wanted:
            found.setdefault(record, []).append(
                Correction(row["id"], record, row["role"], row["party"], row["country"], row["because"], row["created_at"])
            )
    return found


def corrected(
    attributions: Iterable[Attribution], record: int, by_record: Mapping[int, Sequence[Correction]]
) -> tuple[Attribution, ...]:
    """Apply corrections (by record id) to attributions of a record, also those of a joined record behind it and those that hold
    everywhere: rule `correction`, confidence 1; the printed evidence stays."""
    return tuple(_correct(a, [c for each in {record, a.behind, EVERYWHERE} for c in by_record.get(each, ())]) for a in attributions)


def _correct(a: Attribution, corrections: list[Correction]) -> Attribution:
    for correction in sorted(corrections, key=lambda each: each.id, reverse=True):
        if correction.concerns(a):
            return replace(a, country=correction.country, rule=f"correction {correction.id}: {correction.because}", confidence=1.0)
    return a


def approve(db: Database, source: str) -> None:
    """Approve a source in shadow mode: it sends alerts from now on."""
    with write(db) as connection:
        connection.execute(
            "INSERT INTO trusted (source, trusted_at) VALUES (?, ?) ON CONFLICT (source) DO NOTHING",
            [source, stamp(datetime.now(UTC))],
        )


def revoke(db: Database, source: str) -> None:
    """Withdraw the approval of a source: it is in shadow mode again."""
    with write(db) as connection:
        connection.execute("DELETE FROM trusted WHERE source = ?", [source])


def approved_since(db: Database, source: str) -> str | None:
    """Return the time (a stamp) of the approval of a source, or None."""
    row = connection_of(db).execute("SELECT trusted_at FROM trusted WHERE source = ?", [source]).fetchone()
    return str(row["trusted_at"]) if row else None


def set_tag(connection: sqlite3.Connection, record: int, tag: str, wanted: bool) -> None:
    """Store that a record (its id) has a tag, or that it has not, whatever else shows it."""
    connection.execute("INSERT OR REPLACE INTO topics_set (record, tag, wanted) VALUES (?, ?, ?)", [record, tag, wanted])


def set_tags(connection: sqlite3.Connection) -> dict[tuple[str, str], dict[str, bool]]:
    """Return what people set, by source and key of the record: tag → True, or False where they took it away."""
    found: dict[tuple[str, str], dict[str, bool]] = {}
    for row in connection.execute(
        "SELECT t.source, t.key, s.tag, s.wanted FROM topics_set s JOIN tracked t ON t.id = s.record ORDER BY s.tag"
    ):
        found.setdefault((row["source"], row["key"]), {})[row["tag"]] = bool(row["wanted"])
    return found
