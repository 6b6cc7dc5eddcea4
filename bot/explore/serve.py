"""Datasette on our database, read only and without remote assets, behind a front page of ours with key figures and charts. The only
module that imports Datasette."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

from bot.analyse import league
from bot.analyse.group import CountryGroup
from bot.analyse.snapshot import Snapshot
from bot.analyse.svg import Bar, Chart, bar_chart, step_chart
from bot.app import now
from bot.errors import ConfigError
from bot.explore import guard
from bot.explore.describe import metadata
from bot.explore.guard import LOOPBACK, AsgiApp, Scope, guarded
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
            for each in league.rank(league.held_at(rows, snapshot.when))
            if each.country
        ]
        return bar_chart(f"{body}: {role.replace('-', ' ')} by country", "Items; each bar leads to its rows.", lines[:10], "items")

    def time_chart(self, body: str, role: str, rows: list[holdings.Holding], snapshot: Snapshot) -> list[Chart]:
        """Draw the number of items in which they held a role over time."""
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


MISSING = "The explorer needs Datasette, which is not installed; install standards-watch with its extra: pip install '.[web]'."
SETTINGS = {
    "allow_download": False, "allow_signed_tokens": False, "suggest_facets": False, "num_sql_threads": 3,
    "sql_time_limit_ms": 5000, "facet_time_limit_ms": 150, "default_page_size": 50, "max_returned_rows": 2000,
}  # fmt: skip


def explorer(
    path: Path, they: CountryGroup, we: CountryGroup, zone: ZoneInfo, hosts: Iterable[str] = (), sql: bool = False
) -> AsgiApp:
    """Return the explorer as an ASGI application that answers to this machine's own names and to `hosts`. `sql` lets visitors ask
    questions of their own in SQL. Raises ConfigError when Datasette or the database is missing."""
    try:
        from datasette.app import Datasette
        from datasette.hookspecs import hookimpl
        from datasette.plugins import pm
    except ImportError as error:
        raise ConfigError(MISSING) from error
    if not path.is_file():
        raise ConfigError(f"There is no database {path} yet; poll first, or name one with --db.")
    front = FrontPage(path, path.stem, they, we, zone)
    front.content(now())  # so that the first visit need not wait
    if not pm.is_registered(guard):
        hookimpl(specname="prepare_connection")(guard.limit)
        pm.register(guard)
    here = Path(str(files("bot")))
    watch: Any = Datasette(
        files=[str(path)],
        metadata=metadata(path.stem),
        settings={**SETTINGS, "default_allow_sql": sql},
        template_dir=str(here / "explore" / "templates"),
        static_mounts=[("-/looks", str(here / "report" / "assets")), ("-/explorer", str(here / "explore" / "assets"))],
        pdb=False,
    )
    asyncio.run(watch.invoke_startup())
    return guarded(with_front_page(watch.app(), watch, front), LOOPBACK | {host.lower() for host in hosts})


def with_front_page(inner: AsgiApp, watch: Any, front: FrontPage) -> AsgiApp:
    """Wrap Datasette: our front page at the root."""

    async def app(scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"] == "/" and scope["method"] in ("GET", "HEAD"):
            shown = await asyncio.to_thread(front.content, now())
            queries = await watch.get_canned_queries(front.database, None)
            template = watch.jinja_env.get_template("front.html")
            page = await template.render_async({**shown, "database": front.database, "queries": queries})
            head = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html; charset=utf-8")]}
            await send(head)
            await send({"type": "http.response.body", "body": page.encode() if scope["method"] == "GET" else b""})
            return
        await inner(scope, receive, send)

    return app
