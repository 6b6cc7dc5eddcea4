"""Participation: the members of a group of countries that take part in a committee, observe it, or are absent."""

import sqlite3
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib.resources import files

from sqlite_utils import Database

from bot.attribute.attributor import owner_of
from state.db import connection_of
from state.encode import record_of
from state.model import Record
from state.queries.committees import Owners, load_owners, member_countries

NOT_PUBLISHED = "participation is not published"
FEWEST = 3  # shorter lists are incomplete: joint committees run by IEC print their secretariat only


@dataclass(frozen=True, slots=True)
class Participation:
    """Countries of a group (alpha-2 codes, sorted) by how they take part in one committee."""

    title: str
    takes_part: tuple[str, ...]
    observes: tuple[str, ...]
    absent: tuple[str, ...]

    @property
    def text(self) -> str:
        """One line for people: "14 take part, 9 observe, 3 absent (DE FR NL)"."""
        counts = f"{len(self.takes_part)} take part, {len(self.observes)} observe, {len(self.absent) or 'none'} absent"
        return f"{counts} ({' '.join(self.absent)})" if self.absent else counts


@dataclass(frozen=True, slots=True)
class Group:
    """A group of countries in groups.toml."""

    title: str
    members: tuple[str, ...]


@cache
def groups() -> Mapping[str, Group]:
    """Return the shipped groups of countries by name."""
    text = files("bot").joinpath("gazetteer", "groups.toml").read_text(encoding="utf-8")
    return {name: Group(each["title"], tuple(each["members"])) for name, each in tomllib.loads(text).items()}


def participation(connection: sqlite3.Connection, committee: int, group: Group, at: datetime) -> Participation | None:
    """Return the participation of a group in a committee (its row) at a moment, or None when the body does not list the members."""
    participating, observing = member_countries(connection, committee, at)
    if len(participating) + len(observing) < FEWEST:
        return None
    return Participation(
        group.title,
        tuple(sorted(set(group.members) & participating)),
        tuple(sorted(set(group.members) & observing - participating)),
        tuple(sorted(set(group.members) - participating - observing)),
    )


def participation_for(db: Database, record: int, group: str, at: datetime) -> tuple[str, Participation] | None:
    """Return the participation of a group in the committee that a record (its row) is or is owned by, with the reference of the
    committee."""
    connection = connection_of(db)
    row = connection.execute("SELECT * FROM tracked WHERE id = ?", [record]).fetchone()
    lookup = ParticipationLookup(connection, load_owners(connection, row["body"], at), groups()[group], at)
    return lookup.of(record_of(row))


def is_presence(line: str) -> bool:
    """Return True for a line of a ParticipationLookup among the reasons of an alert."""
    return line.startswith(tuple(group.title for group in groups().values()))


@dataclass(slots=True)
class ParticipationLookup:
    """Participation of one group in the committees of a body at one moment; each record and committee is looked up once."""

    connection: sqlite3.Connection
    owners: Owners
    group: Group
    at: datetime
    found: dict[int, Participation | None] = field(default_factory=dict)
    lines: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def line(self, record: Record | None) -> tuple[str, ...]:
        """Return a line on the committee of a record; none without a record."""
        if record is None:
            return ()
        if record.key not in self.lines:  # a record may have thousands of claims, and as many alerts
            known, title = self.of(record), self.group.title
            self.lines[record.key] = (f"{title} in {known[0]}: {known[1].text}" if known else f"{title}: {NOT_PUBLISHED}",)
        return self.lines[record.key]

    def of(self, record: Record) -> tuple[str, Participation] | None:
        """Return the reference of the committee that a record is or is owned by, and the participation of the group."""
        return self.in_committee(owner_of(record) or (record.reference if record.kind == "committee" else None))

    def in_committee(self, name: str | None) -> tuple[str, Participation] | None:
        """Return the same for a committee by name."""
        committee = self.owners.by_name.get(name) if name else None
        if committee is None:
            return None
        if committee.id not in self.found:
            at = max(self.at, committee.first_seen)
            self.found[committee.id] = participation(self.connection, committee.id, self.group, at)
        known = self.found[committee.id]
        return (committee.reference, known) if known else None
