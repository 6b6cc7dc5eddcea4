"""`leaders`: who leads what, now or on a past day, and what differs between two days or two countries."""

from datetime import datetime

import click

from bot.app import end_of, now, setting
from bot.commands.compared import show_compared
from bot.commands.output import as_json, day, lines, table
from bot.render.licence import print_notices
from state.queries import history


@click.command()
@click.option("--country", metavar="CC", help="ISO 3166 code of two letters, for example CN.")
@click.option("--body", metavar="BODY", help="For example ISO.")
@click.option("--role", metavar="ROLE", help="For example secretariat; memberships only when named here.")
@day("--on", "At the end of this day (default: now).")
@click.option("--compare", "with_", metavar="DATE|CC", help="What another day gained and lost, or how another country stands.")
@as_json
@click.pass_context
def command(
    ctx: click.Context, country: str | None, body: str | None, role: str | None, on: datetime | None, with_: str | None, json: bool
) -> None:
    """Who leads what, with evidence, on any day since the first poll."""
    here = setting(ctx)
    moment = end_of(on, here.zone) if on else now()
    chosen = body and body.upper(), role
    rows = list(history.leaders(here.db, moment, country and country.upper(), *chosen))
    if with_:
        show_compared(here, rows, moment, country and country.upper(), chosen, with_, json)
        return
    if json:
        lines(rows)
        return
    table(
        ["country", "role", "reference", "title", "party", "since"],
        [[r["country"] or "?", r["role"], r["reference"], r["title"], r["party"], r["since"][:10]] for r in rows],
        "Nobody, as far as is known.",
    )
    if rows:
        click.echo(f"{len(rows)} in all")
        print_notices(row["source"] for row in rows)
