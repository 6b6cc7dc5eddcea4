"""A whole poll on one screen: start reading here.

fetch and parse (gather) → check → diff → attribute → decide → write, then deliver. Everything from check to write happens in
one transaction: a run is in the database whole, or not at all.
"""

import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlite_utils import Database

from bot import VERSION
from bot.attribute import Attributor
from bot.check import plausible
from bot.decide import alerts, baseline
from bot.diff import diff
from bot.errors import Implausible, Refused, SourceError
from bot.events import events
from bot.parse import Get, Harvest, Reading, gather
from bot.routes import Routing
from bot.watch import Watchlist
from sources.base import Expect, Source
from state import outbox, runs, store
from state.alerts import has_baseline, save_alerts
from state.db import write
from state.model import Alert, Change
from state.reading import led_now
from state.runs import Run
from state.store import Difference, Held

Check = Callable[[Harvest, Expect, Collection[str], Mapping[str, Held]], None]
OUTCOMES = ((Refused, "blocked"), (Implausible, "quarantined"), (SourceError, "failed"))


@dataclass(frozen=True, slots=True)
class Desk:
    """What every poll works with: the memory, the rules, who watches, and where alerts go (None: history only)."""

    db: Database
    attributor: Attributor
    watchlists: Sequence[Watchlist]
    routing: Routing | None = None


def poll(
    desk: Desk, source: Source, get: Get, now: datetime, trigger: str, check: Check = plausible, more: Iterable[str] = ()
) -> Run:
    """Poll one source once and write what it means. `get` fetches a page, live or from an archive; `now` (aware UTC) is the time
    of the observation; `more` are pages to read beside those that the source asks for. Never raises for what a source does
    wrong: the run says so. Raises runs.Busy when it is polled already."""
    run = runs.begin(desk.db, source.name, now, trigger, VERSION)
    harvest = Harvest()
    try:
        gather(source, get, now, known_lines(desk, source), harvest, more)
        with write(desk.db) as connection:
            settle(desk, connection, source, run, harvest, check)
    except SourceError as error:
        run.status = next(status for kind, status in OUTCOMES if isinstance(error, kind))
        run.error = str(error)
        with write(desk.db) as connection:
            runs.keep_captures(connection, run, harvest.captures)
            runs.finish(connection, run)
    return run


def settle(
    desk: Desk, connection: sqlite3.Connection, source: Source, run: Run, harvest: Harvest, check: Check = plausible
) -> None:
    """Check, diff, attribute, decide and write one harvest, within the transaction of its run."""
    first = store.accepted(desk.db, source.name) is None
    present = store.present_keys(connection, source.name)
    held = store.held(connection, source.name, [reading.record.key for reading in harvest.readings])
    if not harvest.unchanged:
        check(harvest, source.expect, present, held)

    absent = missing(connection, source, harvest, present)
    gone = absent & store.missing_keys(connection, source.name)  # absent in the last accepted poll, and again
    found = [compare(desk, source, run, reading, held.get(reading.record.key)) for reading in harvest.readings]
    lost = [removed(each) for each in store.held(connection, source.name, gone).values()]
    if first:
        found = [replace(d, changes=(), meanings=()) for d in found]

    captures = runs.keep_captures(connection, run, harvest.captures)
    changes = store.save(connection, run, source.body, desk.attributor.version, [*found, *lost], captures)
    back = set() if harvest.unchanged or harvest.gaps else store.missing_keys(connection, source.name) - absent
    store.mark_present(connection, source.name, back | {d.record.key for d in found if d.held and d.held.removed})
    store.mark_missing(connection, source.name, absent, run.observed_at)
    store.mark_removed(connection, source.name, gone, run.observed_at)
    store.accept(connection, run, source.parser_version, desk.attributor.version)

    count_up(run, harvest, found, lost, len(present - absent))
    run.status = "baseline" if first else "ok" if run.added or run.changed or absent or back else "unchanged"
    tell(desk, connection, source, run, [*found, *lost], changes)
    runs.finish(connection, run)


def compare(desk: Desk, source: Source, run: Run, reading: Reading, held: Held | None) -> Difference:
    """What one reading changes: fields against the record as held, attributions against the open ones."""
    record, old = reading.record, held.record if held else None
    changes = diff(old, record)
    if held and held.removed:
        changes = [Change(record.key, "restored", after=record.title), *changes]
    meanings = tuple(source.means(old, record, run.observed_at.date())) if source.means and changes else ()
    after = desk.attributor.attribute(source.body, record)
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
    told = [event for difference in differences if difference.changes for event in events(difference)]
    records = store.record_ids(connection, source.name, {event.record.key for event in told})
    status = "shadow" if source.mode == "shadow" else "new" if desk.routing else "historic"
    written: list[tuple[Alert, int]] = []
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
        written += zip(made, ids, strict=True)
    if desk.routing and status == "new":
        for place, numbers in desk.routing.sort(written, source.body).items():
            outbox.put(connection, place, run.id, numbers)


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
    run.notes = harvest.notes


def known_lines(desk: Desk, source: Source) -> dict[bytes, str]:
    """What need not be parsed again; nothing when the parser changed."""
    accepted = store.accepted(desk.db, source.name)
    if accepted is None or accepted["parser_version"] != source.parser_version:
        return {}
    return store.known_digests(desk.db, source.name)
