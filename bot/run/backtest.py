"""Backtest: apply other rules or another watchlist to the stored history, without network and delivery, and list the alerts that
would come, go or change. It also makes the history of a new watchlist."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import orjson

from bot.attribute import Attributor
from bot.decide.alerts import alerts
from bot.decide.record_topics import TopicFinder
from bot.decide.watchlist import Watchlist
from bot.parse.result import Scraped
from bot.run.alerting import events_for
from bot.run.attribution import RecordAttributor, apply_corrections, record_attributor
from bot.run.compare import FROM, Mode, compare, removed
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
    """Records of a source as rebuilt version by version: `held` by id, `rows` their ids by key."""

    source: Source
    attributor: RecordAttributor
    corrections: Mapping[int, Sequence[Correction]]
    held: dict[int, Held] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)

    def step(self, connection: sqlite3.Connection, run: sqlite3.Row) -> list[Difference]:
        """Replay one run; returns its differences. The first run is the baseline and changes nothing."""
        first, at = not self.held, moment(run["observed_at"])
        attributor = self.attributor.before(run["id"], at)
        changed = connection.execute("SELECT record, kind, field FROM changes WHERE run = ? ORDER BY id", [run["id"]]).fetchall()
        kinds: dict[int, set[str]] = {}
        for row in changed:
            kinds.setdefault(row["record"], set()).add(row["kind"])
        order = {record: place for place, record in enumerate(kinds)}
        versions = connection.execute(
            "SELECT v.*, t.key, t.kind, t.url FROM versions v JOIN tracked t ON t.id = v.record WHERE v.run = ?", [run["id"]]
        ).fetchall()
        differences, with_version = [], set()
        for row in sorted(versions, key=lambda row: order.get(row["record"], -1)):
            with_version.add(row["record"])
            differences.append(self.version_difference(attributor, row, mode_of(kinds.get(row["record"], set()), first)))
        for row in changed:
            if row["field"] is None and row["record"] in self.held and row["record"] not in with_version:  # gone
                held = self.held[row["record"]]
                differences.append(removed(held, "news" if row["kind"] == "removed" else "silent"))
                self.held[row["record"]] = replace(held, removed=True, attributions=())
        return [apply_corrections(difference, self.corrections) for difference in differences]

    def version_difference(self, attributor: RecordAttributor, row: sqlite3.Row, mode: Mode) -> Difference:
        """Return the difference made by one stored version, under today's rules."""
        record, held = record_of(row), self.held.get(row["record"])
        before = self.rows.get(str(record.fields.get(FROM))) if held is None else None
        earlier = self.held[before] if before is not None else None
        difference = compare(attributor, Scraped(record, "", None), held, earlier, mode)
        self.held[row["record"]] = Held(row["record"], record, 0, False, difference.after)
        self.rows[record.key] = row["record"]
        return difference


def mode_of(kinds: set[str], first: bool) -> Mode:
    """Return the mode of a stored version from the kinds of its changes; without changes its reading was deferred."""
    return "baseline" if first else "silent" if kinds == {"reparsed"} else "news" if kinds else "backfill"


def backtest(
    connection: sqlite3.Connection,
    sources: Sequence[Source],
    attributor: Attributor,
    watchlists: Sequence[Watchlist],
    since: str = "",
) -> Iterator[tuple[sqlite3.Row, Alert]]:
    """Yield the alerts of the stored history, each with its run, in the order of the runs. Earlier observations than `since` (ISO
    8601, UTC) are left out."""
    corrections, finder = in_force(connection), TopicFinder(connection)
    for source in sources:
        tags_of = partial(finder.tags, source.name, source.body)
        state = ReplayedState(source, record_attributor(connection, attributor, source, datetime.now(UTC)), corrections)
        for run in connection.execute(
            f"SELECT * FROM runs WHERE source = ? AND status IN {ACCEPTED} ORDER BY observed_at, id", [source.name]
        ).fetchall():
            differences = state.step(connection, run)
            if run["observed_at"] < since:
                continue
            for watchlist in watchlists:
                for alert in alerts(events_for(differences, watchlist), watchlist, source.body, tags_of):
                    yield run, alert


def compare_with_history(
    connection: sqlite3.Connection,
    backtested: Sequence[tuple[sqlite3.Row, Alert]],
    watchlist: str,
    since: str,
    sources: Sequence[Source],
) -> list[dict[str, Any]]:
    """Compare backtested alerts with the stored alerts of some sources; returns rows of those that come, go or change."""
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
    for run, alert in backtested:
        if alert.watchlist != watchlist or alert.event is None:
            continue
        party, rule = (alert.about.party, alert.about.rule) if alert.about else (None, None)
        past = on_record.pop((run["id"], alert.event.record.key, alert.name, alert.event.role, party), None)
        if past is None:
            rows.append(as_row("comes", run["observed_at"], alert.headline, alert.severity, rule or ""))
        elif (past["headline"], past["severity"], past["rule"]) != (alert.headline, alert.severity, rule):
            why = f"{past['severity']}, {past['rule']} → {alert.severity}, {rule}"
            rows.append(as_row("changes", run["observed_at"], alert.headline, alert.severity, why))
    rows += [as_row("goes", row["observed_at"], row["headline"], row["severity"], row["rule"] or "") for row in on_record.values()]
    return sorted(rows, key=lambda row: row["observed_at"])


def as_row(verdict: str, observed_at: str, headline: str, severity: str, why: str) -> dict[str, Any]:
    return {"verdict": verdict, "observed_at": observed_at, "severity": severity, "headline": headline, "why": why}


def write_history(connection: sqlite3.Connection, backtested: Sequence[tuple[sqlite3.Row, Alert]]) -> int:
    """Store backtested alerts as `historic` for a watchlist without history; returns their number."""
    for row, alert in backtested:
        run = Run(row["id"], row["source"], moment(row["observed_at"]), row["trigger"])
        key = alert.event.record.key if alert.event else ""
        records = store.record_ids(connection, row["source"], [key])
        save_alerts(connection, run, [alert], "historic", {}, records)
    return len(backtested)
