"""Committees by name, with the terms of their secretariat and their members. Deliverables are joined to them by owner."""

import sqlite3
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from state.encode import moment, stamp
from state.model import Attribution, Claim, Evidence


@dataclass(frozen=True, slots=True)
class Committee:
    """Committee with the consecutive terms of its secretariat: the end (a stamp) and the holder, or None where nobody held it."""

    id: int
    key: str
    reference: str
    first_seen: datetime
    terms: tuple[tuple[str, Attribution | None], ...]

    def secretariat(self, at: datetime) -> Attribution | None:
        """Return the holder of the secretariat at a moment. Before the committee was first seen,
        the holder at that time counts."""
        now = stamp(at)
        return next((held for until, held in self.terms if now < until), None)


@dataclass(frozen=True, slots=True)
class Owners:
    """Committees of a body by name, as of a moment. `shown` is the run that first showed each name."""

    at: datetime
    by_name: dict[str, Committee]
    shown: dict[str, int] = field(default_factory=dict, compare=False)
    judged: dict[Claim, Attribution] = field(default_factory=dict, compare=False)  # many deliverables have the same owner

    def same(self, one: str, other: str) -> bool:
        """Return True when two names are of one committee."""
        return one == other or (one in self.by_name and self.by_name[one] is self.by_name.get(other))

    def before(self, run: int, at: datetime) -> "Owners":
        """Return the committees as known before a run, as of a moment (aware UTC)."""
        known = {name: each for name, each in self.by_name.items() if self.shown[name] < run}
        return Owners(at, known, self.shown)


def load_owners(connection: sqlite3.Connection, body: str, at: datetime) -> Owners:
    """Load the committees of a body by every present and former name."""
    rows = connection.execute("SELECT * FROM committee_terms WHERE body = ? ORDER BY name, since", [body])
    owners, committees = Owners(at, {}), {}
    for name, own in groupby(rows, key=lambda row: str(row["name"])):
        first, *rest = own
        if first["committee"] not in committees:
            committees[first["committee"]] = Committee(
                first["committee"], first["key"], first["reference"], moment(first["first_seen"]),
                tuple((row["until"], _holder(row)) for row in (first, *rest)),
            )  # fmt: skip
        owners.by_name[name], owners.shown[name] = committees[first["committee"]], first["run"]
    return owners


def _holder(row: sqlite3.Row) -> Attribution | None:
    if row["party"] is None:
        return None
    evidence = Evidence("", "secretariat", row["party"])
    return Attribution(
        "secretariat", row["party"], row["country"], row["organisation"], "", row["confidence"], evidence, row["party_id"]
    )


def member_countries(connection: sqlite3.Connection, record: int, at: datetime) -> tuple[set[str], set[str]]:
    """Return the countries of the P-members and of the O-members of a committee (its id) at a moment."""
    found: dict[str, set[str]] = {"p-member": set(), "o-member": set()}
    for row in connection.execute(
        "SELECT role, country FROM attributions WHERE record = ? AND role IN ('p-member', 'o-member') AND country IS NOT NULL"
        " AND valid_from <= ? AND (valid_to IS NULL OR valid_to > ?)",
        [record, stamp(at), stamp(at)],
    ):
        found[row["role"]].add(row["country"])
    return found["p-member"], found["o-member"]


def committee_named(connection: sqlite3.Connection, body: str, name: str) -> sqlite3.Row | None:
    """Return the committee of a body by a present or former name, or None."""
    row: sqlite3.Row | None = connection.execute(
        "SELECT * FROM tracked WHERE id = (SELECT committee FROM committee_terms WHERE body = ? AND name = ? LIMIT 1)", [body, name]
    ).fetchone()
    return row


def record_by_key(connection: sqlite3.Connection, source: str, key: str) -> sqlite3.Row | None:
    """Return a record of a source by its key, or None."""
    row: sqlite3.Row | None = connection.execute("SELECT * FROM tracked WHERE source = ? AND key = ?", [source, key]).fetchone()
    return row


def records_for_topics(connection: sqlite3.Connection, record: int | None, committees: bool) -> list[sqlite3.Row]:
    """Return one record by id, or all listed committees, or else the records for which people set topics."""
    if record is not None:
        return connection.execute("SELECT * FROM tracked WHERE id = ?", [record]).fetchall()
    kind = "kind = 'committee' AND removed_at IS NULL" if committees else "id IN (SELECT record FROM topics_set)"
    return connection.execute(f"SELECT * FROM tracked WHERE {kind} ORDER BY body, reference").fetchall()
