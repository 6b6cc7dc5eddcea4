"""Step 5, attribute, at work: claims judged by the rules, by the committees as they stood, and by what people said."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.attribute import Attributor
from state.corrections import Correction, corrected, in_force
from state.model import Attribution, Record
from state.owners import Owners, load_owners


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges the records of one body as of a moment."""

    attributor: Attributor
    body: str
    owners: Owners
    said: Mapping[int, Sequence[Correction]]

    def __call__(self, record: Record, row: int | None) -> tuple[Attribution, ...]:
        """The attributions of a record; `row` is where it is held, None for a new one."""
        judged = self.attributor.attribute(self.body, record, self.owners)
        return judged if row is None else corrected(judged, self.said.get(row, ()))

    def at(self, moment: datetime) -> "Judge":
        """The same judge at another moment (aware UTC)."""
        return replace(self, owners=Owners(moment, self.owners.by_name))


def judge_of(connection: sqlite3.Connection, attributor: Attributor, body: str, at: datetime) -> Judge:
    """A judge with the committees of a body and the corrections in force."""
    return Judge(attributor, body, load_owners(connection, body, at), in_force(connection))
