"""`league` and `gaps`: roles by country, on a day or by quarter; items that they lead while our members are absent."""

from datetime import datetime
from typing import Any

import click

from bot.analyse import league
from bot.analyse.gaps import Gap
from bot.analyse.group import CountryGroup
from bot.analyse.snapshot import Snapshot
from bot.app import app_of
from bot.commands.names import BODY, GROUP, RECORD, ROLE, moment_asked, nobody
from bot.commands.output import day_option, groups_option, json_option, print_json_lines, print_sources, print_table, topic_option
from bot.decide.names import BodyPart
from bot.wording import country_name
from state.model import LEADING_ROLES, SHARED_ROLES
from state.queries import holdings


@click.command()
@click.option("--body", type=BODY, default="ISO", show_default=True)
@click.option("--role", type=ROLE, default="secretariat", show_default=True, help="secretariat, chair, rapporteur, editor …")
@day_option("--on", "At the end of this day (default: now).")
@click.option("--quarters", "of", type=GROUP, help="Gains and losses of a country or a watchlist by quarter.")
@json_option
@click.pass_context
def league_command(ctx: click.Context, body: BodyPart, role: str, on: datetime | None, of: CountryGroup | None, json: bool) -> None:
    """Print the league table of a role in a body. With --json each line names the command that lists the rows it counts."""
    app = app_of(ctx)
    moment, leading = moment_asked(app, on, body), role in LEADING_ROLES | SHARED_ROLES
    if of:
        held = holdings.holdings(app.db, leading, body.body, role)
        rows = [row for row in held if body.has(row.source, row.reference)]
        told = by_quarter(rows, of, holdings.observed(app.db, moment))
        sources = {row.source for row in rows}
        columns = heads = ["quarter", "held", "gained", "lost", "partly"]
    else:
        everywhere = holdings.held_roles(app.db, moment, body.body, role, leading)
        held_roles = [each for each in everywhere if body.has(each.source, each.reference)]
        told = by_country(held_roles, body.name, role, moment.astimezone(app.zone).date().isoformat())
        sources = {each.source for each in held_roles}
        columns, heads = ["rank", "name", "count", "parties"], ["rank", "country", "items", "parties"]
    if json:
        print_json_lines(told)
        return
    print_table(heads, [[shown(row[name]) for name in columns] for row in told], nobody(app, body))
    print_sources(app, moment, sources, body)


def by_country(held_roles: list[holdings.HeldRole], body: str, role: str, on: str) -> list[dict[str, Any]]:
    """Return the table as rows for JSON; `query` is the command that lists what a line counts."""
    return [
        {
            "rank": s.rank, "country": s.country, "name": country_name(s.country), "count": s.count, "parties": dict(s.parties),
            "body": body, "role": role, "on": on, "records": list(dict.fromkeys(row.key for row in s.rows)),
            "query": f"leaders --body {body} --role {role} --on {on}" + (f" --country {s.country}" if s.country else ""),
        }
        for s in league.rank(held_roles)
    ]  # fmt: skip


def by_quarter(
    rows: list[holdings.Holding], of: CountryGroup, observed: dict[str, tuple[datetime, datetime]]
) -> list[dict[str, Any]]:
    """Return the quarters as rows for JSON, with the references of roles gained and lost."""
    spans = [observed[source] for source in {row.source for row in rows} if source in observed]
    if not spans:
        return []
    found = league.quarters(rows, of.countries, min(s[0] for s in spans), max(s[1] for s in spans))
    return [
        {
            "quarter": q.label, "held": len(q.held), "gained": [r.reference or r.key for r in q.gained],
            "lost": [r.reference or r.key for r in q.lost], "partly": q.partly,
        }
        for q in found
    ]  # fmt: skip


def shown(value: Any) -> str:
    """Return a cell as text for people."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {count}" for name, count in value.items())
    if isinstance(value, list):
        return ", ".join(value) or "–"
    return {True: "yes", False: ""}.get(value, str(value)) if isinstance(value, bool) else str(value or "unknown")


@click.command()
@click.argument("names", type=RECORD, metavar="[RECORD]...", nargs=-1)
@groups_option
@day_option("--on", "As of the end of this day (default: now).")
@click.option("--days", default=60, show_default=True, type=click.IntRange(0, 3650), help="How far ahead a date counts as near.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1), help="How many of the list for people.")
@topic_option
@json_option
@click.pass_context
def gaps_command(
    ctx: click.Context,
    names: tuple[str, ...],
    we: CountryGroup,
    they: CountryGroup,
    on: datetime | None,
    days: int,
    limit: int,
    topic: frozenset[str] | None,
    json: bool,
) -> None:
    """Rank items that they lead, or the RECORDs named (reference or key), by topic, next date and our absence, with the reasons.
    The weights are in bot/analyse/gaps.toml."""
    app = app_of(ctx)
    snapshot = Snapshot(app.db, we, they, moment_asked(app, on), days, frozenset(names))
    found = [gap for gap in snapshot.gaps if topic is None or not topic.isdisjoint(each.tag for each in gap.topics)]
    if json:
        print_json_lines(map(as_row, found))
        return
    print_table(
        ["score", "reference", "title", "next date", "absent", "why"],
        [
            [g.score, g.fact.reference, g.fact.title, g.due.day if g.due else "",
             len(g.standing.absent) if g.standing.known else "?", "; ".join(g.reasons)]
            for g in found[:limit]
        ],
        "They lead nothing that is known.",
    )  # fmt: skip
    print_sources(app, snapshot.when, (g.fact.source for g in found))


def as_row(gap: Gap) -> dict[str, Any]:
    """Return a gap as a row for JSON."""
    return {
        "score": gap.score, "source": gap.fact.source, "body": gap.fact.body, "kind": gap.fact.kind, "record": gap.fact.key,
        "reference": gap.fact.reference, "title": gap.fact.title, "url": gap.fact.url,
        "leads": list(gap.standing.leads), "takes_part": list(gap.standing.takes_part), "observes": list(gap.standing.observes),
        "absent": list(gap.standing.absent), "members_known": gap.standing.known,
        "due": gap.due.day if gap.due else None, "due_estimated": gap.due.estimated if gap.due else None,
        "topics": [topic.tag for topic in gap.topics], "reasons": list(gap.reasons),
    }  # fmt: skip
