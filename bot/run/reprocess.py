"""What a new parser, or new rules, make of what we hold: stored as `reparsed`, never alerted. Done at the start of the next
poll, in its transaction, so that only what the body itself changed is news."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from bot.attribute import Attributor
from bot.diff import diff
from bot.errors import SourceError
from bot.parse.cache import EMPTY_CACHE
from bot.parse.crawl import crawl
from bot.parse.result import CrawlResult, Get, Scraped, batches
from bot.run.attribution import RecordAttributor, record_attributor
from bot.run.continuation import linked
from sources.base import Source
from state import crawl_cache, lineage, records
from state.attributions import rejudge
from state.changes import save
from state.encode import stamp
from state.model import Change, Record
from state.queries.committees import owned
from state.records import Difference, Held
from state.runs import Run


def reprocess(
    connection: sqlite3.Connection,
    attributor: Attributor,
    source: Source,
    run: Run,
    get: Get,
    since: datetime,
    addresses: list[str],
) -> str | None:
    """Parse the newest archived captures with the parser of today and store the difference silently. `get` reads captures,
    `addresses` are all that there are, the newest first, and `since` is the time of the last accepted poll. Returns a remark when
    they cannot be read any more: then what the parser changed and what the body changed cannot be told apart, and neither is
    alerted."""
    harvest, remark = CrawlResult(), None
    judge = record_attributor(connection, attributor, source, run.observed_at)
    turned: set[str] = set()
    try:
        crawl(source, get, since, EMPTY_CACHE, harvest, addresses)
        for readings in batches(source, harvest, EMPTY_CACHE):
            turned |= write_again(connection, judge, source, run, harvest, readings)
    except SourceError as error:
        remark = f"the archived captures could not be parsed again ({error})"
    harvest.close()
    propagate_to_owned(connection, judge, run, turned)
    if harvest.missing_lists and remark is None:
        remark = f"the archive lacks captures to parse again ({len(harvest.missing_lists)}, the first {harvest.missing_lists[0]})"
    if remark is None and not source.history.append_only:  # what such a source lists no more is not gone
        forget(connection, judge, source, run, harvest.listed_keys)
    # of an older reading, or of none: the parser's part in what is read of them next cannot be told apart
    left = records.present_keys(connection, source.name).union(harvest.unread) - harvest.seen_keys
    crawl_cache.defer(connection, source.name, left)
    return remark


def write_again(
    connection: sqlite3.Connection,
    judge: RecordAttributor,
    source: Source,
    run: Run,
    harvest: CrawlResult,
    readings: Sequence[Scraped],
) -> set[str]:
    """Write what the parser of today makes of some records; attributions of those that are held are judged anew in their place.
    Of a record that several captures show, the first counts: pages that nothing leads to any more come last. Returns the
    references of the committees that are now judged otherwise."""
    turned = set()
    first: dict[str, Scraped] = {}
    for reading in readings:
        if reading.record.key not in harvest.seen_keys:
            first.setdefault(reading.record.key, reading)
    harvest.seen_keys.update(first)
    held = records.held(connection, source.name, first)
    found = [compare(judge, reading, held.get(key)) for key, reading in first.items()]
    save(connection, run, source.body, judge.attributor.version, found, {})
    for each in found:
        if each.held:
            differs = again(connection, judge, run, each.held.id, each.record)
            turned |= {each.record.reference} if differs and each.record.kind == "committee" else set()
    return turned


def compare(judge: RecordAttributor, reading: Scraped, held: Held | None) -> Difference:
    """The difference that the parser alone makes; attributions of a record that is held are judged anew apart."""
    record = linked(reading.record, held, None)
    if judge.source.history.noise_filter and held:
        record = judge.source.history.noise_filter(held.record, record)
    before = held.attributions if held else ()
    after = before if held else judge(record, None)
    changes = tuple(
        change for change in diff(held.record if held else None, record) if change.field not in judge.source.history.ignored_fields
    )
    return silent(Difference(held, record, changes, before, after, digest=reading.digest, url=reading.url))


def silent(difference: Difference) -> Difference:
    """The same difference as one that the parser made."""
    changes = tuple(replace(change, kind="reparsed") for change in difference.changes)
    return replace(difference, changes=changes, meanings=())


def forget(connection: sqlite3.Connection, judge: RecordAttributor, source: Source, run: Run, shown: set[str]) -> None:
    """Records that the new parser does not see in the same captures are gone without a word."""
    gone = records.present_keys(connection, source.name) - records.missing_keys(connection, source.name) - shown
    if source.history.part:  # the captures of a part that is over may be erased
        gone = lineage.in_parts_shown(connection, source.name, source.history.part, shown, gone)
    lost = [
        Difference(each, each.record, (Change(key, "reparsed", before=each.record.title),), each.attributions, each.attributions)
        for key, each in records.held(connection, source.name, gone).items()
    ]
    save(connection, run, source.body, judge.attributor.version, lost, {})
    records.mark_missing(connection, source.name, gone, run.observed_at)
    records.mark_removed(connection, source.name, gone, run.observed_at)


def reattribute(connection: sqlite3.Connection, attributor: Attributor, source: Source, run: Run) -> int:
    """Apply the rules of today to the claims of every record that is held, and of the deliverables of every committee that is
    now judged otherwise; returns how many records were."""
    judge = record_attributor(connection, attributor, source, run.observed_at)
    turned = [record for row, record in everything(connection, source.name) if again(connection, judge, run, row, record)]
    propagate_to_owned(connection, judge, run, {record.reference for record in turned if record.kind == "committee"})
    return len(turned)


def propagate_to_owned(connection: sqlite3.Connection, judge: RecordAttributor, run: Run, names: set[str]) -> None:
    """Judge the deliverables of some committees again, which are now judged otherwise themselves."""
    if names:
        after = record_attributor(connection, judge.attributor, judge.source, run.observed_at)
        for row in owned(connection, judge.source.body, names):
            again(connection, after, run, row, records.tracked(connection, row))


def again(connection: sqlite3.Connection, judge: RecordAttributor, run: Run, row: int, record: Record) -> bool:
    """Judge one record again; returns whether anything about it is judged otherwise."""
    return rejudge(connection, row, judge(record, row), judge.attributor.version, stamp(run.observed_at)) > 0


def everything(connection: sqlite3.Connection, source: str) -> Iterator[tuple[int, Record]]:
    """Every record of a source that is not removed, with its row."""
    ids = [row[0] for row in connection.execute("SELECT id FROM tracked WHERE source = ? AND removed_at IS NULL", [source])]
    for number in ids:
        yield number, records.tracked(connection, number)
