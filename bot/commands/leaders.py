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

Leaders = Callable[[datetime, str | None], list[history.Row]]


@click.command()
@click.option("--country", type=COUNTRY, help="Code or name, for example CN.")
@click.option("--body", type=BODY, help="For example ISO; or a part of a body, ITU-T.")
@click.option("--role", type=ROLE, help="For example secretariat; memberships only when named here.")
@day_option("--on", "At the end of this day (default: now).")
@click.option(
    "--compare",
    "compared",
    type=DAY_OR_COUNTRY,
    help="Gains and losses from the earlier day to the later, or how another country stands.",
)
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

    if isinstance(compared, str):
        show_countries(leaders, moment, country, compared, json)
        return
    if compared:
        show_days(app, leaders, sorted((moment, moment_asked(app, compared, body))), country, json)
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


def show_days(app: App, leaders: Leaders, days: list[datetime], country: str | None, json: bool) -> None:
    """Print what was gained and lost from the earlier of two moments to the later."""
    told = list(league.compare_days(*(leaders(moment, country) for moment in days)))
    if not json:
        click.echo("from {} to {}".format(*(moment.astimezone(app.zone).date() for moment in days)))
    columns = ["compared", "country", "role", "reference", "title", "party"]
    show_compared(columns, columns, told, json)


def show_countries(leaders: Leaders, moment: datetime, country: str | None, other: str, json: bool) -> None:
    """Print how many of each role two countries hold. Raises ConfigError."""
    if country is None:
        raise ConfigError("To compare two countries, name the first with --country.")
    told = list(league.compare_countries(country, leaders(moment, country), other, leaders(moment, other)))
    columns = ["body", "role", "count", "other_count", "lead"]
    show_compared(["body", "role", country, other, f"lead of {country}"], columns, told, json)


def show_compared(heads: list[str], columns: list[str], told: list[history.Row], json: bool) -> None:
    """Print the rows of a comparison."""
    if json:
        print_json_lines(told)
    else:
        print_table(heads, [[row[name] if row[name] is not None else "?" for name in columns] for row in told], "Nothing differs.")
