"""Step 6, decide, within a run: the alerts of each watchlist, written in the transaction of the run and queued in the outbox."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.decide.alerts import alerts, baseline
from bot.decide.events import events, merge
from bot.decide.participation import ParticipationLookup
from bot.decide.watchlist import Watchlist
from sources.base import Source
from state import outbox, records
from state.alerts import has_baseline, save_alerts
from state.model import Alert, Event
from state.queries.committees import Owners
from state.queries.history import led_on
from state.records import Difference
from state.runs import Run

if TYPE_CHECKING:
    from bot.context import RunContext


def record_alerts(
    context: "RunContext",
    connection: sqlite3.Connection,
    source: Source,
    run: Run,
    differences: Iterable[Difference],
    changes: Mapping[tuple[str, int], int],
    owners: Owners,
    highlights: Sequence[str],
) -> None:
    """Decide, store and queue the alerts of each watchlist. A watchlist without a baseline for this source gets one summary
    instead, with the `highlights` of a first poll."""
    status = "shadow" if source.mode == "shadow" else "new" if context.routing else "historic"
    written: list[tuple[Alert, int]] = []
    for watchlist in context.watchlists:
        if watchlist.bodies and source.body not in watchlist.bodies:
            continue
        if has_baseline(connection, watchlist.name, source.name):
            decided = decide_alerts(connection, source, run, differences, watchlist, owners)
            ids = write_alerts(connection, source, run, decided, status, changes)
            run.alerts += len(ids)
        else:
            decided = [summary(context, source, run, watchlist, highlights)]
            ids = save_alerts(connection, run, decided, "baseline", {}, {})
        written += zip(decided, ids, strict=True)
    if status == "new":
        queue_alerts(context, connection, source, run, written)


def queue_alerts(
    context: "RunContext", connection: sqlite3.Connection, source: Source, run: Run, written: Sequence[tuple[Alert, int]]
) -> None:
    """Queue the alerts of a run, each with its id, in the outbox for the destinations of their routes."""
    if context.routing:
        for destination, ids in context.routing.sort(written, source.body).items():
            outbox.put(connection, destination, run.id, ids)


def decide_alerts(
    connection: sqlite3.Connection,
    source: Source,
    run: Run,
    differences: Iterable[Difference],
    watchlist: Watchlist,
    owners: Owners,
) -> list[Alert]:
    """Return the alerts of a watchlist for some differences, each with the participation in the committee as a reason."""
    found = events_for(differences, watchlist)
    participation = ParticipationLookup(connection, owners, watchlist.engagement, run.observed_at)
    return [
        replace(alert, reasons=(*alert.reasons, *participation.line(alert.event.record if alert.event else None)))
        for alert in alerts(found, watchlist, source.body)
    ]


def events_for(differences: Iterable[Difference], watchlist: Watchlist) -> list[Event]:
    """Return the merged events of the differences of one run that concern a watchlist."""
    concerned = (d for d in differences if d.news and concerns(d, watchlist))
    return merge(event for difference in concerned for event in events(difference))


def concerns(difference: Difference, watchlist: Watchlist) -> bool:
    """Return True when a watched country has, or had, any role in a record (rare in a large file), or the change concerns
    everybody."""
    return any(meaning.general for meaning in difference.meanings) or any(
        a.country in watchlist.watched for a in (*difference.before, *difference.after)
    )


def write_alerts(
    connection: sqlite3.Connection,
    source: Source,
    run: Run,
    decided: Sequence[Alert],
    status: str,
    changes: Mapping[tuple[str, int], int],
) -> list[int]:
    """Store alerts with the ids of their records and changes; returns the ids of the alerts."""
    keys = {alert.event.record.key for alert in decided if alert.event}
    return save_alerts(connection, run, decided, status, changes, records.record_ids(connection, source.name, keys))


def summary(context: "RunContext", source: Source, run: Run, watchlist: Watchlist, highlights: Sequence[str]) -> Alert:
    """Return the baseline alert of a watchlist for a source that is new to it."""
    led_counts: dict[str, int] = {}
    for row in led_on(context.db, source.name, run.observed_at):
        if row["country"] in watchlist.watched and row["confidence"] >= watchlist.least_confidence:
            led_counts[row["role"]] = led_counts.get(row["role"], 0) + 1
    return baseline(source.body, source.name, led_counts, run.records, watchlist, highlights)
