"""The book of one run: steps 4 to 6 for a batch of readings at a time (diff, attribute, decide), and what they come to written."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.check import ROLE, often_changed, tally_changes, tally_fields
from bot.parse.result import CrawlResult, Scraped
from bot.run import continuation
from bot.run.alerting import record_alerts
from bot.run.attribution import RecordAttributor, as_corrected
from bot.run.compare import Mode, compare, removed
from bot.run.mentions import keep_mentions
from sources.base import Source
from state import crawl_cache, records
from state.archive.captures import keep_captures
from state.changes import save
from state.corrections import Correction, in_force
from state.encode import row_of
from state.model import Capture
from state.owners import settle_terms
from state.queries.committees import Owners, load_owners
from state.records import Difference, Held
from state.runs import REPARSE, Run

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
    accepted = records.accepted(desk.db, source.name)
    first = accepted is None
    mode: Mode = "baseline" if first else "news" if news else "silent"
    bare = first and not records.holds(connection, source.name)
    kept = keep_captures(connection, run, captures)
    if mode != "news":
        crawl_cache.defer(connection, source.name, harvest.unread)
    owners = Owners(run.observed_at, {}) if harvest.unchanged else load_owners(connection, source.body, run.observed_at)
    judge = RecordAttributor(connection, desk.attributor, source, owners)
    known = accepted is not None and accepted["parser_version"] == source.parser_version
    return RunWriter(desk, connection, source, run, judge, in_force(connection), mode, bare, known, kept)


@dataclass(slots=True)
class RunWriter:
    """What one run writes, a batch at a time. `said` are the corrections in force, `told` the differences that changed something,
    with these; `changes` are the rows of their changes, and `turned` says that anything changed about a committee. A baseline is
    `bare` unless there are records that outlived what was known of earlier polls. `met` counts the records that were held and are
    among the readings; `worth` is what a first poll found that concerns everybody. The mode is silent when the parser changed and
    the old captures do not show all that it makes of them. `read` are the differences, also those without a change, whose mentions
    are kept: their page was read because its body changed it, which is sure of all pages where the parser is a `known` one."""

    desk: "RunContext"
    connection: sqlite3.Connection
    source: Source
    run: Run
    judge: RecordAttributor
    said: Mapping[int, Sequence[Correction]]
    mode: Mode
    bare: bool
    known: bool
    captures: Mapping[str, int]
    told: list[Difference] = field(default_factory=list)
    changes: dict[tuple[str, int], int] = field(default_factory=dict)
    read: list[Difference] = field(default_factory=list)
    turned: bool = False
    met: int = 0
    worth: list[str] = field(default_factory=list)

    def enter(self, harvest: CrawlResult, readings: Sequence[Scraped]) -> None:
        """Compare some readings with what we hold and write what differs; a first poll changes nothing."""
        keys = [reading.record.key for reading in readings]
        same = self.just_so(readings)
        others = [reading for reading in readings if reading.record.key not in same]
        known = [] if self.bare else [reading.record.key for reading in others]
        plain = records.plain(self.connection, self.source.name, known)
        self.met += len(same) + sum(1 for each in plain.values() if not each.removed)
        tally_fields(harvest, readings, self.source.expect, plain)
        digests = [(reading.digest, same[reading.record.key]) for reading in readings if reading.record.key in same]
        records.update_digests(self.connection, digests)
        held = records.with_attributions(self.connection, plain.values(), self.run.observed_at)
        late = crawl_cache.settle_deferred(self.connection, self.source.name, keys)
        found = [self.compare(reading, held.get(reading.record.key), reading.record.key in late) for reading in others]
        for d in found if self.mode == "news" else ():
            if d.record.key in late:
                continue
            if d.held and not d.held.removed:
                tally_changes(harvest, d.held.record, d.record, (*self.source.history.ignored_fields, *self.source.expect.together))
            if d.record.mentions and (self.known or d.changes):
                self.read.append(d)
        self.save(found)

    def count_empty(self, harvest: CrawlResult) -> None:
        """Add to what readings lack what records that were not read again lack, as they are held; where no reading lacks a field
        there is nothing new to find."""
        others = harvest.listed_keys - harvest.seen_keys
        for name in harvest.empty if others else ():
            harvest.empty[name] += len(others & records.lacking_keys(self.connection, self.source.name, name))

    def count_having(self, harvest: CrawlResult) -> None:
        """Count the known records of the answer that have a field or role now, for those that many lost, gained or changed."""
        new = {d.record.key for d in self.told if not d.held or d.held.removed}
        known = harvest.seen_keys.union(harvest.unchanged_keys) - new
        harvest.known_count = len(known)
        for name in often_changed(harvest):
            lacking = records.roleless_keys if name.startswith(ROLE) else records.lacking_keys
            harvest.filled_counts[name] = len(known - lacking(self.connection, self.source.name, name.removeprefix(ROLE)))

    def remove(self, gone: Iterable[Held]) -> None:
        """Write that some records are gone: their attributions are closed with them."""
        lost = list(gone)
        late = crawl_cache.settle_deferred(self.connection, self.source.name, [each.record.key for each in lost])
        self.save([removed(each, "silent" if each.record.key in late else self.mode) for each in lost])

    def just_so(self, readings: Sequence[Scraped]) -> dict[str, int]:
        """The readings that say what is held to the letter, by key, with their rows: these are neither loaded nor judged again,
        unless attributions follow from the record of another source, too, or there may be mentions to keep."""
        if self.mode == "baseline" or self.source.history.join:
            return {}
        rows = {reading.record.key: row_of(reading.record) for reading in readings if not reading.record.mentions}
        return records.unchanged(self.connection, self.source.name, rows)

    def compare(self, reading: Scraped, held: Held | None, late: bool) -> Difference:
        """What one reading changes. A new record may go on from an earlier one under another key; one that is `late` waited to be
        read."""
        at = self.run.observed_at
        earlier = None if held else continuation.earlier(self.connection, self.source, reading.record, at)
        mode: Mode = "backfill" if late and self.mode != "baseline" else self.mode
        return compare(self.judge, reading, held, earlier, mode, at.date())

    def save(self, differences: Sequence[Difference]) -> None:
        """Write some differences, and keep those that are to be told or followed."""
        version = self.desk.attributor.version
        self.changes |= save(self.connection, self.run, self.source.body, version, differences, self.captures)
        records.end_attributions(self.connection, [d.earlier.id for d in differences if d.earlier], self.run.observed_at)
        if self.mode == "baseline":
            self.worth += [meaning.text for d in differences for meaning in d.meanings]
        self.told += [as_corrected(d, self.said) for d in differences if d.changes]
        self.turned |= any(d.record.kind == "committee" for d in differences)

    def close(self) -> None:
        """Work out anew who leads what the committees own, where one has changed, and tell what there is to tell."""
        owners = self.judge.owners
        if self.turned:
            settle_terms(self.connection, self.source.body)
            owners = load_owners(self.connection, self.source.body, self.run.observed_at)
        if self.run.trigger != REPARSE:
            keep_mentions(self.desk, self.connection, self.source, self.run, self.read)
            record_alerts(self.desk, self.connection, self.source, self.run, self.told, self.changes, owners, self.worth)
