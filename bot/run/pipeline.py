"""A whole poll on one screen: start reading here.

Fetch and parse (crawl) → check → diff → attribute → decide → write, then deliver. Everything from check to write is one
transaction: a run is in the database completely, or not at all. A new parser first reads the archive, in a separate run.
"""

import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime

import structlog
from structlog.contextvars import bound_contextvars

from bot import VERSION
from bot.check import check_keys_unique, check_not_older, check_plausible
from bot.context import RunContext
from bot.errors import Implausible, Refused, SourceError
from bot.fetch.replay import archive_reader
from bot.parse.cache import EMPTY_CACHE, CrawlCache, keep_page_results, load_cache
from bot.parse.crawl import crawl
from bot.parse.result import CrawlResult, Get, Scraped, batches
from bot.parse.suppress import SuppressedNames
from bot.run.attribution import apply_rules, judge_ahead
from bot.run.sources import effective_mode
from bot.run.writer import open_writer
from sources.base import Expect, Source
from state import crawl_cache, records, runs
from state.archive import captures
from state.db import write
from state.encode import moment
from state.records import Difference
from state.runs import REPARSE, Run

log = structlog.get_logger()
OpenGet = Callable[[Run], AbstractContextManager[Get]]
Check = Callable[[CrawlResult, Expect, int, Collection[str]], None]
OUTCOMES = ((Refused, "blocked"), (Implausible, "quarantined"), (SourceError, "failed"))


def poll(
    context: RunContext,
    source: Source,
    open_get: OpenGet,
    now: datetime,
    trigger: str,
    check: Check = check_plausible,
    extra: Iterable[str] = (),
) -> Run:
    """Poll one source once and write the result. `open_get` opens the `get` of a run: the network or an archive; `now` (aware UTC)
    is the time of the observation; `extra` are pages to read beside those that the source requests. An error of the source never
    raises: the run has it. Raises Locked when the source is being polled already."""
    source = effective_mode(context.db, source)
    return run_once(context, source, open_get, now, trigger, check, extra, reparse(context, source))


def reparse(context: RunContext, source: Source) -> str:
    """Read the archived captures of a source with a new parser, in a separate run without alerts. Returns a remark when not all
    could be read: then changes by the parser and by the body cannot be told apart, and neither alerts."""
    accepted = records.accepted(context.db, source.name)
    if accepted is None or accepted["parser_version"] == source.parser_version:
        return ""
    get = archive_reader(source, context.data, captures.last_captures(context.db, source.name))
    newest_first = get.redirects.start_names(get.pages)[::-1]
    run = run_once(
        context, source, lambda run: nullcontext(get), moment(accepted["accepted_at"]), REPARSE, check_keys_unique, newest_first
    )
    return "; ".join(run.notes) if run.good else f"the archived captures could not be parsed again ({run.error})"


def run_once(
    context: RunContext,
    source: Source,
    open_get: OpenGet,
    now: datetime,
    trigger: str,
    check: Check,
    extra: Iterable[str],
    remark: str = "",
) -> Run:
    """Do one run; with a `remark` none of its differences are news."""
    with (
        runs.running(context.db, source.name, now, trigger, VERSION) as run,
        bound_contextvars(run=run.id, source=source.name),
        open_get(run) as get,
    ):
        try:
            result = CrawlResult()
            cache = load_cache(context.db, source)
            crawl(source, get, now, cache, result, extra)
            log.info(
                "gathered",
                step="parse",
                records=result.count,
                aside=len(result.deferred),
                unchanged=result.unchanged,
                gaps=len(result.missing_lists),
            )
            if source.answer.bulk and check is check_plausible:
                check_not_older(get.captures[-1], captures.last_capture(context.db, get.captures[-1].url, source.name))
            judge = judge_ahead(context.db, context.attributor)
            with write(context.db) as connection:
                apply_rules(connection, context.attributor, judge)
                if trigger == REPARSE:
                    write_reparsed(context, connection, source, run, result)
                else:
                    run.notes.update({remark: 1} if remark else {})
                    accept_result(context, connection, source, run, result, cache, get, check, not remark)
                runs.finish(connection, run)
        except SourceError as error:
            run.status = next(status for kind, status in OUTCOMES if isinstance(error, kind))
            run.error = str(error)
            log.warning("poll came to nothing", status=run.status, reason=run.error)
            run.requests, run.not_modified = get.requests, get.not_modified
            with write(context.db) as connection:
                if trigger == REPARSE:
                    crawl_cache.defer(connection, source.name, records.present_keys(connection, source.name))
                else:
                    captures.keep_captures(connection, run, get.captures)
                runs.finish(connection, run)
    return run


def write_reparsed(context: RunContext, connection: sqlite3.Connection, source: Source, run: Run, result: CrawlResult) -> None:
    """Write the records that a new parser finds in the archive. Of a record in several captures the first counts: pages without a
    link to them come last. A record that the parser no longer finds is removed without an alert; a removed one stays removed."""
    writer = open_writer(context, connection, source, run, result, (), news=False)
    suppressed, left = SuppressedNames(context.db), records.removed_keys(connection, source.name)
    for batch in batches(source, result, EMPTY_CACHE):
        writer.write_batch(result, suppressed.clean([each for each in first_scraped(result, batch) if each.record.key not in left]))
    result.close()
    present = records.present_keys(connection, source.name)
    if not result.missing_lists and not source.history.append_only:  # a source that only lists new records removes none
        gone = present - records.missing_keys(connection, source.name) - result.listed_keys
        if source.history.part:
            gone = records.in_parts_shown(connection, source.name, source.history.part, result.listed_keys, gone)
        writer.remove(records.held(connection, source.name, gone, run.observed_at).values())
        records.mark_missing(connection, source.name, gone, run.observed_at)
        records.mark_removed(connection, source.name, gone, run.observed_at)
        present -= gone
    # not read by this parser: their next differences may come from the parser
    crawl_cache.defer(connection, source.name, present.union(result.unread) - result.seen_keys)
    if result.missing_lists:
        run.notes[
            f"the archive lacks captures to parse again ({len(result.missing_lists)}, the first {result.missing_lists[0]})"
        ] = 1
    run.status, run.records = "ok" if writer.changed else "unchanged", records.count_present(connection, source.name)
    writer.close()


def first_scraped(result: CrawlResult, batch: Iterable[Scraped]) -> list[Scraped]:
    """Return the first scraped record of each key not seen yet."""
    first: dict[str, Scraped] = {}
    for scraped in batch:
        if scraped.record.key not in result.seen_keys:
            first.setdefault(scraped.record.key, scraped)
    return list(first.values())


def accept_result(
    context: RunContext,
    connection: sqlite3.Connection,
    source: Source,
    run: Run,
    result: CrawlResult,
    cache: CrawlCache,
    get: Get,
    check: Check,
    news: bool,
) -> None:
    """Diff, attribute, check, decide and write one crawl result, in the transaction of its run: a failed check at the end rolls all
    of it back."""
    writer = open_writer(context, connection, source, run, result, get.captures, news)
    held = records.count_present(connection, source.name)
    suppressed = SuppressedNames(context.db)
    for batch in batches(source, result, cache):
        writer.write_batch(result, suppressed.clean(batch))
    result.close()
    writer.count_empty(result)
    writer.count_filled(result)
    before = records.missing_keys(connection, source.name)
    absent = missing(connection, source, result, held - writer.matched, before)
    if not result.unchanged:
        check(result, source.expect, held, absent)

    gone = absent & before  # absent in the last accepted poll, and again
    writer.remove(records.held(connection, source.name, gone, run.observed_at).values())
    back = set() if result.unchanged or result.missing_lists else before - absent
    records.mark_present(connection, source.name, back | {d.record.key for d in writer.changed if d.held and d.held.removed})
    records.mark_missing(connection, source.name, absent, run.observed_at)
    records.mark_removed(connection, source.name, gone, run.observed_at)
    records.accept(connection, run, source.parser_version)
    crawl_cache.keep_tokens(connection, source.name, result.gates)
    keep_page_results(connection, run, source, result.pages)

    count_changes(run, result, writer.changed)
    run.records = held - len(absent) if result.unchanged else result.count
    run.status = "baseline" if writer.mode == "baseline" else "ok" if run.added or run.changed or absent or back else "unchanged"
    writer.close()
    run.requests, run.not_modified = get.requests, get.not_modified


def missing(connection: sqlite3.Connection, source: Source, result: CrawlResult, unmatched: int, before: set[str]) -> set[str]:
    """Return the keys missing in this poll: none when it was incomplete or the source lists only new records; those missing
    `before` when nothing was new. `unmatched` is the number of stored records that were not scraped."""
    if result.missing_lists or source.history.append_only:
        return set()
    if result.unchanged:
        return before
    if len(result.listed_keys) - len(result.seen_keys) == unmatched:  # the usual case, without loading all keys
        return set()
    lacking = records.present_keys(connection, source.name) - result.listed_keys
    part = source.history.part
    return records.in_parts_shown(connection, source.name, part, result.listed_keys, lacking) if part else lacking


def count_changes(run: Run, result: CrawlResult, changed: Sequence[Difference]) -> None:
    """Store the counts of a run: records added, changed, removed, and notes of the parser."""
    kinds = [{change.kind for change in d.changes} for d in changed]
    run.added = sum(1 for each in kinds if each & {"added", "restored"})
    run.changed = sum(1 for each in kinds if "changed" in each)
    run.removed = sum(1 for each in kinds if "removed" in each)
    run.notes.update(result.notes)
