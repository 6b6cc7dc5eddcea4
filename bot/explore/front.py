"""The front page of the explorer: key figures and charts, worked out once for each state of the database."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

from bot.analyse import league
from bot.analyse.group import CountryGroup
from bot.analyse.snapshot import Snapshot
from bot.analyse.svg import Bar, Chart, bars, steps
from bot.report.frame import things
from bot.wording import country_name
from state.db import connection_of, open_readonly
from state.queries import holdings


@dataclass
class Front:
    """What the front page shows. The state of the database is known by its last run, so that most visits cost one look."""

    path: Path
    database: str
    they: CountryGroup
    we: CountryGroup
    zone: ZoneInfo
    known: tuple[Any, dict[str, Any]] | None = None
    lock: Lock = field(default_factory=Lock)

    def shown(self, when: datetime) -> dict[str, Any]:
        """The figures and charts at a moment."""
        with open_readonly(self.path) as db:
            last = connection_of(db).execute("SELECT max(id), max(observed_at) FROM runs WHERE status <> 'running'").fetchone()
            state = (last[0], last[1], when.date())
            with self.lock:
                if self.known is None or self.known[0] != state:
                    self.known = state, self.gather(Snapshot(db, self.we, self.they, when), last[1])
                return self.known[1]

    def gather(self, survey: Snapshot, last: str | None) -> dict[str, Any]:
        """Figures and charts from the rows."""
        theirs = [row for row in league.held(survey.leading, survey.when) if self.they.has(row.country, row.confidence)]
        kinds = league.counted(row.kind for row in {row.record: row for row in theirs}.values())
        counts = holdings.totals(survey.db)
        return {
            "they": self.they.title, "code": min(self.they.countries), "last": last,
            "figures": [(f"led {things(kind)}", count) for kind, count in kinds.items()],
            "records": sum(count for *_, count in counts), "counts": counts, "charts": list(self.charts(survey)),
        }  # fmt: skip

    def charts(self, survey: Snapshot) -> list[Chart]:
        """The league and the course of the main role of each body."""
        found = []
        for body in survey.bodies_of_leading()[:3]:
            counts = league.counted(row.role for row in league.held(survey.leading, survey.when) if row.body == body)
            for role in list(counts)[:1]:
                rows = [row for row in survey.leading if (row.body, row.role) == (body, role)]
                found += [self.league(body, role, rows, survey), *self.course(body, role, rows, survey)]
        return found

    def league(self, body: str, role: str, rows: list[holdings.Holding], survey: Snapshot) -> Chart:
        """The first ten countries of a role, each with the query that lists its rows."""
        lines = [
            Bar(country_name(each.country), each.count, self.style(each.country), self.query(body, role, each.country))
            for each in league.table(rows, survey.when)
            if each.country
        ]
        return bars(f"{body}: {role.replace('-', ' ')} by country", "Each bar leads to its rows.", lines[:10], "count")

    def course(self, body: str, role: str, rows: list[holdings.Holding], survey: Snapshot) -> list[Chart]:
        """How many they held through time."""
        spans = [survey.observed[source] for source in {row.source for row in rows} if source in survey.observed]
        if not spans:
            return []
        points = league.through_time(rows, self.they.countries, min(s[0] for s in spans), max(s[1] for s in spans))
        title = f"{body}: {role.replace('-', ' ')} through time"
        return [steps(title, "Each step is a change of the number.", [(self.they.title, "s1", points)])] if len(points) > 1 else []

    def style(self, country: str) -> str:
        """The class of a country: theirs, ours, or another."""
        return "s1" if country in self.they.countries else "s2" if country in self.we.countries else "s0"

    def query(self, body: str, role: str, country: str) -> str:
        """The address of the rows behind a bar."""
        return f"/{self.database}/who_leads?country={country}&body={body}&role={role}&day="
