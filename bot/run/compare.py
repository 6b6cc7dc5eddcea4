"""Step 4, diff, within a run: the difference between a scraped record and the stored one. Used by live runs, reparsing of the
archive, quarantined runs and the backtest. Pure, but for the look-ups of the attributor.

A record may continue an earlier one under a new key (see `History.continues`).
"""

import sqlite3
from dataclasses import replace
from datetime import date, datetime
from typing import Literal

from bot.attribute.attributor import owner_moves
from bot.diff import diff
from bot.parse.result import Scraped
from bot.run.attribution import RecordAttributor
from sources.base import Source
from state import records
from state.model import Change, Meaning, Record
from state.records import Difference, Held

# baseline: a first poll, without changes · news: the body made the differences · silent: the parser may have made them ·
# backfill: the reading of the record was deferred, and it existed before
Mode = Literal["baseline", "news", "silent", "backfill"]

FROM = "carried_from"  # the field that holds the key of the earlier record


def continued_record(connection: sqlite3.Connection, source: Source, record: Record, at: datetime) -> Held | None:
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


def compare(
    attributor: RecordAttributor, scraped: Scraped, held: Held | None, earlier: Held | None, mode: Mode, day: date
) -> Difference:
    """Compare a scraped record with the stored one (None: new), or with the `earlier` one that a new one continues under another
    key. In mode `baseline` only meanings that concern everybody are kept. `day` is that of the observation."""
    source = attributor.source
    record = stored_form(source, scraped.record, held, earlier)
    before, after = held.attributions if held else (), attributor(record)
    old = held.record if held else None
    kept = Difference(held, record, (), before, after, (), scraped.digest, scraped.url, earlier)
    if mode == "baseline":
        return replace(kept, meanings=tuple(each for each in means(source, None, record, day) if each.general))
    if mode == "backfill" and held is None:
        return kept
    changes = tuple(change for change in diff(old, record) if change.field not in source.history.ignored_fields)
    if held and held.removed:
        changes = (Change(record.key, "restored", after=record.title), *changes)
    if mode != "news":
        return replace(kept, changes=reparsed(changes))
    meanings = means(source, old, record, day) if changes else ()
    return replace(kept, changes=changes, meanings=(*meanings, *owner_moves(old, record, attributor.owners)))


def removed(held: Held, mode: Mode = "news") -> Difference:
    """Return the difference of a record that counts as removed."""
    changes = (Change(held.record.key, "removed", before=held.record.title),)
    return Difference(
        held, held.record, changes if mode == "news" else reparsed(changes), held.attributions, held.attributions, gone=True
    )


def stored_form(source: Source, record: Record, held: Held | None, earlier: Held | None) -> Record:
    """Return a record as it is stored: with the key of the record that it continues, and without noise against the stored one."""
    record = linked(record, held, earlier)
    return source.history.noise_filter(held.record, record) if source.history.noise_filter and held else record


def means(source: Source, old: Record | None, new: Record, day: date) -> tuple[Meaning, ...]:
    """Return the meanings of the step from one state to the next in the body's terms."""
    return tuple(source.history.means(old, new, day)) if source.history.means else ()


def reparsed(changes: tuple[Change, ...]) -> tuple[Change, ...]:
    """Return changes with kind `reparsed`: made by the parser, not by the body."""
    return tuple(replace(change, kind="reparsed") for change in changes)
