"""Attribution of records: rules, committees as of a moment, and corrections by people."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from bot.attribute import Attributor
from bot.attribute.roles import verdict_periods
from bot.context import RunContext
from bot.errors import ConfigError
from sources.base import Source
from state import corrections, records
from state.attributions import BEHIND, claims, rejudge, rules_version
from state.corrections import Correction, corrected
from state.db import connection_of, write
from state.model import Attribution, Record
from state.owners import settle_all_terms, settle_terms
from state.queries import history
from state.queries.committees import Owners, load_owners
from state.records import Difference


@dataclass(frozen=True, slots=True)
class RecordAttributor:
    """Attributor of the records of one source, as of a moment."""

    connection: sqlite3.Connection
    attributor: Attributor
    source: Source
    owners: Owners

    def __call__(self, record: Record) -> tuple[Attribution, ...]:
        """Return the attributions of a record: of its own claims, then those of the joined record of another source."""
        own = self.attributor.attribute(self.source.body, record, self.owners)
        return (*own, *joined(self.connection, self, record)) if self.source.history.join else own

    def before(self, run: int, at: datetime) -> "RecordAttributor":
        """Return the attributor of another moment (aware UTC), with the committees as known before a run."""
        return replace(self, owners=self.owners.before(run, at))


def record_attributor(connection: sqlite3.Connection, attributor: Attributor, source: Source, at: datetime) -> RecordAttributor:
    """Return an attributor with the committees of the source's body, as of a moment (aware UTC)."""
    return RecordAttributor(connection, attributor, source, load_owners(connection, source.body, at))


def apply_corrections(difference: Difference, by_record: Mapping[int, Sequence[Correction]]) -> Difference:
    """Apply corrections (by record id) to the attributions of a difference. Alerts use the result; the database stores the
    difference without them."""
    held, earlier = difference.held, difference.earlier
    if earlier and by_record:
        earlier = replace(earlier, attributions=corrected(earlier.attributions, earlier.id, by_record))
    if not by_record:
        return difference
    before, after = (corrected(some, held.id if held else 0, by_record) for some in (difference.before, difference.after))
    return replace(difference, before=before, after=after, earlier=earlier)


def apply_rules(context: RunContext) -> None:
    """Judge all stored claims again when the rules are new, without alerts, and before the transaction that stores it."""
    attributor, reader = context.attributor, connection_of(context.db)
    if rules_version(reader) == attributor.version:
        return
    judge = cache(attributor.judge)
    for body, claim, _ in claims(reader):
        judge(body, claim)
    with write(context.db) as connection:
        rejudge(connection, attributor.version, judge, verdict_periods)
        settle_all_terms(connection)


def correct(context: RunContext, name: str, role: str, party: str, country: str | None, because: str) -> tuple[int, int]:
    """Store a correction, which applies to all times; returns its id and the number of open attributions concerned. Raises
    ConfigError when no record has the name, or nobody holds that role in it."""
    found = history.record(context.db, name)
    if found is None:
        raise ConfigError(f"No record is known by {name!r}; give a reference, a key or an address as `changes` prints them.")
    concerned = [
        a for a in _open_attributions(found) if a["role"] == role and (not party or a["party"].casefold() == party.casefold())
    ]
    if not concerned:
        raise ConfigError(f"Nobody named {party!r} holds the role {role!r} in {name}; `show` prints who holds which.")
    with write(context.db) as connection:
        printed = concerned[0]["party"] if party else ""
        number = corrections.add(connection, found["id"], role, printed, country, because)
        _update_terms(connection, found["id"])
    return number, len(concerned)


def correct_everywhere(context: RunContext, party: str, country: str | None, because: str) -> tuple[int, int]:
    """Store a correction of a party wherever it is printed, now and later; returns its id and the number of open attributions
    concerned. Raises ConfigError when the party is printed nowhere."""
    rows = connection_of(context.db).execute("SELECT party FROM attributions WHERE valid_to IS NULL").fetchall()
    concerned = [row["party"] for row in rows if row["party"].casefold() == party.casefold()]
    if not concerned:
        raise ConfigError(f"No record prints {party!r}; `review` lists the parties that no rule knows, as printed.")
    with write(context.db) as connection:
        number = corrections.add(connection, corrections.EVERYWHERE, "", concerned[0], country, because)
        settle_all_terms(connection)
    return number, len(concerned)


def undo(context: RunContext, number: int) -> int:
    """Undo a correction; returns the number of open attributions concerned. Raises ConfigError when it is not in force."""
    rows = connection_of(context.db).execute("SELECT rule FROM attributions WHERE valid_to IS NULL")
    concerned = sum(1 for row in rows if row["rule"].startswith(f"correction {number}:"))
    with write(context.db) as connection:
        record = corrections.undo(connection, number)
        if record is None:
            raise ConfigError(f"There is no correction {number} in force; `corrections` lists them.")
        _update_terms(connection, record)
    return concerned


def _open_attributions(found: history.Row) -> list[history.Row]:
    return [a for a in found["attributions"] if a["valid_to"] is None]


def _update_terms(connection: sqlite3.Connection, record: int) -> None:
    """Recompute the secretariat terms when the corrected record is a committee, for the records that it owns, or of all committees
    when the correction holds everywhere."""
    if record == corrections.EVERYWHERE:
        settle_all_terms(connection)
    for row in connection.execute("SELECT body FROM tracked WHERE id = ? AND kind = 'committee'", [record]).fetchall():
        settle_terms(connection, row["body"])


def joined(connection: sqlite3.Connection, attributor: RecordAttributor, record: Record) -> Iterator[Attribution]:
    """Yield the attributions of the joined record of another source, as it claims them now or claimed them last."""
    source = attributor.source
    join, value = source.history.join, record.fields.get(source.history.join.field) if source.history.join else None
    if join is None or not value:
        return
    keys = records.keys_with_value(connection, join.source, join.theirs, str(value))[:1] if join.theirs else [str(value)]
    for held in records.without_attributions(connection, join.source, keys).values():
        for each in attributor.attributor.attribute(source.body, held.record, attributor.owners):
            yield replace(each, rule=f"{each.rule}{BEHIND}{held.record.reference}", behind=held.id)
