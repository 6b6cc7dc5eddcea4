"""Step 5, attribute, at work: claims judged by the rules, by the committees as they stood, and by what people said."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.attribute import Attributor
from bot.run.continuation import joined
from sources.base import Source
from state.corrections import Correction, corrected, in_force
from state.model import Attribution, Record
from state.queries.committees import Owners, load_owners


@dataclass(frozen=True, slots=True)
class Judge:
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
        if self.source.join:
            judged = (*judged, *joined(self.connection, self.source, record))
        return judged if row is None else corrected(judged, self.said.get(row, ()))

    def at(self, moment: datetime) -> "Judge":
        """The same judge at another moment (aware UTC)."""
        return replace(self, owners=Owners(moment, self.owners.by_name))


def judge_of(connection: sqlite3.Connection, attributor: Attributor, source: Source, at: datetime) -> Judge:
    """A judge with the committees of the body of a source and the corrections in force."""
    return Judge(connection, attributor, source, load_owners(connection, source.body, at), in_force(connection))
