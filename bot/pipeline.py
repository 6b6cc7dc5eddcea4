"""A whole poll on one screen: start reading here.

fetch and parse (gather) → check → diff → attribute → decide → write, then deliver. Everything from check to write happens in
one transaction: a run is in the database whole, or not at all.
"""

import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import structlog
from sqlite_utils import Database
from structlog.contextvars import bound_contextvars

from bot import VERSION
from bot.attribute import Attributor
from bot.check import not_older, plausible
from bot.decide import alerts, baseline
from bot.diff import diff
from bot.errors import Implausible, Refused, SourceError
from bot.events import events
from bot.parse import Get, Harvest, Reading, gather
from bot.privacy import Forgotten
from bot.recorded import kept
from bot.renew import judge_again, reparse, silent
from bot.watch import Watchlist
from sources.base import Expect, Source
from state import outbox, runs, store
from state.alerts import has_baseline, save_alerts
from state.corrections import Correction, corrected, in_force
from state.db import write
from state.model import Alert, Change
from state.reading import led_now
from state.runs import Run
from state.store import Difference, Held

log = structlog.get_logger()
Way = Callable[[Run], AbstractContextManager[Get]]
Check = Callable[[Harvest, Expect, Collection[str], Mapping[str, Held]], None]
OUTCOMES = ((Refused, "blocked"), (Implausible, "quarantined"), (SourceError, "failed"))


@dataclass(frozen=True, slots=True)
class Desk:
    """What every poll works with: the memory, the data folder with the archive, the rules, who watches, and the channels that are
    told (none: history only)."""

    db: Database
    data: Path
    attributor: Attributor
    watchlists: Sequence[Watchlist]
    channels: Sequence[str] = ()


def poll(
    desk: Desk, source: Source, way: Way, now: datetime, trigger: str, check: Check = plausible, more: Iterable[str] = ()
) -> Run:
    """Poll one source once and write what it means. `way` opens the `get` of a run: to the network, or to an archive; `now`
    (aware UTC) is the time of the observation; `more` are pages to read beside those that the source asks for. Never raises
    for what a source does wrong: the run says so. Raises runs.Busy when it is polled already."""
    run = runs.begin(desk.db, source.name, now, trigger, VERSION)
    with bound_contextvars(run=run.id, source=source.name), way(run) as get:
        try:
            harvest = Harvest()
            gather(source, get, now, known_lines(desk, source), harvest, more)
            harvest.readings[:] = Forgotten(desk.db).of(harvest.readings)
            log.info("gathered", step="parse", records=harvest.count, unchanged=harvest.unchanged, gaps=len(harvest.gaps))
            if source.bulk and check is plausible:
                not_older(get.captures[-1], runs.last_capture(desk.db, get.captures[-1].url))
            with write(desk.db) as connection:
                news = catch_up(desk, connection, source, run)
                settle(desk, connection, source, run, harvest, get, check, news)
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
    accepted = store.accepted(desk.db, source.name)
    if accepted is None:
        return True
    if accepted["parser_version"] != source.parser_version:
        get = kept(source, desk.data, runs.last_captures(desk.db, source.name))
        remark = reparse(connection, desk.attributor, source, run, get, list(get.pages))
        run.notes.update({remark: 1} if remark else {})
        return remark is None
    if accepted["rules_version"] != desk.attributor.version:
        judge_again(connection, desk.attributor, source, run)
    return True


def settle(
    desk: Desk,
    connection: sqlite3.Connection,
    source: Source,
    run: Run,
    harvest: Harvest,
    get: Get,
    check: Check,
    news: bool,
) -> None:
    """Check, diff, attribute, decide and write one harvest, within the transaction of its run."""
    first = store.accepted(desk.db, source.name) is None
    present = store.present_keys(connection, source.name)
    held = store.held(connection, source.name, [reading.record.key for reading in harvest.readings])
    if not harvest.unchanged:
        check(harvest, source.expect, present, held)

    absent = missing(connection, source, harvest, present)
    gone = absent & store.missing_keys(connection, source.name)  # absent in the last accepted poll, and again
    said = in_force(connection)
    found = [compare(desk, source, run, reading, held.get(reading.record.key), said) for reading in harvest.readings]
    lost = [removed(each) for each in store.held(connection, source.name, gone).values()]
    if first:
        found = [replace(d, changes=(), meanings=()) for d in found]
    if not news:
        found = [silent(d) for d in found]

    captures = runs.keep_captures(connection, run, get.captures)
    changes = store.save(connection, run, source.body, desk.attributor.version, [*found, *lost], captures)
    back = set() if harvest.unchanged or harvest.gaps else store.missing_keys(connection, source.name) - absent
    store.mark_present(connection, source.name, back | {d.record.key for d in found if d.held and d.held.removed})
    store.mark_missing(connection, source.name, absent, run.observed_at)
    store.mark_removed(connection, source.name, gone, run.observed_at)
    store.accept(connection, run, source.parser_version, desk.attributor.version)

    count_up(run, harvest, found, lost, len(present - absent))
    run.status = "baseline" if first else "ok" if run.added or run.changed or absent or back else "unchanged"
    tell(desk, connection, source, run, [*found, *lost], changes)
    run.requests, run.not_modified = get.requests, get.not_modified
    runs.finish(connection, run)


def compare(
    desk: Desk, source: Source, run: Run, reading: Reading, held: Held | None, said: Mapping[int, list[Correction]]
) -> Difference:
    """What one reading changes: fields against the record as held, attributions against the open ones."""
    record, old = reading.record, held.record if held else None
    changes = diff(old, record)
    if held and held.removed:
        changes = [Change(record.key, "restored", after=record.title), *changes]
    meanings = tuple(source.means(old, record, run.observed_at.date())) if source.means and changes else ()
    after = desk.attributor.attribute(source.body, record)
    if held and held.id in said:
        after = corrected(after, said[held.id])
    before = held.attributions if held else ()
    return Difference(held, record, tuple(changes), before, after, meanings, reading.digest, reading.url)


def removed(held: Held) -> Difference:
    """The difference of a record that counts as gone; its attributions are closed with it."""
    change = Change(held.record.key, "removed", before=held.record.title)
    return Difference(held, held.record, (change,), held.attributions, held.attributions)


def missing(connection: sqlite3.Connection, source: Source, harvest: Harvest, present: set[str]) -> set[str]:
    """Keys that this accepted poll lacks: none when it was not complete; those already missing when nothing was new."""
    if harvest.gaps:
        return set()
    if harvest.unchanged:
        return store.missing_keys(connection, source.name)
    return present.difference(harvest.keys())


def tell(
    desk: Desk,
    connection: sqlite3.Connection,
    source: Source,
    run: Run,
    differences: Sequence[Difference],
    changes: Mapping[tuple[str, int], int],
) -> None:
    """Decide what each watchlist is to see, and put it into the outbox; one that is new here gets one summary instead."""
    told = [event for difference in differences if difference.news for event in events(difference)]
    records = store.record_ids(connection, source.name, {event.record.key for event in told})
    status = "shadow" if source.mode == "shadow" else "new" if desk.channels else "historic"
    for watchlist in desk.watchlists:
        if watchlist.bodies and source.body not in watchlist.bodies:
            continue
        if has_baseline(connection, watchlist.name, source.name):
            made = alerts(told, watchlist, source.body)
            ids = save_alerts(connection, run, made, status, changes, records)
        else:
            made = [summary(desk, source, run, watchlist)]
            ids = save_alerts(connection, run, made, "baseline", changes, records)
        run.alerts += sum(1 for alert in made if alert.name != "baseline")
        if status == "new":
            outbox.add(connection, ids, desk.channels)


def summary(desk: Desk, source: Source, run: Run, watchlist: Watchlist) -> Alert:
    """The baseline alert of a watchlist that has seen nothing of this source yet."""
    led: dict[str, int] = {}
    for row in led_now(desk.db, source.name):
        if row["country"] in watchlist.watched and row["confidence"] >= watchlist.least_confidence:
            led[row["role"]] = led.get(row["role"], 0) + 1
    return baseline(source.body, source.name, led, run.records, watchlist)


def count_up(run: Run, harvest: Harvest, found: Sequence[Difference], lost: Sequence[Difference], present: int) -> None:
    """The counts of a run: records in the answer, and how many were added, changed, removed."""
    run.records = present if harvest.unchanged else harvest.count
    run.added = sum(1 for d in found if any(change.kind in ("added", "restored") for change in d.changes))
    run.changed = sum(1 for d in found if any(change.kind == "changed" for change in d.changes))
    run.removed = len(lost)
    run.notes.update(harvest.notes)


def known_lines(desk: Desk, source: Source) -> dict[bytes, str]:
    """What need not be parsed again; nothing when the parser changed."""
    accepted = store.accepted(desk.db, source.name)
    if accepted is None or accepted["parser_version"] != source.parser_version:
        return {}
    return store.known_digests(desk.db, source.name)
