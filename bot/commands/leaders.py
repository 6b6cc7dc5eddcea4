"""`leaders`: leading roles now or on a past day, and the difference between two days or two countries."""

from collections.abc import Callable
from datetime import datetime

import click

from bot.analyse import league
from bot.app import App, app_of
from bot.commands.names import BODY, COUNTRY, DAY_OR_COUNTRY, ROLE, moment_asked, nobody
from bot.commands.output import day_option, json_option, print_json_lines, print_table
from bot.decide.names import BodyPart
from bot.errors import ConfigError
from bot.render.terminal import print_notices
from state.queries import history


@click.command()
@click.option("--country", type=COUNTRY, help="Code or name, for example CN.")
@click.option("--body", type=BODY, help="For example ISO; or a part of a body, ITU-T.")
@click.option("--role", type=ROLE, help="For example secretariat; memberships only when named here.")
@day_option("--on", "At the end of this day (default: now).")
@click.option("--compare", "compared", type=DAY_OR_COUNTRY, help="What another day gained and lost, or how another country stands.")
@json_option
@click.pass_context
def leaders_command(
    ctx: click.Context,
    country: str | None,
    body: BodyPart | None,
    role: str | None,
    on: datetime | None,
    compared: datetime | str | None,
    json: bool,
) -> None:
    """List who leads what, with evidence, on any day since the first poll."""
    app = app_of(ctx)
    moment = moment_asked(app, on, body)

    def leaders(moment: datetime, country: str | None) -> list[history.Row]:
        found = history.leaders(app.db, moment, country, body.body if body else None, role)
        return [row for row in found if body is None or body.has(row["source"], row["reference"])]

    if compared:
        show_compared(app, leaders, moment, country, compared, json)
        return
    rows = leaders(moment, country)
    if json:
        print_json_lines(rows)
        return
    print_table(
        ["country", "role", "reference", "title", "party", "since"],
        [[r["country"] or "?", r["role"], r["reference"], r["title"], r["party"], r["since"][:10]] for r in rows],
        nobody(app, body),
    )
    if rows:
        click.echo(f"{len(rows)} in all")
        print_notices(row["source"] for row in rows)


def show_compared(
    app: App, leaders: Callable[[datetime, str | None], list[history.Row]], moment: datetime, country: str | None,
    compared: datetime | str, json: bool,
) -> None:  # fmt: skip
    """Print what another day gained and lost, or how another country stands. Raises ConfigError."""
    rows = leaders(moment, country)
    if isinstance(compared, str):
        if country is None:
            raise ConfigError("To compare two countries, name the first with --country.")
        told = list(league.compare_countries(country, rows, compared, leaders(moment, compared)))
        columns = ["body", "role", "count", "other_count", "lead"]
        heads = ["body", "role", country, compared, f"lead of {country}"]
    else:
        told = list(league.compare_days(rows, leaders(moment_asked(app, compared), country)))
        columns = heads = ["compared", "country", "role", "reference", "title", "party"]
    if json:
        print_json_lines(told)
    else:
        print_table(heads, [[row[name] if row[name] is not None else "?" for name in columns] for row in told], "Nothing differs.")
