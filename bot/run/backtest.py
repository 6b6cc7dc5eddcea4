"""Rehearsal: the stored history judged by other rules or another watchlist, without network and without delivering: which
alerts would come, go or change. Also the history of a watchlist that is new."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import orjson

from bot.attribute import Attributor
from bot.decide.alerts import alerts
from bot.decide.watchlist import Watchlist
from bot.parse.result import Scraped
from bot.run.alerting import events_for
from bot.run.attribution import RecordAttributor, as_corrected, record_attributor
from bot.run.compare import Mode, compare, removed
from bot.run.continuation import FROM
from sources.base import Source
from state import records as store
from state.alerts import save_alerts
from state.corrections import Correction, in_force
from state.encode import moment, record_of
from state.model import Alert
from state.records import Difference, Held
from state.runs import ACCEPTED, Run


@dataclass(slots=True)
class ReplayedState:
    """The records of a source as they are rebuilt, version by version; `rows` are their rows by key."""

    source: Source
    judge: RecordAttributor
    said: Mapping[int, Sequence[Correction]]
    held: dict[int, Held] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)

    def step(self, connection: sqlite3.Connection, run: sqlite3.Row) -> list[Difference]:
        """Play one run: the differences that it would have told. The first run is the baseline and tells nothing."""
        first, at = not self.held, moment(run["observed_at"])
        judge = self.judge.before(run["id"], at)
        changed = connection.execute("SELECT record, kind, field FROM changes WHERE run = ? ORDER BY id", [run["id"]]).fetchall()
        kinds: dict[int, set[str]] = {}
        for row in changed:
            kinds.setdefault(row["record"], set()).add(row["kind"])
        order = {record: place for place, record in enumerate(kinds)}
        versions = connection.execute(
            "SELECT v.*, t.key, t.kind, t.url FROM versions v JOIN tracked t ON t.id = v.record WHERE v.run = ?", [run["id"]]
        ).fetchall()
        found, met = [], set()
        for row in sorted(versions, key=lambda row: order.get(row["record"], -1)):
            met.add(row["record"])
            found.append(self.seen(judge, row, mode_of(kinds.get(row["record"], set()), first), at))
        for row in changed:
            if row["field"] is None and row["record"] in self.held and row["record"] not in met:  # gone
                held = self.held[row["record"]]
                found.append(removed(held, "news" if row["kind"] == "removed" else "silent"))
                self.held[row["record"]] = replace(held, removed=True, attributions=())
        return [as_corrected(difference, self.said) for difference in found]

    def seen(self, judge: RecordAttributor, row: sqlite3.Row, mode: Mode, at: datetime) -> Difference:
        """The difference that one stored version made, judged by today's rules."""
        record, held = record_of(row), self.held.get(row["record"])
        before = self.rows.get(str(record.fields.get(FROM))) if held is None else None
        earlier = self.held[before] if before is not None else None
        difference = compare(judge, Scraped(record, "", None), held, earlier, mode, at.date())
        self.held[row["record"]] = Held(row["record"], record, 0, False, difference.after)
        self.rows[record.key] = row["record"]
        return difference


def mode_of(kinds: set[str], first: bool) -> Mode:
    """How a version came about, by the kinds of the changes that are kept of it; without any, it waited to be read."""
    return "baseline" if first else "silent" if kinds == {"reparsed"} else "news" if kinds else "backfill"


def backtest(
    connection: sqlite3.Connection,
    sources: Sequence[Source],
    attributor: Attributor,
    watchlists: Sequence[Watchlist],
    since: str = "",
) -> Iterator[tuple[sqlite3.Row, Alert]]:
    """The alerts that the stored history is worth, each with its run, in the order of the runs. `since` (ISO 8601, UTC) leaves
    out what was observed before."""
    said = in_force(connection)
    for source in sources:
        stage = ReplayedState(source, record_attributor(connection, attributor, source, datetime.now(UTC)), said)
        for run in connection.execute(
            f"SELECT * FROM runs WHERE source = ? AND status IN {ACCEPTED} ORDER BY observed_at, id", [source.name]
        ).fetchall():
            found = stage.step(connection, run)
            if run["observed_at"] < since:
                continue
            for watchlist in watchlists:
                for alert in alerts(events_for(found, watchlist), watchlist, source.body):
                    yield run, alert


def against_record(
    connection: sqlite3.Connection,
    rehearsed: Sequence[tuple[sqlite3.Row, Alert]],
    watchlist: str,
    since: str,
    sources: Sequence[Source],
) -> list[dict[str, Any]]:
    """What would come, go or change against the alerts on record of some sources, as rows for people and JSON."""
    names = orjson.dumps([source.name for source in sources]).decode()
    on_record = {
        (row["run"], row["key"], row["event"], row["role"] or "", row["party"]): row
        for row in connection.execute(
            "SELECT a.*, t.key FROM alerts a JOIN runs r ON r.id = a.run LEFT JOIN tracked t ON t.id = a.record"
            " WHERE a.watchlist = ? AND a.status NOT IN ('baseline', 'mention') AND a.observed_at >= ?"
            " AND r.source IN (SELECT value FROM json_each(?)) ORDER BY a.id",
            [watchlist, since, names],
        )
    }
    rows = []
    for run, alert in rehearsed:
        if alert.watchlist != watchlist or alert.event is None:
            continue
        party, rule = (alert.about.party, alert.about.rule) if alert.about else (None, None)
        past = on_record.pop((run["id"], alert.event.record.key, alert.name, alert.event.role, party), None)
        if past is None:
            rows.append(line("comes", run["observed_at"], alert.headline, alert.severity, rule or ""))
        elif (past["headline"], past["severity"], past["rule"]) != (alert.headline, alert.severity, rule):
            why = f"{past['severity']}, {past['rule']} → {alert.severity}, {rule}"
            rows.append(line("changes", run["observed_at"], alert.headline, alert.severity, why))
    rows += [line("goes", row["observed_at"], row["headline"], row["severity"], row["rule"] or "") for row in on_record.values()]
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
