"""Writer of one run: steps 4 to 6 (diff, attribute, decide) for a batch of scraped records at a time, and their storage."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.check import ROLE, often_changed, tally_changes, tally_fields
from bot.context import RunContext
from bot.parse.result import CrawlResult, Scraped
from bot.run.alerting import record_alerts, write_mentions
from bot.run.attribution import RecordAttributor, apply_corrections
from bot.run.compare import Mode, compare, continued_record, removed
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


def open_writer(
    context: RunContext,
    connection: sqlite3.Connection,
    source: Source,
    run: Run,
    result: CrawlResult,
    captures: Sequence[Capture],
    news: bool,
) -> "RunWriter":
    """Return the writer of a run, after its captures are stored, with the committees as of its time."""
    accepted = records.accepted(context.db, source.name)
    first = accepted is None
    mode: Mode = "baseline" if first else "news" if news else "silent"
    no_records = first and not records.has_records(connection, source.name)
    capture_ids = keep_captures(connection, run, captures)
    if mode != "news":
        crawl_cache.defer(connection, source.name, result.unread)
    owners = Owners(run.observed_at, {}) if result.unchanged else load_owners(connection, source.body, run.observed_at)
    attributor = RecordAttributor(connection, context.attributor, source, owners)
    same_parser = accepted is not None and accepted["parser_version"] == source.parser_version
    return RunWriter(context, connection, source, run, attributor, in_force(connection), mode, no_records, same_parser, capture_ids)


@dataclass(slots=True)
class RunWriter:
    """Unit of work of one run, written in batches. `mode`: see bot/run/compare.py; it is `silent` when the parser changed and the
    old captures do not show all that it reads.

    State before the run. `corrections` are those in force, by record id. `no_records`: no record of the source is stored (a
    baseline may have records that outlived its runs). `same_parser`: the last accepted run had the same parser version. `captures`:
    ids by address.

    Results. `changed`: differences with changes, corrected. `changes`: ids of the changes by record key and place. `with_mentions`:
    differences whose mentions are stored, also without a change: their body changed the page, which is certain only with the
    `same_parser`. `committees_changed`: a committee differs. `matched`: number of stored records that were scraped. `highlights`:
    meanings in a first poll that concern everybody.
    """

    context: RunContext
    connection: sqlite3.Connection
    source: Source
    run: Run
    attributor: RecordAttributor
    corrections: Mapping[int, Sequence[Correction]]
    mode: Mode
    no_records: bool
    same_parser: bool
    captures: Mapping[str, int]
    changed: list[Difference] = field(default_factory=list)
    changes: dict[tuple[str, int], int] = field(default_factory=dict)
    with_mentions: list[Difference] = field(default_factory=list)
    committees_changed: bool = False
    matched: int = 0
    highlights: list[str] = field(default_factory=list)

    def write_batch(self, result: CrawlResult, scraped: Sequence[Scraped]) -> None:
        """Compare scraped records with the stored ones and write the differences; a first poll has no changes."""
        keys = [item.record.key for item in scraped]
        unchanged_ids = self.unchanged(scraped)
        rest = [item for item in scraped if item.record.key not in unchanged_ids]
        known = [] if self.no_records else [item.record.key for item in rest]
        stored = records.without_attributions(self.connection, self.source.name, known)
        self.matched += len(unchanged_ids) + sum(1 for each in stored.values() if not each.removed)
        tally_fields(result, scraped, self.source.expect, stored)
        digests = [(item.digest, unchanged_ids[item.record.key]) for item in scraped if item.record.key in unchanged_ids]
        records.update_digests(self.connection, digests)
        held = records.with_attributions(self.connection, stored.values(), self.run.observed_at)
        deferred = crawl_cache.clear_deferred(self.connection, self.source.name, keys)
        differences = [self.compare(item, held.get(item.record.key), item.record.key in deferred) for item in rest]
        for d in differences if self.mode == "news" else ():
            if d.record.key in deferred:
                continue
            if d.held and not d.held.removed:
                tally_changes(result, d.held.record, d.record, (*self.source.history.ignored_fields, *self.source.expect.together))
            if d.record.mentions and (self.same_parser or d.changes):
                self.with_mentions.append(d)
        self.save(differences)

    def count_empty(self, result: CrawlResult) -> None:
        """Add records not re-read in this run to the empty-field counts. A field that no scraped record lacks is skipped."""
        rest = result.listed_keys - result.seen_keys
        for name in result.empty if rest else ():
            result.empty[name] += len(rest & records.keys_without_field(self.connection, self.source.name, name))

    def count_filled(self, result: CrawlResult) -> None:
        """Count the known records that have a field or role now, for fields and roles that many lost, gained or changed."""
        new = {d.record.key for d in self.changed if not d.held or d.held.removed}
        known = result.seen_keys.union(result.unchanged_keys) - new
        result.known_count = len(known)
        for name in often_changed(result):
            lacking = records.keys_without_role if name.startswith(ROLE) else records.keys_without_field
            result.filled_counts[name] = len(known - lacking(self.connection, self.source.name, name.removeprefix(ROLE)))

    def remove(self, gone: Iterable[Held]) -> None:
        """Write the removal of records; their attributions are closed."""
        lost = list(gone)
        deferred = crawl_cache.clear_deferred(self.connection, self.source.name, [each.record.key for each in lost])
        self.save([removed(each, "silent" if each.record.key in deferred else self.mode) for each in lost])

    def unchanged(self, scraped: Sequence[Scraped]) -> dict[str, int]:
        """Return the ids of scraped records that equal the stored ones, by key: these are neither loaded nor judged again. None for
        a source joined to another one; records with mentions are left out."""
        if self.mode == "baseline" or self.source.history.join:
            return {}
        rows = {item.record.key: row_of(item.record) for item in scraped if not item.record.mentions}
        return records.unchanged(self.connection, self.source.name, rows)

    def compare(self, item: Scraped, held: Held | None, deferred: bool) -> Difference:
        """Return the difference of one scraped record. A new one may continue an earlier one under another key; `deferred`: its
        reading was deferred by an earlier poll."""
        at = self.run.observed_at
        earlier = None if held else continued_record(self.connection, self.source, item.record, at)
        mode: Mode = "backfill" if deferred and self.mode != "baseline" else self.mode
        return compare(self.attributor, item, held, earlier, mode, at.date())

    def save(self, differences: Sequence[Difference]) -> None:
        """Write differences, and keep those that alert."""
        self.changes |= save(self.connection, self.run, self.source.body, differences, self.captures)
        records.end_attributions(self.connection, [d.earlier.id for d in differences if d.earlier], self.run.observed_at)
        if self.mode == "baseline":
            self.highlights += [meaning.text for d in differences for meaning in d.meanings]
        self.changed += [apply_corrections(d, self.corrections) for d in differences if d.changes]
        self.committees_changed |= any(d.record.kind == "committee" for d in differences)

    def close(self) -> None:
        """Recompute the secretariat terms if a committee has changed, then write mentions and alerts."""
        owners = self.attributor.owners
        if self.committees_changed:
            settle_terms(self.connection, self.source.body)
            owners = load_owners(self.connection, self.source.body, self.run.observed_at)
        if self.run.trigger != REPARSE:
            write_mentions(self.context, self.connection, self.source, self.run, self.with_mentions)
            record_alerts(self.context, self.connection, self.source, self.run, self.changed, self.changes, owners, self.highlights)
