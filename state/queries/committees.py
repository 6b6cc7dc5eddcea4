"""Committees with their names, the terms of their secretariat and their members: what deliverables are joined to by owner."""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import orjson

from state.encode import attribution_of, moment, stamp
from state.model import Attribution, Claim

OWNED = "secretariat-of-owner"  # the role of a deliverable's claim that names its owner


@dataclass(frozen=True, slots=True)
class SecretariatTerm:
    """The time in which one party held the secretariat; `until` is None while it does. Aware UTC."""

    since: datetime
    until: datetime | None
    attribution: Attribution


@dataclass(frozen=True, slots=True)
class Committee:
    """A committee with all its names, of today and of the past, and all terms of its secretariat."""

    id: int
    key: str
    reference: str
    url: str
    first_seen: datetime
    names: frozenset[str]
    terms: tuple[SecretariatTerm, ...]

    def secretariat(self, at: datetime) -> Attribution | None:
        """Who held the secretariat at a moment. For the time before the committee was first seen, who held it then."""
        at = max(at, self.first_seen)
        return next((t.attribution for t in self.terms if t.since <= at and (t.until is None or at < t.until)), None)

    def turns(self) -> set[datetime]:
        """The moments at which the secretariat changed, after the committee was first seen."""
        return {when for t in self.terms for when in (t.since, t.until) if when is not None and when > self.first_seen}


@dataclass(frozen=True, slots=True)
class Owners:
    """The committees of a body by name, as things stood at a moment."""

    at: datetime
    by_name: dict[str, Committee]
    judged: dict[Claim, Attribution] = field(default_factory=dict, compare=False)  # many deliverables have the same owner

    def same(self, one: str, other: str) -> bool:
        """Whether two names are names of one committee."""
        return one == other or (one in self.by_name and self.by_name[one] is self.by_name.get(other))

    def later(self) -> list["Owners"]:
        """The states that are known of the time after this one: none unless history is replayed out of order."""
        turns = {turn for committee in self.by_name.values() for turn in committee.turns()}
        return [Owners(turn, self.by_name) for turn in sorted(turns) if turn > self.at]


def load_owners(connection: sqlite3.Connection, body: str, at: datetime) -> Owners:
    """The committees of a body with their names and terms. Where two had the same name, the one that has it now comes first."""
    terms = _terms(connection, body)
    former = _former_names(connection, body)
    by_name: dict[str, Committee] = {}
    rows = connection.execute(
        "SELECT id, key, reference, url, first_seen FROM tracked WHERE body = ? AND kind = 'committee'"
        " ORDER BY removed_at IS NOT NULL, id",
        [body],
    ).fetchall()
    committees = [
        Committee(
            row["id"], row["key"], row["reference"], row["url"], moment(row["first_seen"]),
            frozenset({row["reference"], *former.get(row["id"], ())}), tuple(terms.get(row["id"], ())),
        )
        for row in rows
    ]  # fmt: skip
    for committee in committees:
        by_name.setdefault(committee.reference, committee)
    for committee in committees:
        for name in committee.names:
            by_name.setdefault(name, committee)
    return Owners(at, by_name)


def _terms(connection: sqlite3.Connection, body: str) -> dict[int, list[SecretariatTerm]]:
    found: dict[int, list[SecretariatTerm]] = {}
    rows = connection.execute(  # a committee has one secretariat and forty members: it is not asked for by committee
        "SELECT s.record, s.valid_from, s.valid_to, s.judgement, s.address, s.id FROM judgements j CROSS JOIN standings s"
        " ON s.judgement = j.id CROSS JOIN tracked t ON t.id = s.record WHERE j.role = 'secretariat' AND s.replaced_by IS NULL"
        " AND t.body = ? AND t.kind = 'committee' ORDER BY s.id",
        [body],
    ).fetchall()
    said = _said(connection, {(judgement, address): id for *_, judgement, address, id in rows})
    for record, since, until, judgement, address, _ in rows:
        term = SecretariatTerm(moment(since), moment(until) if until else None, said[judgement, address])
        found.setdefault(record, []).append(term)
    return found


def _said(connection: sqlite3.Connection, ids: Mapping[tuple[int, int], int]) -> dict[tuple[int, int], Attribution]:
    """What a judgement says by an address, each made once: `ids` has for each of both a standing that has them."""
    wanted = orjson.dumps(list(ids.values())).decode()
    rows = connection.execute("SELECT * FROM attributions WHERE id IN (SELECT value FROM json_each(?))", [wanted])
    made = {row["id"]: attribution_of(row) for row in rows}
    return {pair: made[id] for pair, id in ids.items()}


def _former_names(connection: sqlite3.Connection, body: str) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for row in connection.execute(
        "SELECT c.record, c.before FROM changes c JOIN tracked t ON t.id = c.record"
        " WHERE c.field = 'reference' AND c.before IS NOT NULL AND t.body = ? AND t.kind = 'committee'",
        [body],
    ):
        found.setdefault(row["record"], set()).add(orjson.loads(row["before"]))
    return found


def owned(connection: sqlite3.Connection, body: str, names: Iterable[str]) -> list[int]:
    """The records that claim one of these committees as their owner and are not removed."""
    return [
        row[0]
        for row in connection.execute(
            "SELECT DISTINCT t.id FROM tracked t, json_each(t.claims) run, json_each(run.value, '$[3]') party WHERE t.body = ?"
            " AND t.removed_at IS NULL AND t.claims LIKE ? AND run.value ->> '$[0]' = ?"
            " AND party.value ->> '$[0]' IN (SELECT value FROM json_each(?))",
            [body, f'%"{OWNED}"%', OWNED, orjson.dumps(sorted(names)).decode()],
        )
    ]


def member_countries(connection: sqlite3.Connection, record: int, at: datetime) -> tuple[set[str], set[str]]:
    """The countries that are P-members and those that are O-members of a committee (its row) at a moment."""
    found: dict[str, set[str]] = {"p-member": set(), "o-member": set()}
    for row in connection.execute(
        "SELECT role, country FROM attributions WHERE record = ? AND role IN ('p-member', 'o-member') AND country IS NOT NULL"
        " AND replaced_by IS NULL AND valid_from <= ? AND (valid_to IS NULL OR valid_to > ?)",
        [record, stamp(at), stamp(at)],
    ):
        found[row["role"]].add(row["country"])
    return found["p-member"], found["o-member"]
