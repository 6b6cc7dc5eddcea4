"""Attribution of records: the rules, the committees as they stood, and on top of both what people said."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.attribute import Attributor
from bot.context import RunContext
from bot.errors import ConfigError
from bot.run.continuation import joined
from sources.base import Source
from state import corrections, records
from state.attributions import rejudge
from state.corrections import Correction, corrected
from state.db import connection_of, write
from state.encode import stamp
from state.model import Attribution, Record
from state.owners import settle_terms
from state.queries import history
from state.queries.committees import Owners, load_owners
from state.records import Difference
from state.runs import Run


@dataclass(frozen=True, slots=True)
class RecordAttributor:
    """Judges the records of one source as of a moment."""

    connection: sqlite3.Connection
    attributor: Attributor
    source: Source
    owners: Owners

    def __call__(self, record: Record) -> tuple[Attribution, ...]:
        """The attributions of a record: of its own claims, then those of the record of another source that stands behind it."""
        judged = self.attributor.attribute(self.source.body, record, self.owners)
        return (*judged, *joined(self.connection, self.source, record)) if self.source.history.join else judged

    def before(self, run: int, at: datetime) -> "RecordAttributor":
        """The same judge at another moment (aware UTC), knowing what was known of the committees before a run."""
        return replace(self, owners=self.owners.before(run, at))


def record_attributor(connection: sqlite3.Connection, attributor: Attributor, source: Source, at: datetime) -> RecordAttributor:
    """A judge with the committees of the body of a source."""
    return RecordAttributor(connection, attributor, source, load_owners(connection, source.body, at))


def as_corrected(difference: Difference, said: Mapping[int, Sequence[Correction]]) -> Difference:
    """A difference with what people said (by the row of the record) of its attributions: as it is to be told, not as it is kept."""
    held, earlier = difference.held, difference.earlier
    if earlier and earlier.id in said:
        earlier = replace(earlier, attributions=corrected(earlier.attributions, said[earlier.id]))
    own = said.get(held.id, ()) if held else ()
    if not own and earlier is difference.earlier:
        return difference
    return replace(difference, before=corrected(difference.before, own), after=corrected(difference.after, own), earlier=earlier)


def reattribute(connection: sqlite3.Connection, attributor: Attributor, source: Source, run: Run) -> int:
    """Apply the rules of today to the claims of every record that is held; returns how many records are judged otherwise."""
    judge, now = record_attributor(connection, attributor, source, run.observed_at), stamp(run.observed_at)
    ids = [row[0] for row in connection.execute("SELECT id FROM tracked WHERE source = ? AND removed_at IS NULL", [source.name])]
    count = sum(rejudge(connection, row, judge(records.tracked(connection, row)), attributor.version, now) > 0 for row in ids)
    settle_terms(connection, source.body)
    return count


def correct(desk: RunContext, name: str, role: str, party: str, country: str | None, because: str) -> tuple[int, int]:
    """Keep a correction, which counts from now on for all times; returns its number and how many attributions it concerns. Raises
    ConfigError when no record, or nobody in that role, goes by the name."""
    found = history.record(desk.db, name)
    if found is None:
        raise ConfigError(f"No record is known by {name!r}; give a reference, a key or an address as `changes` prints them.")
    concerned = [a for a in _open(found) if a["role"] == role and (not party or a["party"].casefold() == party.casefold())]
    if not concerned:
        raise ConfigError(f"Nobody named {party!r} holds the role {role!r} in {name}; `show` prints who holds which.")
    with write(desk.db) as connection:
        printed = concerned[0]["party"] if party else ""
        number = corrections.add(connection, found["id"], role, printed, country, because)
        _settle(connection, found["id"])
    return number, len(concerned)


def undo(desk: RunContext, number: int) -> int:
    """Take a correction back; returns how many attributions it concerned. Raises ConfigError when it is not in force."""
    rows = connection_of(desk.db).execute(
        "SELECT rule FROM attributions WHERE record = (SELECT record FROM corrections WHERE id = ?)"
        " AND valid_to IS NULL AND replaced_by IS NULL",
        [number],
    )
    concerned = sum(1 for row in rows if row["rule"].startswith(f"correction {number}:"))
    with write(desk.db) as connection:
        record = corrections.undo(connection, number)
        if record is None:
            raise ConfigError(f"There is no correction {number} in force; `corrections` lists them.")
        _settle(connection, record)
    return concerned


def _open(found: history.Row) -> list[history.Row]:
    return [a for a in found["attributions"] if a["valid_to"] is None and a["replaced_by"] is None]


def _settle(connection: sqlite3.Connection, record: int) -> None:
    """Let what a committee owns follow what was said of it."""
    for row in connection.execute("SELECT body FROM tracked WHERE id = ? AND kind = 'committee'", [record]).fetchall():
        settle_terms(connection, row["body"])
