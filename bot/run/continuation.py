"""Links between records: a record that continues an earlier one under a new key, and a record joined to one of another source (see
Source.continues and Source.join)."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from sources.base import Source
from state import records
from state.model import Attribution, Record
from state.records import Held

FROM = "carried_from"  # the field that holds the key of the earlier record


def earlier(connection: sqlite3.Connection, source: Source, record: Record, at: datetime) -> Held | None:
    """Return the record that a new one continues at a moment: the same value in the field `continues`, in another part of the
    whole."""
    value = record.fields.get(source.history.continues) if source.history.continues else None
    if not value:
        return None
    found = records.keys_with_value(connection, source.name, source.history.continues, str(value))
    keys = [key for key in found if key != record.key]
    held = records.held(connection, source.name, keys, at)
    name = source.history.part
    part = record.fields.get(name)
    return next((held[key] for key in keys if not name or held[key].record.fields.get(name) != part), None)


def linked(record: Record, held: Held | None, before: Held | None) -> Record:
    """Return the record with the key of the record that it continues, found now or stored before."""
    key = before.record.key if before else held.record.fields.get(FROM) if held else None
    return replace(record, fields={**record.fields, FROM: key}) if key else record


def joined(connection: sqlite3.Connection, source: Source, record: Record) -> Iterator[Attribution]:
    """Yield the attributions of the joined record of another source, the open ones or those that ended last."""
    join, value = source.history.join, record.fields.get(source.history.join.field) if source.history.join else None
    if join is None or not value:
        return
    keys = records.keys_with_value(connection, join.source, join.theirs, str(value))[:1] if join.theirs else [str(value)]
    for held in records.without_attributions(connection, join.source, keys).values():
        for each in records.last_attributions(connection, held.id):
            yield replace(each, rule=f"{each.rule}, of {held.record.reference}")
