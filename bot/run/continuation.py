"""How records hang together: one that goes on from an earlier one under a new key, and one behind which that of another source
stands (see Source.continues and Source.join)."""

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
    """The record from which one that is new at a moment goes on: the same in what the source continues by, of another part."""
    value = record.fields.get(source.history.continues) if source.history.continues else None
    if not value:
        return None
    keys = [key for key in records.found_by(connection, source.name, source.history.continues, str(value)) if key != record.key]
    held = records.held(connection, source.name, keys, at)
    name = source.history.part
    part = record.fields.get(name)
    return next((held[key] for key in keys if not name or held[key].record.fields.get(name) != part), None)


def linked(record: Record, held: Held | None, before: Held | None) -> Record:
    """The record with the key of the one that it goes on from, found now or known from before."""
    key = before.record.key if before else held.record.fields.get(FROM) if held else None
    return replace(record, fields={**record.fields, FROM: key}) if key else record


def joined(connection: sqlite3.Connection, source: Source, record: Record) -> Iterator[Attribution]:
    """Who leads or supports the record of another source that stands behind this one, or did when it was last led."""
    join, value = source.history.join, record.fields.get(source.history.join.field) if source.history.join else None
    if join is None or not value:
        return
    keys = records.found_by(connection, join.source, join.theirs, str(value))[:1] if join.theirs else [str(value)]
    for held in records.plain(connection, join.source, keys).values():
        for each in records.last_attributions(connection, held.id):
            yield replace(each, rule=f"{each.rule}, of {held.record.reference}")
