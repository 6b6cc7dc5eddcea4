"""Rehearsal: the stored history judged by other rules or another watchlist, without network and without delivering: which
alerts would come, go or change. Also the history of a watchlist that is new."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.attribute import Attributor
from bot.attribute.owner import owner_moves
from bot.decide.alerts import alerts
from bot.decide.events import events, merge
from bot.decide.watchlist import Watchlist
from bot.diff import diff
from bot.run.attribution import RecordAttributor, record_attributor
from sources.base import Source
from state import records as store
from state.alerts import save_alerts
from state.encode import moment, record_of
from state.model import Alert, Attribution, Change, Event, Record
from state.records import Difference, Held
from state.runs import ACCEPTED, Run


@dataclass(slots=True)
class ReplayedState:
    """The world as it is rebuilt, version by version: each record of a source with its attributions."""

    source: Source
    judge: RecordAttributor
    held: dict[int, tuple[Record, tuple[Attribution, ...]]] = field(default_factory=dict)

    def step(self, connection: sqlite3.Connection, run: sqlite3.Row) -> Iterator[Event]:
        """Play one run: the events that it would have told. The first run is the baseline and tells nothing."""
        first = not self.held
        whole = connection.execute(
            "SELECT record, kind FROM changes WHERE run = ? AND kind IN ('removed', 'restored', 'reparsed')", [run["id"]]
        )
        told = {row["record"]: row["kind"] for row in whole}
        for row in connection.execute(
            "SELECT v.*, t.key, t.kind, t.url FROM versions v JOIN tracked t ON t.id = v.record WHERE v.run = ?", [run["id"]]
        ):
            difference = self.seen(row, told.get(row["record"]), run)
            if not first and told.get(row["record"]) != "reparsed":
                yield from events(difference)
        for number, kind in told.items():
            if kind == "removed" and number in self.held:
                record, before = self.held[number]
                yield from events(Difference(None, record, (Change(record.key, "removed"),), before, ()))

    def seen(self, row: sqlite3.Row, kind: str | None, run: sqlite3.Row) -> Difference:
        """The difference that one stored version made, judged by today's rules."""
        old, before = self.held.get(row["record"], (None, ()))
        record = record_of(row)
        after = self.judge.at(moment(run["observed_at"]))(record, row["record"])
        changes = diff(old, record)
        if kind == "restored":
            before, changes = (), [Change(record.key, "restored"), *changes]
        means = self.source.history.means
        meant = means(old, record, moment(run["observed_at"]).date()) if means and changes else ()
        self.held[row["record"]] = record, after
        held = Held(row["record"], old, 0, False, before) if old else None
        meant = (*meant, *owner_moves(old, record, self.judge.owners))
        return Difference(held, record, tuple(changes), before, after, meant)


def backtest(
    connection: sqlite3.Connection,
    sources: Sequence[Source],
    attributor: Attributor,
    watchlists: Sequence[Watchlist],
    since: str = "",
) -> Iterator[tuple[sqlite3.Row, Alert]]:
    """The alerts that the stored history is worth, each with its run, in the order of the runs. `since` (ISO 8601, UTC) leaves
    out what was observed before."""
    for source in sources:
        stage = ReplayedState(source, record_attributor(connection, attributor, source, datetime.now(UTC)))
        for run in connection.execute(
            f"SELECT * FROM runs WHERE source = ? AND status IN {ACCEPTED} ORDER BY observed_at, id", [source.name]
        ).fetchall():
            told = merge(stage.step(connection, run))
            if run["observed_at"] < since:
                continue
            for watchlist in watchlists:
                for alert in alerts(told, watchlist, source.body):
                    yield run, alert


def compare(
    connection: sqlite3.Connection, rehearsed: Sequence[tuple[sqlite3.Row, Alert]], watchlist: str, since: str
) -> list[dict[str, Any]]:
    """What would come, go or change against the alerts on record, as rows for people and JSON."""
    on_record = {
        (row["run"], row["key"], row["event"], row["role"], row["party"]): row
        for row in connection.execute(
            "SELECT a.*, t.key FROM alerts a LEFT JOIN tracked t ON t.id = a.record"
            " WHERE a.watchlist = ? AND a.status NOT IN ('baseline', 'mention') AND a.observed_at >= ? ORDER BY a.id",
            [watchlist, since],
        )
    }
    rows = []
    for run, alert in rehearsed:
        if alert.watchlist != watchlist or alert.event is None or alert.about is None:
            continue
        name = (run["id"], alert.event.record.key, alert.name, alert.event.role, alert.about.party)
        past = on_record.pop(name, None)
        if past is None:
            rows.append(line("comes", run["observed_at"], alert.headline, alert.severity, alert.about.rule))
        elif (past["headline"], past["severity"], past["rule"]) != (alert.headline, alert.severity, alert.about.rule):
            why = f"{past['severity']}, {past['rule']} → {alert.severity}, {alert.about.rule}"
            rows.append(line("changes", run["observed_at"], alert.headline, alert.severity, why))
    rows += [line("goes", row["observed_at"], row["headline"], row["severity"], row["rule"]) for row in on_record.values()]
    return sorted(rows, key=lambda row: row["observed_at"])


def line(verdict: str, observed_at: str, headline: str, severity: str, why: str) -> dict[str, Any]:
    return {"verdict": verdict, "observed_at": observed_at, "severity": severity, "headline": headline, "why": why}


def fill(connection: sqlite3.Connection, rehearsed: Sequence[tuple[sqlite3.Row, Alert]]) -> int:
    """Write rehearsed alerts into the history of a watchlist that has none, as `historic`; returns how many."""
    for row, alert in rehearsed:
        run = Run(row["id"], row["source"], moment(row["observed_at"]), row["trigger"])
        key = alert.event.record.key if alert.event else ""
        records = store.record_ids(connection, row["source"], [key])
        save_alerts(connection, run, [alert], "historic", {}, records)
    return len(rehearsed)
