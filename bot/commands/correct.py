"""`correct`: say who really is behind a party, with the reason."""

import re

import click

from bot.app import app_of
from bot.errors import ConfigError
from bot.run.attribution import correct
from bot.wording import country_name


@click.command()
@click.argument("record")
@click.option("--role", required=True, help="For example secretariat.")
@click.option("--party", default="", help="As printed; left out: whoever holds the role.")
@click.option("--country", required=True, metavar="CC|none", help="ISO 3166 code of two letters, or none.")
@click.option("--because", required=True, metavar="TEXT", help="The reason, shown with the evidence.")
@click.pass_context
def command(ctx: click.Context, record: str, role: str, party: str, country: str, because: str) -> None:
    """Correct who counts behind a party in RECORD (reference, key or address). Kept, applied to later polls, never alerted."""
    here = app_of(ctx)
    if not re.fullmatch(r"[A-Za-z]{2}|none", country) or (country != "none" and country_name(country.upper()) == country.upper()):
        raise ConfigError(f"{country!r} is no country code; give two letters (ISO 3166) or none.")
    code = None if country == "none" else country.upper()
    number, changed = correct(here.run_context(telling=False), record, role, party, code, because)
    click.echo(
        f"Correction {number} is kept; {changed} attributions changed. To take it back: standards-watch corrections undo {number}"
    )
