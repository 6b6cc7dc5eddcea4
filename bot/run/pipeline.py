"""A whole poll on one screen: start reading here.

Fetch and parse (crawl) → diff → attribute → write → check → decide, then deliver. Records are parsed, compared and attributed
before the transaction begins, which writes, checks and decides: a run is in the database completely, or not at all. A new parser
first reads the archive, in a separate run.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, nullcontext
from datetime import datetime
from functools import partial

import structlog
from structlog.contextvars import bound_contextvars

from bot import VERSION
from bot.check import ROLE, Tally, check_not_older, check_plausible
from bot.context import RunContext
from bot.errors import Implausible, Refused, SourceError
from bot.fetch.replay import archive_reader
from bot.parse.cache import CrawlCache, is_current, load_cache, reader
from bot.parse.crawl import crawl
from bot.parse.result import CrawlResult, Get, Scraped, batches
from bot.run.alerting import record_alerts, write_mentions
from bot.run.attribution import apply_rules
from bot.run.compare import Comparison, Mode, compare_all
from bot.run.sources import effective_mode
from bot.run.writer import Written, write_all
from sources.base import Source
from state import crawl_cache, records, runs
from state.archive import captures
from state.db import connection_of, write
from state.encode import moment
from state.owners import settle_terms
from state.queries.committees import Owners, load_owners
from state.runs import REPARSE, Run

log = structlog.get_logger()
OpenGet = Callable[[Run], AbstractContextManager[Get]]
Check = Callable[[Tally], None]
Accept = Callable[[RunContext, Source, Run, Get, CrawlResult, Iterator[list[Scraped]]], None]
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
    remark = reparse(context, source)
    return run_once(context, source, open_get, now, trigger, extra, partial(accept, check=check, remark=remark))


def reparse(context: RunContext, source: Source) -> str:
    """Read the archived captures of a source with a new parser, in a separate run without alerts. Returns a remark when not all
    could be read: then changes by the parser and by the body cannot be told apart, and neither alerts."""
    accepted = records.accepted(context.db, source.name)
    if accepted is None or accepted["parser_version"] == source.parser_version:
        return ""
    try:
        get = archive_reader(source, context.data, captures.last_captures(context.db, source.name))
    except SourceError as error:
        return f"the archived captures could not be parsed again ({error})"
    newest_first = get.redirects.start_names(get.pages)[::-1]
    at = moment(accepted["accepted_at"])
    run = run_once(context, source, lambda run: nullcontext(get), at, REPARSE, newest_first, accept_reparsed)
    return "; ".join(run.notes) if run.good else f"the archived captures could not be parsed again ({run.error})"


def run_once(
    context: RunContext, source: Source, open_get: OpenGet, now: datetime, trigger: str, extra: Iterable[str], take: Accept
) -> Run:
    """Do one run: crawl the source, and `take` the result. An error of the source is stored as its outcome."""
    get: Get | None = None
    with (
        runs.running(context.db, source.name, now, trigger, VERSION) as run,
        bound_contextvars(run=run.id, source=source.name),
        ExitStack() as stack,
    ):
        try:
            get = stack.enter_context(open_get(run))
            cache = CrawlCache() if trigger == REPARSE else load_cache(context.db, source)
            result = crawl(source, get, now, cache, extra)
            log.info(
                "gathered", step="parse", records=len(result.scraped), aside=len(result.deferred), gaps=len(result.missing_lists)
            )
            run.requests, run.not_modified = get.requests, get.not_modified
            apply_rules(context)
            take(context, source, run, get, result, batches(source, result, cache))
        except SourceError as error:
            fail(context, source, run, get, error)
    return run


def fail(context: RunContext, source: Source, run: Run, get: Get | None, error: SourceError) -> None:
    """Store the outcome of a run that came to nothing, with its captures."""
    run.status = next(status for kind, status in OUTCOMES if isinstance(error, kind))
    run.error = str(error)
    log.warning("poll came to nothing", status=run.status, reason=run.error)
    with write(context.db) as connection:
        if run.trigger == REPARSE:
            crawl_cache.defer(connection, run, records.present_keys(connection, source.name))
        elif get:
            run.requests, run.not_modified = get.requests, get.not_modified
            captures.keep_captures(connection, run, get.captures)
        runs.finish(connection, run)


def accept(
    context: RunContext,
    source: Source,
    run: Run,
    get: Get,
    result: CrawlResult,
    scraped: Iterator[list[Scraped]],
    check: Check,
    remark: str,
) -> None:
    """Take the result of a crawl as the new state of its source, and alert about its changes; with a `remark` none of them are
    news. A failed check rolls all of it back."""
    if source.answer.bulk and check is check_plausible:
        check_not_older(get.captures[-1], captures.last_capture(context.db, get.captures[-1].url, source.name))
    accepted = records.accepted(context.db, source.name)
    mode: Mode = "baseline" if accepted is None else "silent" if remark else "news"
    compared = compare_all(context, source, run.observed_at, scraped, mode)
    tally = compared.tally
    with write(context.db) as connection:
        tally.held, before = records.count_present(connection, source.name), records.missing_keys(connection, source.name)

        def gone() -> set[str]:
            sum_up(connection, tally, result, before)
            if not result.unchanged:
                check(tally)
            return tally.absent & before  # absent in the last accepted poll, and again

        written = write_all(connection, run, compared, captures.keep_captures(connection, run, get.captures), gone)
        back = set() if result.unchanged or result.missing_lists else before - tally.absent
        records.mark_present(connection, source.name, back | {d.record.key for d in written.changed if d.held and d.held.removed})
        records.mark_absent(connection, source.name, tally.absent, tally.absent & before, run.observed_at)
        run.notes |= result.notes | ({remark: 1} if remark else {})
        conclude(run, result, compared, written, bool(back))
        tell(context, connection, run, compared, written)
        keep_state(connection, run, result, compared)
        runs.finish(connection, run)


def accept_reparsed(
    context: RunContext, source: Source, run: Run, get: Get, result: CrawlResult, scraped: Iterator[list[Scraped]]
) -> None:
    """Take what a new parser finds in the archive as the stored state. Of a record in several captures the first counts: pages
    without a link to them come last. A record that the parser no longer finds is removed without an alert; a removed one stays
    removed."""
    left = records.removed_keys(connection_of(context.db), source.name)
    firsts = (first_scraped(batch, left) for batch in scraped)
    compared = compare_all(context, source, run.observed_at, firsts, "silent")
    tally = compared.tally
    with write(context.db) as connection:

        def gone() -> set[str]:
            sum_up(connection, tally, result, set())
            tally.absent -= records.missing_keys(connection, source.name)
            return tally.absent

        written = write_all(connection, run, compared, {}, gone)
        records.mark_absent(connection, source.name, tally.absent, tally.absent, run.observed_at)
        # not read by this parser: their next differences may come from the parser
        present = records.present_keys(connection, source.name)
        crawl_cache.defer(connection, run, present.union(result.unread) - tally.seen)
        if missing := result.missing_lists:
            run.notes[f"the archive lacks captures to parse again ({len(missing)}, the first {missing[0]})"] = 1
        run.status, run.records = "ok" if written.changed else "unchanged", len(present)
        owners_after(connection, compared, written)
        runs.finish(connection, run)


def first_scraped(batch: Iterable[Scraped], seen: set[str]) -> list[Scraped]:
    """Return the first scraped record of each key that was not seen yet, and add these to `seen`."""
    first: dict[str, Scraped] = {}
    for scraped in batch:
        if scraped.record.key not in seen:
            first.setdefault(scraped.record.key, scraped)
    seen.update(first)
    return list(first.values())


def sum_up(connection: sqlite3.Connection, tally: Tally, result: CrawlResult, before: set[str]) -> None:
    """Complete a tally by what is stored: the records that the answer lacks (`before`: those that the last one lacked), and the
    state of those that were not scraped."""
    tally.sum_up(result)
    tally.absent = missing(connection, tally, result, before)
    rest, source = tally.listed - tally.seen, tally.source.name
    for name in tally.empty if rest else ():
        tally.empty[name] += len(rest & records.keys_without_field(connection, source, name))
    for name in tally.often_changed():
        lacking = records.keys_without_role if name.startswith(ROLE) else records.keys_without_field
        tally.filled[name] = len(tally.known - lacking(connection, source, name.removeprefix(ROLE)))


def missing(connection: sqlite3.Connection, tally: Tally, result: CrawlResult, before: set[str]) -> set[str]:
    """Return the keys missing in this poll: those missing `before` when nothing was new; none when it was incomplete or the source
    only lists new records."""
    name, history = tally.source.name, tally.source.history
    if result.missing_lists or history.append_only:
        return set()
    if result.unchanged:
        return before
    lacking = records.present_keys(connection, name) - tally.listed
    return records.in_parts_shown(connection, name, history.part, tally.listed, lacking) if history.part else lacking


def conclude(run: Run, result: CrawlResult, compared: Comparison, written: Written, back: bool) -> None:
    """Set the counts and the status of a run; `back`: records that were missing are listed again."""
    tally = compared.tally
    run.added, run.changed = written.count("added", "restored"), written.count("changed")
    run.removed = written.count("removed")
    run.records = tally.held - len(tally.absent) if result.unchanged else tally.count
    differs = back or tally.absent or run.added or run.changed
    run.status = "baseline" if compared.mode == "baseline" else "ok" if differs else "unchanged"


def tell(context: RunContext, connection: sqlite3.Connection, run: Run, compared: Comparison, written: Written) -> None:
    """Write the mentions and alerts of a run. A mention without a change is the body's own only if the parser is the same."""
    source, owners = compared.attributor.source, owners_after(connection, compared, written)
    certain = [d for d in written.mentions if d.changes or is_current(context.db, source)]
    write_mentions(context, connection, source, run, certain)
    record_alerts(context, connection, source, run, written, owners)


def owners_after(connection: sqlite3.Connection, compared: Comparison, written: Written) -> Owners:
    """Recompute the secretariat terms if a committee has changed; returns the committees as of the run."""
    attributor = compared.attributor
    if not written.committees:
        return attributor.owners
    settle_terms(connection, attributor.source.body)
    return load_owners(connection, attributor.source.body, attributor.owners.at)


def keep_state(connection: sqlite3.Connection, run: Run, result: CrawlResult, compared: Comparison) -> None:
    """Store a run as the last accepted one, and what the next one need not read again."""
    source = compared.attributor.source
    records.accept(connection, run, source.parser_version)
    pages = [(url, digest, gave.json()) for url, (digest, gave) in result.pages.items()]
    crawl_cache.keep_pages(connection, run, reader(source), pages)
    if compared.mode != "news":  # what exists already is no news when it is read at last
        crawl_cache.defer(connection, run, set(result.unread) - compared.tally.seen)
