"""`leaders`: leading roles now or on a past day, and the difference between two days or two countries."""

from datetime import datetime

import click

from bot.analyse import league
from bot.analyse.freshness import since_text
from bot.app import App, app_of
from bot.commands.names import BODY, COUNTRY, DAY_OR_COUNTRY, ROLE, moment_asked, nobody
from bot.commands.output import day_option, json_option, limit_option, print_json_lines, print_sources, print_table
from bot.decide.names import BodyPart
from bot.errors import ConfigError
from bot.wording import country_name, role_name
from state.queries import history, holdings


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
@limit_option("Only the first of the list.")
@json_option
@click.pass_context
def leaders_command(
    ctx: click.Context,
    country: str | None,
    body: BodyPart | None,
    role: str | None,
    on: datetime | None,
    compared: datetime | str | None,
    limit: int | None,
    json: bool,
) -> None:
    """List who leads what, with evidence, on any day since the first poll."""
    app = app_of(ctx)
    days = [on, compared] if isinstance(compared, datetime) else [on]
    *earlier, moment = sorted(moment_asked(app, each, body) for each in days)

    def leaders(moment: datetime, country: str | None) -> list[history.Row]:
        found = history.leaders(app.db, moment, country, body.body if body else None, role)
        return [row for row in found if body is None or body.has(row["source"], row["reference"])]

    rows = leaders(moment, country)
    if earlier:
        show_days(app, (earlier[0], leaders(earlier[0], country)), (moment, rows), limit, json)
    elif isinstance(compared, str):
        show_countries((country, rows), (compared, leaders(moment, compared)), limit, json)
    else:
        show_leaders(app, rows, nobody(app, body), limit, json)
    if not json:
        print_sources(app, moment, (row["source"] for row in rows), body)


def show_leaders(app: App, rows: list[history.Row], empty: str, limit: int | None, json: bool) -> None:
    """Print who leads what."""
    if json:
        print_json_lines(rows[:limit])
        return
    first = {source: span[0] for source, span in holdings.observed(app.db).items()}
    print_table(
        ["country", "role", "reference", "title", "party", "since"],
        [
            [country_name(r["country"]), role_name(r["role"]), r["reference"], r["title"], r["party"],
             since_text(datetime.fromisoformat(r["since"]), first.get(r["source"]), app.zone)]
            for r in rows[:limit]
        ],
        empty,
    )  # fmt: skip
    if rows:
        click.echo(f"{len(rows)} in all")


def show_days(
    app: App, one: tuple[datetime, list[history.Row]], other: tuple[datetime, list[history.Row]], limit: int | None, json: bool
) -> None:
    """Print what was gained and lost from one moment to a later one."""
    if not json:
        click.echo("from {} to {}".format(*(moment.astimezone(app.zone).date() for moment, _ in (one, other))))
    columns = ["compared", "country", "role", "reference", "title", "party"]
    show_compared(columns, columns, list(league.compare_days(one[1], other[1]))[:limit], json)


def show_countries(
    one: tuple[str | None, list[history.Row]], other: tuple[str, list[history.Row]], limit: int | None, json: bool
) -> None:
    """Print in how many items two countries hold each role. Raises ConfigError."""
    country, rows = one
    if country is None:
        raise ConfigError("To compare two countries, name the first with --country.")
    columns = ["body", "role", "count", "other_count", "lead"]
    heads = ["body", "role", country, other[0], f"lead of {country}"]
    show_compared(heads, columns, list(league.compare_countries(country, rows, *other))[:limit], json)


def show_compared(heads: list[str], columns: list[str], told: list[history.Row], json: bool) -> None:
    """Print the rows of a comparison."""
    if json:
        print_json_lines(told)
    else:
        print_table(heads, [[row[name] if row[name] is not None else "?" for name in columns] for row in told], "Nothing differs.")
