"""A whole poll on one screen: start reading here.

fetch and parse (gather) → check → diff → attribute → decide → write, then deliver. Everything from check to write happens in
one transaction: a run is in the database whole, or not at all.
"""

import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog
from sqlite_utils import Database
from structlog.contextvars import bound_contextvars

from bot import VERSION
from bot.attribute import Attributor
from bot.check import not_older, plausible
from bot.decide.watchlist import Watchlist
from bot.deliver.routes import Routing
from bot.errors import Implausible, Refused, SourceError
from bot.fetch.replay import kept
from bot.parse.cache import Memory, memory_of, remember
from bot.parse.crawl import gather
from bot.parse.result import Get, Harvest, batches
from bot.parse.suppress import Forgotten
from bot.run.mode import in_its_mode
from bot.run.reprocess import judge_again, reparse
from bot.run.writer import open_book
from sources.base import Expect, Source
from state import change_tokens, lineage, records, runs
from state.db import write
from state.encode import moment
from state.records import Difference
from state.runs import Run

log = structlog.get_logger()
Way = Callable[[Run], AbstractContextManager[Get]]
Check = Callable[[Harvest, Expect, int, Collection[str]], None]
OUTCOMES = ((Refused, "blocked"), (Implausible, "quarantined"), (SourceError, "failed"))


@dataclass(frozen=True, slots=True)
class Desk:
    """What every poll works with: the memory, the data folder with the archive, the rules, who watches, and where alerts go
    (None: history only)."""

    db: Database
    data: Path
    attributor: Attributor
    watchlists: Sequence[Watchlist]
    routing: Routing | None = None


def poll(
    desk: Desk, source: Source, way: Way, now: datetime, trigger: str, check: Check = plausible, more: Iterable[str] = ()
) -> Run:
    """Poll one source once and write what it means. `way` opens the `get` of a run: to the network, or to an archive; `now`
    (aware UTC) is the time of the observation; `more` are pages to read beside those that the source asks for. Never raises
    for what a source does wrong: the run says so. Raises runs.Busy when it is polled already."""
    source = in_its_mode(desk.db, source)
    run = runs.begin(desk.db, source.name, now, trigger, VERSION)
    with bound_contextvars(run=run.id, source=source.name), way(run) as get:
        try:
            harvest = Harvest()
            memory = memory_of(desk.db, source)
            gather(source, get, now, memory, harvest, more)
            log.info(
                "gathered",
                step="parse",
                records=harvest.count,
                aside=len(harvest.bulk),
                unchanged=harvest.unchanged,
                gaps=len(harvest.gaps),
            )
            if source.bulk and check is plausible:
                not_older(get.captures[-1], runs.last_capture(desk.db, get.captures[-1].url, source.name))
            with write(desk.db) as connection:
                news = catch_up(desk, connection, source, run)
                settle(desk, connection, source, run, harvest, memory, get, check, news)
        except SourceError as error:
            run.status = next(status for kind, status in OUTCOMES if isinstance(error, kind))
            run.error = str(error)
            log.warning("poll came to nothing", status=run.status, reason=run.error)
            run.requests, run.not_modified = get.requests, get.not_modified
            with write(desk.db) as connection:
                runs.keep_captures(connection, run, get.captures)
                runs.finish(connection, run)
    return run


def catch_up(desk: Desk, connection: sqlite3.Connection, source: Source, run: Run) -> bool:
    """Bring what is held up to the parser and the rules of today, silently. Returns whether what differs now is news: it is
    not when the parser changed and the old captures cannot be read any more."""
    accepted, remark = records.accepted(desk.db, source.name), None
    if accepted is None:
        return True
    if accepted["parser_version"] != source.parser_version:
        get = kept(source, desk.data, runs.last_captures(desk.db, source.name))
        since = moment(accepted["accepted_at"])
        newest_first = get.trail.beginnings(get.pages)[::-1]
        remark = reparse(connection, desk.attributor, source, run, get, since, newest_first)
        run.notes.update({remark: 1} if remark else {})
    if accepted["rules_version"] != desk.attributor.version:  # also of what the captures did not show
        judge_again(connection, desk.attributor, source, run)
    return remark is None


def settle(
    desk: Desk,
    connection: sqlite3.Connection,
    source: Source,
    run: Run,
    harvest: Harvest,
    memory: Memory,
    get: Get,
    check: Check,
    news: bool,
) -> None:
    """Diff, attribute, check, decide and write one harvest, within the transaction of its run: what fails the check at the end
    was never written."""
    book = open_book(desk, connection, source, run, harvest, get.captures, news)
    held = records.count_present(connection, source.name)
    names = Forgotten(desk.db)
    for readings in batches(source, harvest, memory):
        book.enter(harvest, names.of(readings))
    harvest.close()
    book.count_empty(harvest)
    book.count_having(harvest)
    before = records.missing_keys(connection, source.name)
    absent = missing(connection, source, harvest, held - book.met, before)
    if not harvest.unchanged:
        check(harvest, source.expect, held, absent)

    gone = absent & before  # absent in the last accepted poll, and again
    book.remove(records.held(connection, source.name, gone).values())
    back = set() if harvest.unchanged or harvest.gaps else before - absent
    records.mark_present(connection, source.name, back | {d.record.key for d in book.told if d.held and d.held.removed})
    records.mark_missing(connection, source.name, absent, run.observed_at)
    records.mark_removed(connection, source.name, gone, run.observed_at)
    records.accept(connection, run, source.parser_version, desk.attributor.version)
    change_tokens.keep(connection, source.name, harvest.gates)
    remember(connection, run, source, harvest.pages)

    count_up(run, harvest, book.told)
    run.records = held - len(absent) if harvest.unchanged else harvest.count
    run.status = "baseline" if book.first else "ok" if run.added or run.changed or absent or back else "unchanged"
    book.close()
    run.requests, run.not_modified = get.requests, get.not_modified
    runs.finish(connection, run)


def missing(connection: sqlite3.Connection, source: Source, harvest: Harvest, unmet: int, before: set[str]) -> set[str]:
    """Keys that this poll lacks: none when it was not complete, or lists only what is new; those missing `before` when it brought
    nothing new. `unmet` is how many of the records that we hold were not among its readings."""
    if harvest.gaps or source.fleeting:
        return set()
    if harvest.unchanged:
        return before
    if len(harvest.shown) - len(harvest.seen) == unmet:  # the usual case, without loading all keys
        return set()
    lacking = records.present_keys(connection, source.name) - harvest.shown
    return in_parts_shown(connection, source, harvest, lacking) if source.scope else lacking


def in_parts_shown(connection: sqlite3.Connection, source: Source, harvest: Harvest, keys: set[str]) -> set[str]:
    """Those keys that belong to a part of the whole (a study period, say) of which the answer shows anything."""
    parts = lineage.parts(connection, source.name, source.scope)
    shown = {parts[key] for key in harvest.shown if key in parts}
    return {key for key in keys if parts[key] in shown}


def count_up(run: Run, harvest: Harvest, told: Sequence[Difference]) -> None:
    """The counts of a run: how many records were added, changed, removed, and what was left unread."""
    kinds = [{change.kind for change in d.changes} for d in told]
    run.added = sum(1 for each in kinds if each & {"added", "restored"})
    run.changed = sum(1 for each in kinds if "changed" in each)
    run.removed = sum(1 for each in kinds if "removed" in each)
    run.notes.update(harvest.notes)
