"""The book of one run: steps 4 to 6 for a batch of readings at a time (diff, attribute, decide), and what they come to written."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bot.attribute.owner import owner_moves
from bot.check import ROLE, often_changed, tally_changes, tally_fields
from bot.diff import diff
from bot.parse.result import CrawlResult, Scraped
from bot.run import continuation
from bot.run.alerting import record_alerts
from bot.run.attribution import RecordAttributor
from bot.run.late import tell_late
from bot.run.mentions import keep_mentions
from bot.run.ownership import catch_up, follow_committees
from bot.run.reprocess import silent
from sources.base import Source
from state import crawl_cache, lineage
from state import records as store
from state.attributions import rewind
from state.captures import keep_captures
from state.changes import save
from state.corrections import in_force
from state.encode import row_of, stamp
from state.model import Capture, Change, Meaning, Record
from state.queries.committees import OWNED, Owners, load_owners
from state.records import Difference, Held
from state.runs import Run

if TYPE_CHECKING:
    from bot.context import RunContext


def open_writer(
    desk: "RunContext",
    connection: sqlite3.Connection,
    source: Source,
    run: Run,
    harvest: CrawlResult,
    captures: Sequence[Capture],
    news: bool,
) -> "RunWriter":
    """What one run writes into: with the captures it was read from, and the committees as they stand at its time."""
    accepted = store.accepted(desk.db, source.name)
    first = accepted is None
    bare = first and not store.holds(connection, source.name)
    kept = keep_captures(connection, run, captures)
    if first or not news:
        crawl_cache.defer(connection, source.name, harvest.unread)
    owners = Owners(run.observed_at, {}) if harvest.unchanged else load_owners(connection, source.body, run.observed_at)
    judge = RecordAttributor(connection, desk.attributor, source, owners, in_force(connection))
    known = accepted is not None and accepted["parser_version"] == source.parser_version
    return RunWriter(desk, connection, source, run, judge, bool(owners.later()), first, bare, news, known, kept)


@dataclass(slots=True)
class RunWriter:
    """What one run writes, a batch at a time. `told` are the differences that changed something, `changes` the rows of their
    changes, `touched` the differences of committees, whose deliverables follow them. A `belated` run is of a day before others
    that are known of the committees; `written` are then the keys of its records. A `first` poll is `bare` unless there are
    records that outlived what was known of earlier polls. `met` counts the records that were held and are among the readings;
    `worth` is what a first poll found that concerns everybody. Where nothing is `news` (the parser changed and the old captures
    are gone) every change counts as the parser's. `read` are the differences, also those without a change, whose mentions are kept:
    the page was read anew because its body changed it, which is sure of all pages where the parser is a `known` one."""

    desk: "RunContext"
    connection: sqlite3.Connection
    source: Source
    run: Run
    judge: RecordAttributor
    belated: bool
    first: bool
    bare: bool
    news: bool
    known: bool
    captures: Mapping[str, int]
    told: list[Difference] = field(default_factory=list)
    changes: dict[tuple[str, int], int] = field(default_factory=dict)
    touched: list[Difference] = field(default_factory=list)
    read: list[Difference] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    met: int = 0
    worth: list[str] = field(default_factory=list)

    def enter(self, harvest: CrawlResult, readings: Sequence[Scraped]) -> None:
        """Compare some readings with what we hold and write what differs; a first poll changes nothing."""
        keys = [reading.record.key for reading in readings]
        if self.belated:
            self.written += keys
            ids = store.record_ids(self.connection, self.source.name, keys).values()
            rewind(self.connection, ids, OWNED, stamp(self.run.observed_at))
        same = self.just_so(readings)
        others = [reading for reading in readings if reading.record.key not in same]
        known = [] if self.bare else [reading.record.key for reading in others]
        plain = store.plain(self.connection, self.source.name, known)
        self.met += len(same) + sum(1 for each in plain.values() if not each.removed)
        tally_fields(harvest, readings, self.source.expect, plain)
        digests = [(reading.digest, same[reading.record.key]) for reading in readings if reading.record.key in same]
        store.update_digests(self.connection, digests)
        held = store.with_attributions(self.connection, plain.values())
        found = [self.compare(reading, held.get(reading.record.key)) for reading in others]
        late = crawl_cache.settle_deferred(self.connection, self.source.name, keys)
        for d in () if self.first else found:
            if d.held and not d.held.removed and d.record.key not in late:
                tally_changes(harvest, d.held.record, d.record, (*self.source.history.ignored_fields, *self.source.expect.together))
        self.save([unsaid(d) if d.record.key in late else d for d in found])
        if self.news:
            self.read += [d for d in found if d.record.mentions and d.record.key not in late and (self.known or d.changes)]

    def count_empty(self, harvest: CrawlResult) -> None:
        """Add to what readings lack what records that were not read again lack, as they are held; where no reading lacks a field
        there is nothing new to find."""
        others = harvest.listed_keys - harvest.seen_keys
        for name in harvest.empty if others else ():
            harvest.empty[name] += len(others & store.lacking_keys(self.connection, self.source.name, name))

    def count_having(self, harvest: CrawlResult) -> None:
        """Count the known records of the answer that have a field or role now, for those that many lost, gained or changed."""
        new = {d.record.key for d in self.told if not d.held or d.held.removed}
        known = harvest.seen_keys.union(harvest.unchanged_keys) - new
        harvest.known_count = len(known)
        for name in often_changed(harvest):
            role = name.startswith(ROLE)
            lacking = store.roleless_keys if role else store.lacking_keys
            harvest.filled_counts[name] = len(known - lacking(self.connection, self.source.name, name.removeprefix(ROLE)))

    def remove(self, gone: Iterable[Held]) -> None:
        """Write that some records are gone: their attributions are closed with them."""
        found = [removed(each) for each in gone]
        late = crawl_cache.settle_deferred(self.connection, self.source.name, [d.record.key for d in found])
        self.save([silent(d) if d.record.key in late else d for d in found])

    def just_so(self, readings: Sequence[Scraped]) -> dict[str, int]:
        """The readings that say what is held to the letter, by key, with their rows: these are neither loaded nor judged again,
        unless attributions follow from something else, too, or there may be mentions to keep."""
        if self.first or self.belated or self.source.history.join:
            return {}
        records = [reading.record for reading in readings if not (follows_owner(reading.record) or reading.record.mentions)]
        rows = {record.key: row_of(record) for record in records}
        return store.unchanged(self.connection, self.source.name, rows)

    def as_kept(self, record: Record, held: Held | None, earlier: Held | None = None) -> Record:
        """A record as it is kept: with the key of the one it goes on from, and without what is only noise against the held one."""
        record = continuation.linked(record, held, earlier)
        return self.source.history.noise_filter(held.record, record) if self.source.history.noise_filter and held else record

    def compare(self, reading: Scraped, held: Held | None) -> Difference:
        """What one reading changes: fields against the record as held, attributions against the open ones. A record that goes on
        from an earlier one under a new key is told against that one."""
        source = self.source
        earlier = None if held else continuation.earlier(self.connection, source, reading.record)
        record = self.as_kept(reading.record, held, earlier)
        after = self.judge(record, held.id if held else None)
        if self.first:
            self.worth += [each.text for each in self.meant(None, record) if each.general]
            before = held.attributions if held else ()
            return Difference(held, record, (), before, after, (), reading.digest, reading.url, earlier)
        old = held.record if held else None
        changes = [change for change in diff(old, record) if change.field not in source.history.ignored_fields]
        if held and held.removed:
            changes = [Change(record.key, "restored", after=record.title), *changes]
        meanings = self.meant(old, record) if changes else ()
        before = held.attributions if held else ()
        meanings = (*meanings, *owner_moves(old, record, self.judge.owners))
        difference = Difference(held, record, tuple(changes), before, after, meanings, reading.digest, reading.url, earlier)
        return difference if self.news else silent(difference)

    def meant(self, old: Record | None, new: Record) -> tuple[Meaning, ...]:
        """What a step means in the body's terms."""
        return tuple(self.source.history.means(old, new, self.run.observed_at.date())) if self.source.history.means else ()

    def save(self, differences: Sequence[Difference]) -> None:
        """Write some differences, and keep those that are to be told or followed."""
        version = self.desk.attributor.version
        self.changes |= save(self.connection, self.run, self.source.body, version, differences, self.captures)
        lineage.end_attributions(self.connection, [d.earlier.id for d in differences if d.earlier], self.run.observed_at)
        self.told += [d for d in differences if d.changes]
        self.touched += [
            d for d in differences if d.record.kind == "committee" and (d.held is None or d.before or d.after or d.changes)
        ]

    def close(self) -> None:
        """Tell what there is to tell, and let the deliverables follow their committees."""
        desk, connection, source, run = self.desk, self.connection, self.source, self.run
        owners = load_owners(connection, source.body, run.observed_at) if self.touched else self.judge.owners
        keep_mentions(desk, connection, source, run, self.read)
        record_alerts(desk, connection, source, run, self.told, self.changes, owners, self.worth)
        if self.belated:
            ids = store.record_ids(connection, source.name, self.written)
            catch_up(desk, connection, owners, list(ids.values()))
        if self.touched:
            capture = next(iter(self.captures.values()), None)
            learned = follow_committees(desk, connection, source.body, self.touched, owners, capture)
            tell_late(desk, connection, learned, owners, self.first)


def unsaid(difference: Difference) -> Difference:
    """The difference of a record that waited to be read: what is held of it is an older reading; one that is not held was there."""
    return silent(difference) if difference.held else replace(difference, changes=(), meanings=())


def removed(held: Held) -> Difference:
    """The difference of a record that counts as gone."""
    change = Change(held.record.key, "removed", before=held.record.title)
    return Difference(held, held.record, (change,), held.attributions, held.attributions)


def follows_owner(record: Record) -> bool:
    """Whether a record has a role that it has through the committee which owns it."""
    return any(claim.role == OWNED for claim in record.claims)
