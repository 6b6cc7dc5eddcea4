"""Step 4, diff, within a run: the difference between a scraped record and the stored one. Used by live runs, reparsing of the
archive, quarantined runs and the backtest. Pure, but for the look-ups of the attributor.

A record may continue an earlier one under a new key (see `History.continues`).
"""

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import chain
from typing import Literal

from bot.attribute.attributor import owner_moves
from bot.check import Tally
from bot.context import RunContext
from bot.diff import diff
from bot.parse.result import Scraped
from bot.run.attribution import RecordAttributor, record_attributor
from sources.base import Source
from state import crawl_cache, records
from state.db import connection_of
from state.encode import row_of
from state.model import Change, Meaning, Record
from state.privacy.erase import ForgottenNames
from state.records import Difference, Held

# baseline: a first poll, without changes · news: the body made the differences · silent: the parser may have made them ·
# backfill: the reading of the record was deferred, and it existed before
Mode = Literal["baseline", "news", "silent", "backfill"]

FROM = "carried_from"  # the field that holds the key of the earlier record


@dataclass(frozen=True, slots=True)
class Batch:
    """Some records of a run, compared. `lines` are the digests of their lines by key (None: known by no line), `differences` those
    that are not just as stored, `news` those of them that the body made since the last poll."""

    lines: Mapping[str, bytes | None]
    differences: Sequence[Difference]
    news: Sequence[Difference] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """A crawl compared with the stored state: its `batches`, to be taken once, and their `tally`. `names` are suppressed."""

    attributor: RecordAttributor
    names: ForgottenNames
    mode: Mode
    tally: Tally
    batches: Iterator[Batch]


AHEAD = 4000  # differences: some 40 MB


def compare_all(context: RunContext, source: Source, at: datetime, scraped: Iterable[Sequence[Scraped]], mode: Mode) -> Comparison:
    """Compare scraped records with the stored ones, as of a moment (aware UTC). All is done at once, so that no transaction waits
    for it; of a large first load what exceeds `AHEAD` is compared as it is asked for."""
    attributor = record_attributor(connection_of(context.db), context.attributor, source, at)
    names, tally = ForgottenNames(context.db), Tally(source)
    batches = (compare_batch(attributor, [without_names(each, names) for each in batch], mode, tally) for batch in scraped)
    done, held = list[Batch](), 0
    while held < AHEAD and (batch := next(batches, None)):
        done.append(batch)
        held += len(batch.differences)
    return Comparison(attributor, names, mode, tally, chain(done, batches))


def without_names(scraped: Scraped, names: ForgottenNames) -> Scraped:
    """Return a scraped record without names that were erased."""
    return replace(scraped, record=names.clean(scraped.record)) if names else scraped


def compare_batch(attributor: RecordAttributor, scraped: Sequence[Scraped], mode: Mode, tally: Tally) -> Batch:
    """Compare scraped records with the stored ones, and count them."""
    connection, source = attributor.connection, attributor.source
    same = unchanged(connection, source, scraped) if mode != "baseline" else set()
    rest = [item for item in scraped if item.record.key not in same]
    held = records.held(connection, source.name, [item.record.key for item in rest], attributor.owners.at)
    deferred = crawl_cache.deferred(connection, source.name, [item.record.key for item in rest])
    tally.add(scraped, held)
    differences = []
    for item in rest:
        own, late = held.get(item.record.key), item.record.key in deferred and mode != "baseline"
        earlier = None if own else continued_record(attributor, item.record)
        differences.append(compare(attributor, item, own, earlier, "backfill" if late else mode))
    news = [d for d in differences if mode == "news" and d.record.key not in deferred]
    tally.add_changes(differences, news)
    return Batch({item.record.key: item.digest for item in scraped}, differences, news)


def unchanged(connection: sqlite3.Connection, source: Source, scraped: Iterable[Scraped]) -> set[str]:
    """Return the keys of scraped records that equal the stored ones: these are neither loaded nor attributed again. None for a
    source joined to another one; records with mentions are left out."""
    rows = {item.record.key: row_of(item.record) for item in scraped if not item.record.mentions}
    return set() if source.history.join else records.unchanged(connection, source.name, rows)


def with_removed(compared: Comparison, gone: Callable[[], Collection[str]]) -> Iterator[Batch]:
    """Yield the batches of a comparison, then the removal of the records that are `gone` (keys), asked for when the others are
    written."""
    yield from compared.batches
    keys, attributor = gone(), compared.attributor
    connection, source = attributor.connection, attributor.source
    deferred = crawl_cache.deferred(connection, source.name, keys)
    held = records.held(connection, source.name, keys, attributor.owners.at)
    yield Batch(dict.fromkeys(keys), [removed(each, "silent" if key in deferred else compared.mode) for key, each in held.items()])


def continued_record(attributor: RecordAttributor, record: Record) -> Held | None:
    """Return the record that a new one continues: the same value in the field `continues`, in another part of the whole."""
    connection, source = attributor.connection, attributor.source
    value = record.fields.get(source.history.continues) if source.history.continues else None
    if not value:
        return None
    found = records.keys_with_value(connection, source.name, source.history.continues, str(value))
    keys = [key for key in found if key != record.key]
    held = records.held(connection, source.name, keys, attributor.owners.at)
    name = source.history.part
    part = record.fields.get(name)
    return next((held[key] for key in keys if not name or held[key].record.fields.get(name) != part), None)


def linked(record: Record, held: Held | None, before: Held | None) -> Record:
    """Return the record with the key of the record that it continues, found now or stored before."""
    key = before.record.key if before else held.record.fields.get(FROM) if held else None
    return replace(record, fields={**record.fields, FROM: key}) if key else record


def compare(attributor: RecordAttributor, scraped: Scraped, held: Held | None, earlier: Held | None, mode: Mode) -> Difference:
    """Compare a scraped record with the stored one (None: new), or with the `earlier` one that a new one continues under another
    key. In mode `baseline` only meanings that concern everybody are kept."""
    source, day = attributor.source, attributor.owners.at.date()
    record = stored_form(source, scraped.record, held, earlier)
    before, after = held.attributions if held else (), attributor(record)
    old = held.record if held else None
    kept = Difference(held, record, (), before, after, (), scraped.url, earlier)
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
