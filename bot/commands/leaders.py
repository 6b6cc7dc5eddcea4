"""`leaders`: leading roles now or on a past day, and the difference between two days or two countries."""

from datetime import datetime

import click

from bot.analyse import league
from bot.app import App, app_of, end_of, now
from bot.commands.output import day_option, json_option, print_json_lines, print_table
from bot.errors import ConfigError
from bot.render.terminal import print_notices
from state.queries import history


@click.command()
@click.option("--country", metavar="CC", help="ISO 3166 code of two letters, for example CN.")
@click.option("--body", metavar="BODY", help="For example ISO.")
@click.option("--role", metavar="ROLE", help="For example secretariat; memberships only when named here.")
@day_option("--on", "At the end of this day (default: now).")
@click.option("--compare", "compared", metavar="DATE|CC", help="What another day gained and lost, or how another country stands.")
@json_option
@click.pass_context
def leaders_command(
    ctx: click.Context,
    country: str | None,
    body: str | None,
    role: str | None,
    on: datetime | None,
    compared: str | None,
    json: bool,
) -> None:
    """List who leads what, with evidence, on any day since the first poll."""
    app = app_of(ctx)
    moment = end_of(on, app.zone) if on else now()
    chosen = body and body.upper(), role
    rows = list(history.leaders(app.db, moment, country and country.upper(), *chosen))
    if compared:
        show_compared(app, rows, moment, country and country.upper(), chosen, compared, json)
        return
    if json:
        print_json_lines(rows)
        return
    print_table(
        ["country", "role", "reference", "title", "party", "since"],
        [[r["country"] or "?", r["role"], r["reference"], r["title"], r["party"], r["since"][:10]] for r in rows],
        "Nobody, as far as is known.",
    )
    if rows:
        click.echo(f"{len(rows)} in all")
        print_notices(row["source"] for row in rows)


def show_compared(
    app: App, rows: list[history.Row], moment: datetime, country: str | None, chosen: tuple[str | None, str | None],
    compared: str, json: bool,
) -> None:  # fmt: skip
    """Print what another day gained and lost, or how another country stands. Raises ConfigError."""
    if len(compared) == 2 and compared.isalpha():
        if country is None:
            raise ConfigError("To compare two countries, name the first with --country.")
        other = compared.upper()
        told = list(league.compare_countries(country, rows, other, history.leaders(app.db, moment, other, *chosen)))
        columns = ["body", "role", "count", "other_count", "lead"]
        heads = ["body", "role", country, other, f"lead of {country}"]
    else:
        later = end_of(as_day(compared), app.zone)
        told = list(league.compare_days(rows, history.leaders(app.db, later, country, *chosen)))
        columns = heads = ["compared", "country", "role", "reference", "title", "party"]
    if json:
        print_json_lines(told)
    else:
        print_table(heads, [[row[name] if row[name] is not None else "?" for name in columns] for row in told], "Nothing differs.")


def as_day(text: str) -> datetime:
    """Parse a day from the command line. Raises ConfigError."""
    try:
        return datetime.strptime(text, "%Y-%m-%d")  # noqa: DTZ007 (the caller adds the configured zone)
    except ValueError as error:
        raise ConfigError(f"{text!r} is neither a day like 2025-07-30 nor a country code of two letters.") from error
