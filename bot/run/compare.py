"""Step 4, diff, at work: what one reading of a record changes against the record as held. The run, a new parser that reads the
archive, a held run and the rehearsal all ask here. Pure but for what the judge looks up."""

from dataclasses import replace
from datetime import date
from typing import Literal

from bot.attribute.owner import owner_moves
from bot.diff import diff
from bot.parse.result import Scraped
from bot.run.attribution import RecordAttributor
from bot.run.continuation import linked
from sources.base import Source
from state.model import Change, Meaning, Record
from state.records import Difference, Held

# baseline: a first poll, which changes nothing · news: what differs is the body's doing · silent: it may be our reading of it that
# differs · backfill: the record waited to be read, and was there before
Mode = Literal["baseline", "news", "silent", "backfill"]


def compare(
    judge: RecordAttributor, reading: Scraped, held: Held | None, earlier: Held | None, mode: Mode, day: date
) -> Difference:
    """Compare a reading with the record as held (None: new), or with the `earlier` one from which a new one goes on under another
    key. The meanings of a baseline are those that concern everybody; `day` is that of the observation."""
    source = judge.source
    record = as_kept(source, reading.record, held, earlier)
    before, after = held.attributions if held else (), judge(record)
    old = held.record if held else None
    kept = Difference(held, record, (), before, after, (), reading.digest, reading.url, earlier)
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
    return replace(kept, changes=changes, meanings=(*meanings, *owner_moves(old, record, judge.owners)))


def removed(held: Held, mode: Mode = "news") -> Difference:
    """The difference of a record that counts as gone."""
    changes = (Change(held.record.key, "removed", before=held.record.title),)
    return Difference(
        held, held.record, changes if mode == "news" else reparsed(changes), held.attributions, held.attributions, gone=True
    )


def as_kept(source: Source, record: Record, held: Held | None, earlier: Held | None) -> Record:
    """A record as it is kept: with the key of the one it goes on from, and without what is only noise against the held one."""
    record = linked(record, held, earlier)
    return source.history.noise_filter(held.record, record) if source.history.noise_filter and held else record


def means(source: Source, old: Record | None, new: Record, day: date) -> tuple[Meaning, ...]:
    """What a step means in the body's terms."""
    return tuple(source.history.means(old, new, day)) if source.history.means else ()


def reparsed(changes: tuple[Change, ...]) -> tuple[Change, ...]:
    """The same changes as those of our reading."""
    return tuple(replace(change, kind="reparsed") for change in changes)
