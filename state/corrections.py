"""Decisions by people: corrections of attributions, which the public view lays over what the rules say, and approvals of sources in
shadow mode."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlite_utils import Database

from state.db import connection_of, write
from state.encode import stamp
from state.model import Attribution


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person said of a role in a record: `party` (as printed; empty: whoever holds it) counts for `country` (None: for
    none), because of `because`."""

    id: int
    record: int
    role: str
    party: str
    country: str | None
    because: str
    created_at: str

    def concerns(self, a: Attribution) -> bool:
        """Whether an attribution is the one that was corrected."""
        return a.role == self.role and (not self.party or a.party.casefold() == self.party.casefold())


def add(connection: sqlite3.Connection, record: int, role: str, party: str, country: str | None, because: str) -> int:
    """Keep a correction; returns its number. An earlier one of the same role and party stays on record, undone."""
    now = stamp(datetime.now(UTC))
    connection.execute(
        "UPDATE corrections SET undone_at = ? WHERE record = ? AND role = ? AND party = ? AND undone_at IS NULL",
        [now, record, role, party],
    )
    cursor = connection.execute(
        "INSERT INTO corrections (record, role, party, country, because, created_at) VALUES (?, ?, ?, ?, ?, ?)",
        [record, role, party, country, because, now],
    )
    return cursor.lastrowid or 0


def undo(connection: sqlite3.Connection, number: int) -> int | None:
    """Take a correction back; returns the record that it was of, or None when there is no such correction in force."""
    row = connection.execute("SELECT record FROM corrections WHERE id = ? AND undone_at IS NULL", [number]).fetchone()
    if row is None:
        return None
    connection.execute("UPDATE corrections SET undone_at = ? WHERE id = ?", [stamp(datetime.now(UTC)), number])
    return int(row["record"])


def in_force(connection: sqlite3.Connection, records: Iterable[int] | None = None) -> dict[int, list[Correction]]:
    """The corrections that hold, by record; of some records, or of all."""
    found: dict[int, list[Correction]] = {}
    wanted = None if records is None else set(records)
    for row in connection.execute("SELECT * FROM corrections WHERE undone_at IS NULL ORDER BY id"):
        if wanted is None or row["record"] in wanted:
            found.setdefault(row["record"], []).append(
                Correction(row["id"], row["record"], row["role"], row["party"], row["country"], row["because"], row["created_at"])
            )
    return found


def corrected(attributions: Iterable[Attribution], corrections: Iterable[Correction]) -> tuple[Attribution, ...]:
    """Attributions with what people said of them: rule `correction`, sure, and the printed evidence stays."""
    said = list(corrections)
    return tuple(_one(a, said) for a in attributions)


def _one(a: Attribution, corrections: list[Correction]) -> Attribution:
    for correction in reversed(corrections):
        if correction.concerns(a):
            return replace(a, country=correction.country, rule=f"correction {correction.id}: {correction.because}", confidence=1.0)
    return a


def trust(db: Database, source: str) -> None:
    """Let a source speak from now on."""
    with write(db) as connection:
        connection.execute(
            "INSERT INTO trusted (source, trusted_at) VALUES (?, ?) ON CONFLICT (source) DO NOTHING",
            [source, stamp(datetime.now(UTC))],
        )


def distrust(db: Database, source: str) -> None:
    """Send a source back into the shadow."""
    with write(db) as connection:
        connection.execute("DELETE FROM trusted WHERE source = ?", [source])


def trusted_since(db: Database, source: str) -> str | None:
    """Since when a source is trusted (a stamp), or None."""
    row = connection_of(db).execute("SELECT trusted_at FROM trusted WHERE source = ?", [source]).fetchone()
    return str(row["trusted_at"]) if row else None
