"""Front page of the explorer: key figures and charts, computed once for each state of the database."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

from bot.analyse import league
from bot.analyse.group import CountryGroup
from bot.analyse.snapshot import Snapshot
from bot.analyse.svg import Bar, Chart, bar_chart, step_chart
from bot.report.frame import plural_kind
from bot.wording import country_name
from state.db import connection_of, open_readonly
from state.queries import holdings


@dataclass
class FrontPage:
    """Front page with its cached content. The state of the database is identified by its last run, so that most visits cost one
    query."""

    path: Path
    database: str
    they: CountryGroup
    we: CountryGroup
    zone: ZoneInfo
    cached: tuple[Any, dict[str, Any]] | None = None
    lock: Lock = field(default_factory=Lock)

    def content(self, when: datetime) -> dict[str, Any]:
        """Return the template's variables at a moment (aware)."""
        with open_readonly(self.path) as db:
            last = connection_of(db).execute("SELECT max(id), max(observed_at) FROM runs WHERE status <> 'running'").fetchone()
            state = (last[0], last[1], when.date())
            with self.lock:
                if self.cached is None or self.cached[0] != state:
                    self.cached = state, self.build(Snapshot(db, self.we, self.they, when), last[1])
                return self.cached[1]

    def build(self, snapshot: Snapshot, last: str | None) -> dict[str, Any]:
        """Compute the template's variables."""
        theirs = [row for row in league.held_at(snapshot.leading, snapshot.when) if self.they.has(row.country, row.confidence)]
        kinds = league.count_by_name(row.kind for row in {row.record: row for row in theirs}.values())
        counts = holdings.totals(snapshot.db)
        return {
            "they": self.they.title, "code": min(self.they.countries), "last": last,
            "figures": [(f"led {plural_kind(kind)}", count) for kind, count in kinds.items()],
            "records": sum(count for *_, count in counts), "counts": counts, "charts": list(self.charts(snapshot)),
        }  # fmt: skip

    def charts(self, snapshot: Snapshot) -> list[Chart]:
        """Return a league table and a time chart of the main role of each body."""
        found = []
        for body in snapshot.bodies_of_leading()[:3]:
            counts = league.count_by_name(row.role for row in league.held_at(snapshot.leading, snapshot.when) if row.body == body)
            for role in list(counts)[:1]:
                rows = [row for row in snapshot.leading if (row.body, row.role) == (body, role)]
                found += [self.league_chart(body, role, rows, snapshot), *self.time_chart(body, role, rows, snapshot)]
        return found

    def league_chart(self, body: str, role: str, rows: list[holdings.Holding], snapshot: Snapshot) -> Chart:
        """Draw the first ten countries of a role, each with the query that lists its rows."""
        lines = [
            Bar(
                country_name(each.country),
                each.count,
                self.colour_class(each.country),
                self.query_address(body, role, each.country),
            )
            for each in league.rank(rows, snapshot.when)
            if each.country
        ]
        return bar_chart(f"{body}: {role.replace('-', ' ')} by country", "Each bar leads to its rows.", lines[:10], "count")

    def time_chart(self, body: str, role: str, rows: list[holdings.Holding], snapshot: Snapshot) -> list[Chart]:
        """Draw the number of roles that they held over time."""
        spans = [snapshot.observed[source] for source in {row.source for row in rows} if source in snapshot.observed]
        if not spans:
            return []
        points = league.count_over_time(rows, self.they.countries, min(s[0] for s in spans), max(s[1] for s in spans))
        title = f"{body}: {role.replace('-', ' ')} through time"
        return (
            [step_chart(title, "Each step is a change of the number.", [(self.they.title, "s1", points)])]
            if len(points) > 1
            else []
        )

    def colour_class(self, country: str) -> str:
        """Return the CSS class of a country: theirs, ours, or another."""
        return "s1" if country in self.they.countries else "s2" if country in self.we.countries else "s0"

    def query_address(self, body: str, role: str, country: str) -> str:
        """Return the URL of the rows behind a bar."""
        return f"/{self.database}/who_leads?country={country}&body={body}&role={role}&day="
