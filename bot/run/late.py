"""What happened to deliverables while their owner was unknown, decided once the owner is known."""

import sqlite3
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from bot.attribute.owner import owner_moves
from bot.run.alerting import decide_alerts, keep, queue_alerts, summary
from bot.run.mode import in_its_mode
from sources import all_sources
from sources.base import Source
from state import records
from state.alerts import has_baseline, save_alerts
from state.queries.committees import Owners
from state.queries.past import Step, last_run, run_of, steps, told_of
from state.records import Difference
from state.runs import Run

if TYPE_CHECKING:
    from bot.context import RunContext


def tell_late(desk: "RunContext", connection: sqlite3.Connection, learned: Mapping[int, str], owners: Owners, first: bool) -> None:
    """Decide what the steps of some deliverables (their rows) mean, from the time on (a stamp) since which their owner had been
    unknown, and write the alerts with the runs that saw them. When the committees come for the `first` time, that is history and
    nobody is told."""
    if not learned:
        return
    late = steps(connection, learned)
    for number, group in groupby(late, key=lambda step: step.run):
        run = run_of(connection, number)
        source = all_sources().get(run.source)
        if source is not None:
            then = Owners(run.observed_at, owners.by_name)
            _tell_run(desk, connection, in_its_mode(desk.db, source), run, list(group), then, first)
    if first:
        _summarise(desk, connection, learned)


def _tell_run(
    desk: "RunContext", connection: sqlite3.Connection, source: Source, run: Run, group: Sequence[Step], owners: Owners, first: bool
) -> None:
    differences = [_difference(desk, source, run, step, owners) for step in group]
    rows = {(step.new.key, place): row for step in group for place, row in enumerate(step.rows)}
    status = "shadow" if source.mode == "shadow" else "new" if desk.routing and not first else "historic"
    for watchlist in desk.watchlists:
        if not has_baseline(connection, watchlist.name, source.name) or (watchlist.bodies and source.body not in watchlist.bodies):
            continue
        told = told_of(connection, watchlist.name, rows.values())
        made = [
            alert
            for alert in decide_alerts(connection, source, run, differences, watchlist, owners)
            if alert.event and rows.get((alert.event.record.key, alert.event.change or 0)) not in told
        ]
        ids = keep(connection, source, run, made, status, rows)
        run.alerts += len(ids)
        if status == "new":
            queue_alerts(desk, connection, source, run, list(zip(made, ids, strict=True)))
    connection.execute("UPDATE runs SET alerts = ? WHERE id = ?", [run.alerts, run.id])


def _difference(desk: "RunContext", source: Source, run: Run, step: Step, owners: Owners) -> Difference:
    before = desk.attributor.attribute(source.body, step.old, owners) if step.old else ()
    after = desk.attributor.attribute(source.body, step.new, owners)
    meanings = tuple(source.history.means(step.old, step.new, run.observed_at.date())) if source.history.means else ()
    return Difference(None, step.new, step.changes, before, after, (*meanings, *owner_moves(step.old, step.new, owners)))


def _summarise(desk: "RunContext", connection: sqlite3.Connection, learned: Mapping[int, str]) -> None:
    """What is led now, once more: when the deliverables were first read, nothing of it was known."""
    for name in records.sources_of(connection, learned):
        run, source = last_run(connection, name), all_sources().get(name)
        if run is None or source is None:
            continue
        for watchlist in desk.watchlists:
            if has_baseline(connection, watchlist.name, name):
                save_alerts(connection, run, [summary(desk, source, run, watchlist, ())], "baseline", {}, {})
