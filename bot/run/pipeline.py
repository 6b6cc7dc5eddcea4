"""A whole poll on one screen: start reading here.

fetch and parse (gather) → check → diff → attribute → decide → write, then deliver. Everything from check to write happens in
one transaction: a run is in the database whole, or not at all. A new parser reads the archive first, in a run of its own.
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
from bot.run.attribution import reattribute
from bot.run.mode import in_its_mode
from bot.run.writer import open_writer
from sources.base import Expect, Source
from state import crawl_cache, records, runs
from state.archive import captures
from state.db import write
from state.encode import moment
from state.records import Difference
from state.runs import REPARSE, Run

log = structlog.get_logger()
Way = Callable[[Run], AbstractContextManager[Get]]
Check = Callable[[CrawlResult, Expect, int, Collection[str]], None]
OUTCOMES = ((Refused, "blocked"), (Implausible, "quarantined"), (SourceError, "failed"))


def poll(
    desk: RunContext,
    source: Source,
    way: Way,
    now: datetime,
    trigger: str,
    check: Check = check_plausible,
    more: Iterable[str] = (),
) -> Run:
    """Poll one source once and write what it means. `way` opens the `get` of a run: to the network, or to an archive; `now`
    (aware UTC) is the time of the observation; `more` are pages to read beside those that the source asks for. Never raises
    for what a source does wrong: the run says so. Raises runs.Busy when it is polled already."""
    source = in_its_mode(desk.db, source)
    return once(desk, source, way, now, trigger, check, more, reparse(desk, source))


def reparse(desk: RunContext, source: Source) -> str:
    """Where the parser is new, read with it what the archive holds of a source, in a run of its own that tells nobody. Returns a
    remark when not all of it could be read: then what the parser changed and what the body changed cannot be told apart, and
    neither is told."""
    accepted = records.accepted(desk.db, source.name)
    if accepted is None or accepted["parser_version"] == source.parser_version:
        return ""
    get = archive_reader(source, desk.data, captures.last_captures(desk.db, source.name))
    newest_first = get.redirects.start_names(get.pages)[::-1]
    run = once(
        desk, source, lambda run: nullcontext(get), moment(accepted["accepted_at"]), REPARSE, check_keys_unique, newest_first
    )
    return "; ".join(run.notes) if run.good else f"the archived captures could not be parsed again ({run.error})"


def once(
    desk: RunContext, source: Source, way: Way, now: datetime, trigger: str, check: Check, more: Iterable[str], remark: str = ""
) -> Run:
    """Do one run, of which a `remark` says that nothing in it is news."""
    run = runs.begin(desk.db, source.name, now, trigger, VERSION)
    with bound_contextvars(run=run.id, source=source.name), way(run) as get:
        try:
            harvest = CrawlResult()
            memory = load_cache(desk.db, source)
            crawl(source, get, now, memory, harvest, more)
            log.info(
                "gathered",
                step="parse",
                records=harvest.count,
                aside=len(harvest.deferred),
                unchanged=harvest.unchanged,
                gaps=len(harvest.missing_lists),
            )
            if source.answer.bulk and check is check_plausible:
                check_not_older(get.captures[-1], captures.last_capture(desk.db, get.captures[-1].url, source.name))
            with write(desk.db) as connection:
                if trigger == REPARSE:
                    read_again(desk, connection, source, run, harvest)
                else:
                    run.notes.update({remark: 1} if remark else {})
                    apply_rules(desk, connection, source, run)
                    settle(desk, connection, source, run, harvest, memory, get, check, not remark)
                runs.finish(connection, run)
        except SourceError as error:
            run.status = next(status for kind, status in OUTCOMES if isinstance(error, kind))
            run.error = str(error)
            log.warning("poll came to nothing", status=run.status, reason=run.error)
            run.requests, run.not_modified = get.requests, get.not_modified
            with write(desk.db) as connection:
                if trigger == REPARSE:
                    crawl_cache.defer(connection, source.name, records.present_keys(connection, source.name))
                else:
                    captures.keep_captures(connection, run, get.captures)
                runs.finish(connection, run)
    return run


def apply_rules(desk: RunContext, connection: sqlite3.Connection, source: Source, run: Run) -> None:
    """Judge what is held by the rules of today, where they are new, silently."""
    accepted = records.accepted(desk.db, source.name)
    if accepted and accepted["rules_version"] != desk.attributor.version:
        reattribute(connection, desk.attributor, source, run)


def read_again(desk: RunContext, connection: sqlite3.Connection, source: Source, run: Run, harvest: CrawlResult) -> None:
    """Write what a new parser makes of the archive. Of a record that several captures show the first counts: pages that nothing
    leads to any more come last. What it does not see in the same captures is gone without a word, and what was gone before stays
    so."""
    book = open_writer(desk, connection, source, run, harvest, (), news=False)
    names, left = SuppressedNames(desk.db), records.removed_keys(connection, source.name)
    for readings in batches(source, harvest, EMPTY_CACHE):
        book.enter(harvest, names.clean([each for each in first_of(harvest, readings) if each.record.key not in left]))
    harvest.close()
    present = records.present_keys(connection, source.name)
    if not harvest.missing_lists and not source.history.append_only:  # what such a source lists no more is not gone
        gone = present - records.missing_keys(connection, source.name) - harvest.listed_keys
        if source.history.part:
            gone = records.in_parts_shown(connection, source.name, source.history.part, harvest.listed_keys, gone)
        book.remove(records.held(connection, source.name, gone, run.observed_at).values())
        records.mark_missing(connection, source.name, gone, run.observed_at)
        records.mark_removed(connection, source.name, gone, run.observed_at)
        present -= gone
    # of an older reading, or of none: the parser's part in what is read of them next cannot be told apart
    crawl_cache.defer(connection, source.name, present.union(harvest.unread) - harvest.seen_keys)
    if harvest.missing_lists:
        run.notes[
            f"the archive lacks captures to parse again ({len(harvest.missing_lists)}, the first {harvest.missing_lists[0]})"
        ] = 1
    run.status, run.records = "ok" if book.told else "unchanged", records.count_present(connection, source.name)
    book.close()


def first_of(harvest: CrawlResult, readings: Iterable[Scraped]) -> list[Scraped]:
    """The first reading of each record that was not looked at yet."""
    first: dict[str, Scraped] = {}
    for reading in readings:
        if reading.record.key not in harvest.seen_keys:
            first.setdefault(reading.record.key, reading)
    return list(first.values())


def settle(
    desk: RunContext,
    connection: sqlite3.Connection,
    source: Source,
    run: Run,
    harvest: CrawlResult,
    memory: CrawlCache,
    get: Get,
    check: Check,
    news: bool,
) -> None:
    """Diff, attribute, check, decide and write one harvest, within the transaction of its run: what fails the check at the end
    was never written."""
    book = open_writer(desk, connection, source, run, harvest, get.captures, news)
    held = records.count_present(connection, source.name)
    names = SuppressedNames(desk.db)
    for readings in batches(source, harvest, memory):
        book.enter(harvest, names.clean(readings))
    harvest.close()
    book.count_empty(harvest)
    book.count_having(harvest)
    before = records.missing_keys(connection, source.name)
    absent = missing(connection, source, harvest, held - book.met, before)
    if not harvest.unchanged:
        check(harvest, source.expect, held, absent)

    gone = absent & before  # absent in the last accepted poll, and again
    book.remove(records.held(connection, source.name, gone, run.observed_at).values())
    back = set() if harvest.unchanged or harvest.missing_lists else before - absent
    records.mark_present(connection, source.name, back | {d.record.key for d in book.told if d.held and d.held.removed})
    records.mark_missing(connection, source.name, absent, run.observed_at)
    records.mark_removed(connection, source.name, gone, run.observed_at)
    records.accept(connection, run, source.parser_version, desk.attributor.version)
    crawl_cache.keep_tokens(connection, source.name, harvest.gates)
    keep_page_results(connection, run, source, harvest.pages)

    count_up(run, harvest, book.told)
    run.records = held - len(absent) if harvest.unchanged else harvest.count
    run.status = "baseline" if book.mode == "baseline" else "ok" if run.added or run.changed or absent or back else "unchanged"
    book.close()
    run.requests, run.not_modified = get.requests, get.not_modified


def missing(connection: sqlite3.Connection, source: Source, harvest: CrawlResult, unmet: int, before: set[str]) -> set[str]:
    """Keys that this poll lacks: none when it was not complete, or lists only what is new; those missing `before` when it brought
    nothing new. `unmet` is how many of the records that we hold were not among its readings."""
    if harvest.missing_lists or source.history.append_only:
        return set()
    if harvest.unchanged:
        return before
    if len(harvest.listed_keys) - len(harvest.seen_keys) == unmet:  # the usual case, without loading all keys
        return set()
    lacking = records.present_keys(connection, source.name) - harvest.listed_keys
    part = source.history.part
    return records.in_parts_shown(connection, source.name, part, harvest.listed_keys, lacking) if part else lacking


def count_up(run: Run, harvest: CrawlResult, told: Sequence[Difference]) -> None:
    """The counts of a run: how many records were added, changed, removed, and what was left unread."""
    kinds = [{change.kind for change in d.changes} for d in told]
    run.added = sum(1 for each in kinds if each & {"added", "restored"})
    run.changed = sum(1 for each in kinds if "changed" in each)
    run.removed = sum(1 for each in kinds if "removed" in each)
    run.notes.update(harvest.notes)
