"""Step 6, decide, at work: what each watchlist is to see of a run, written with the run and put into the outbox."""

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
    desk: "RunContext",
    connection: sqlite3.Connection,
    source: Source,
    run: Run,
    differences: Iterable[Difference],
    changes: Mapping[tuple[str, int], int],
    owners: Owners,
    worth: Sequence[str],
) -> None:
    """Decide what each watchlist is to see, and put it into the outbox; one that is new here gets one summary instead, with what
    a first poll found `worth` telling everybody."""
    status = "shadow" if source.mode == "shadow" else "new" if desk.routing else "historic"
    written: list[tuple[Alert, int]] = []
    for watchlist in desk.watchlists:
        if watchlist.bodies and source.body not in watchlist.bodies:
            continue
        if has_baseline(connection, watchlist.name, source.name):
            made = decide_alerts(connection, source, run, differences, watchlist, owners)
            ids = keep(connection, source, run, made, status, changes)
            run.alerts += len(ids)
        else:
            made = [summary(desk, source, run, watchlist, worth)]
            ids = save_alerts(connection, run, made, "baseline", {}, {})
        written += zip(made, ids, strict=True)
    if status == "new":
        queue_alerts(desk, connection, source, run, written)


def queue_alerts(
    desk: "RunContext", connection: sqlite3.Connection, source: Source, run: Run, written: Sequence[tuple[Alert, int]]
) -> None:
    """Put the alerts of a run, each with its row, into the outbox of the places that their routes lead to."""
    if desk.routing:
        for place, numbers in desk.routing.sort(written, source.body).items():
            outbox.put(connection, place, run.id, numbers)


def decide_alerts(
    connection: sqlite3.Connection,
    source: Source,
    run: Run,
    differences: Iterable[Difference],
    watchlist: Watchlist,
    owners: Owners,
) -> list[Alert]:
    """The alerts that some differences are worth to a watchlist, each with who takes part in the committee as a reason."""
    told = events_for(differences, watchlist)
    presences = ParticipationLookup(connection, owners, watchlist.engagement, run.observed_at)
    return [
        replace(alert, reasons=(*alert.reasons, *presences.line(alert.event.record if alert.event else None)))
        for alert in alerts(told, watchlist, source.body)
    ]


def events_for(differences: Iterable[Difference], watchlist: Watchlist) -> list[Event]:
    """What some differences of one run mean, of those that concern a watchlist."""
    concerned = (d for d in differences if d.news and concerns(d, watchlist))
    return merge(event for difference in concerned for event in events(difference))


def concerns(difference: Difference, watchlist: Watchlist) -> bool:
    """Whether a watched country has, or had, any role in a record (in the mass of a large file few do), or the change concerns
    everybody."""
    return any(meaning.general for meaning in difference.meanings) or any(
        a.country in watchlist.watched for a in (*difference.before, *difference.after)
    )


def keep(
    connection: sqlite3.Connection,
    source: Source,
    run: Run,
    made: Sequence[Alert],
    status: str,
    changes: Mapping[tuple[str, int], int],
) -> list[int]:
    """Write alerts with their records and changes; returns their ids."""
    keys = {alert.event.record.key for alert in made if alert.event}
    return save_alerts(connection, run, made, status, changes, records.record_ids(connection, source.name, keys))


def summary(desk: "RunContext", source: Source, run: Run, watchlist: Watchlist, worth: Sequence[str]) -> Alert:
    """The baseline alert of a watchlist that has seen nothing of this source yet."""
    led: dict[str, int] = {}
    for row in led_on(desk.db, source.name, run.observed_at):
        if row["country"] in watchlist.watched and row["confidence"] >= watchlist.least_confidence:
            led[row["role"]] = led.get(row["role"], 0) + 1
    return baseline(source.body, source.name, led, run.records, watchlist, worth)
