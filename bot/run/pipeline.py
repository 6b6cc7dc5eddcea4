"""A whole poll on one screen: start reading here.

fetch and parse (gather) → check → diff → attribute → decide → write, then deliver. Everything from check to write happens in
one transaction: a run is in the database whole, or not at all.
"""

import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime

import structlog
from structlog.contextvars import bound_contextvars

from bot import VERSION
from bot.check import check_not_older, check_plausible
from bot.context import RunContext
from bot.errors import Implausible, Refused, SourceError
from bot.fetch.replay import archive_reader
from bot.parse.cache import CrawlCache, keep_page_results, load_cache
from bot.parse.crawl import crawl
from bot.parse.result import CrawlResult, Get, batches
from bot.parse.suppress import SuppressedNames
from bot.run.mode import in_its_mode
from bot.run.reprocess import reattribute, reprocess
from bot.run.writer import open_writer
from sources.base import Expect, Source
from state import captures, crawl_cache, lineage, records, runs
from state.db import write
from state.encode import moment
from state.records import Difference
from state.runs import Run

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
                news = catch_up(desk, connection, source, run)
                settle(desk, connection, source, run, harvest, memory, get, check, news)
        except SourceError as error:
            run.status = next(status for kind, status in OUTCOMES if isinstance(error, kind))
            run.error = str(error)
            log.warning("poll came to nothing", status=run.status, reason=run.error)
            run.requests, run.not_modified = get.requests, get.not_modified
            with write(desk.db) as connection:
                captures.keep_captures(connection, run, get.captures)
                runs.finish(connection, run)
    return run


def catch_up(desk: RunContext, connection: sqlite3.Connection, source: Source, run: Run) -> bool:
    """Bring what is held up to the parser and the rules of today, silently. Returns whether what differs now is news: it is
    not when the parser changed and the old captures cannot be read any more."""
    accepted, remark = records.accepted(desk.db, source.name), None
    if accepted is None:
        return True
    if accepted["parser_version"] != source.parser_version:
        get = archive_reader(source, desk.data, captures.last_captures(desk.db, source.name))
        since = moment(accepted["accepted_at"])
        newest_first = get.redirects.start_names(get.pages)[::-1]
        remark = reprocess(connection, desk.attributor, source, run, get, since, newest_first)
        run.notes.update({remark: 1} if remark else {})
    if accepted["rules_version"] != desk.attributor.version:  # also of what the captures did not show
        reattribute(connection, desk.attributor, source, run)
    return remark is None


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
    book.remove(records.held(connection, source.name, gone).values())
    back = set() if harvest.unchanged or harvest.missing_lists else before - absent
    records.mark_present(connection, source.name, back | {d.record.key for d in book.told if d.held and d.held.removed})
    records.mark_missing(connection, source.name, absent, run.observed_at)
    records.mark_removed(connection, source.name, gone, run.observed_at)
    records.accept(connection, run, source.parser_version, desk.attributor.version)
    crawl_cache.keep_tokens(connection, source.name, harvest.gates)
    keep_page_results(connection, run, source, harvest.pages)

    count_up(run, harvest, book.told)
    run.records = held - len(absent) if harvest.unchanged else harvest.count
    run.status = "baseline" if book.first else "ok" if run.added or run.changed or absent or back else "unchanged"
    book.close()
    run.requests, run.not_modified = get.requests, get.not_modified
    runs.finish(connection, run)


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
    return lineage.in_parts_shown(connection, source.name, part, harvest.listed_keys, lacking) if part else lacking


def count_up(run: Run, harvest: CrawlResult, told: Sequence[Difference]) -> None:
    """The counts of a run: how many records were added, changed, removed, and what was left unread."""
    kinds = [{change.kind for change in d.changes} for d in told]
    run.added = sum(1 for each in kinds if each & {"added", "restored"})
    run.changed = sum(1 for each in kinds if "changed" in each)
    run.removed = sum(1 for each in kinds if "removed" in each)
    run.notes.update(harvest.notes)
