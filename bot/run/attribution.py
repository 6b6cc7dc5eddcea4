"""Attribution of held records: the rules, the committees as they stood, and people's corrections, applied to one source."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.attribute import Attributor
from bot.context import RunContext
from bot.errors import ConfigError
from bot.run.continuation import joined
from sources import all_sources
from sources.base import Source
from state import corrections, records
from state.attributions import open_rows, rejudge
from state.corrections import Correction, corrected, in_force
from state.db import write
from state.encode import moment
from state.model import Attribution, Record
from state.queries import history
from state.queries.committees import Owners, load_owners


@dataclass(frozen=True, slots=True)
class RecordAttributor:
    """Judges the records of one source as of a moment."""

    connection: sqlite3.Connection
    attributor: Attributor
    source: Source
    owners: Owners
    said: Mapping[int, Sequence[Correction]]

    def __call__(self, record: Record, row: int | None) -> tuple[Attribution, ...]:
        """The attributions of a record: of its own claims, then those of the record of another source that stands behind it.
        `row` is where the record is held, None for a new one."""
        judged = self.attributor.attribute(self.source.body, record, self.owners)
        if self.source.history.join:
            judged = (*judged, *joined(self.connection, self.source, record))
        return judged if row is None else corrected(judged, self.said.get(row, ()))

    def at(self, moment: datetime) -> "RecordAttributor":
        """The same judge at another moment (aware UTC)."""
        return replace(self, owners=Owners(moment, self.owners.by_name))


def record_attributor(connection: sqlite3.Connection, attributor: Attributor, source: Source, at: datetime) -> RecordAttributor:
    """A judge with the committees of the body of a source and the corrections in force."""
    return RecordAttributor(connection, attributor, source, load_owners(connection, source.body, at), in_force(connection))


def correct(desk: RunContext, name: str, role: str, party: str, country: str | None, because: str) -> tuple[int, int]:
    """Keep a correction and apply it now; returns its number and how many attributions changed. Raises ConfigError when no
    record, or nobody in that role, goes by the name."""
    found = history.record(desk.db, name)
    if found is None:
        raise ConfigError(f"No record is known by {name!r}; give a reference, a key or an address as `changes` prints them.")
    with write(desk.db) as connection:
        number = corrections.add(connection, found["id"], role, party, country, because)
        said = corrections.in_force(connection, [found["id"]])[found["id"]][-1]
        if not any(said.concerns(a) for _, a in open_rows(connection, found["id"])):
            raise ConfigError(f"Nobody named {party!r} holds the role {role!r} in {name}; `show` prints who holds which.")
        return number, reattribute_record(desk, connection, found["id"])


def undo(desk: RunContext, number: int) -> int:
    """Take a correction back; returns how many attributions changed. Raises ConfigError when it is not in force."""
    with write(desk.db) as connection:
        record = corrections.undo(connection, number)
        if record is None:
            raise ConfigError(f"There is no correction {number} in force; `corrections` lists them.")
        return reattribute_record(desk, connection, record)


def reattribute_record(desk: RunContext, connection: sqlite3.Connection, record: int) -> int:
    """Judge one record anew, with the corrections in force. Raises ConfigError when its source is configured no more."""
    row = connection.execute(
        "SELECT t.source, s.accepted_at FROM tracked t JOIN sources s ON s.name = t.source WHERE t.id = ?", [record]
    ).fetchone()
    source = all_sources().get(row["source"])
    if source is None:
        raise ConfigError(f"There is no source {row['source']!r} any more; its records stay as they are.")
    judge = record_attributor(connection, desk.attributor, source, moment(row["accepted_at"]))
    judged = judge(records.tracked(connection, record), record)
    return rejudge(connection, record, judged, desk.attributor.version, row["accepted_at"])
