"""`report`: a static site with charts and tables, for people without the tool."""

from datetime import datetime
from pathlib import Path

import click

from bot.analyse.group import country_group
from bot.analyse.snapshot import Snapshot
from bot.app import app_of, end_of, now
from bot.commands.output import day
from bot.report.site import write_report


@click.command()
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder of the site.")
@click.option("--we", default="eu", show_default=True, metavar="GROUP", help="A watchlist's name or file, or codes: DE,FR,NL.")
@click.option("--they", default="china", show_default=True, metavar="GROUP", help="The same for those who lead.")
@day("--on", "As of the end of this day (default: now).")
@day("--compare", "The day to compare with (default: a quarter before).")
@click.option("--days", default=60, show_default=True, type=click.IntRange(0, 3650), help="How far ahead a date counts as near.")
@click.pass_context
def command(ctx: click.Context, out: Path, we: str, they: str, on: datetime | None, compare: datetime | None, days: int) -> None:
    """Write a site that works from a folder or a web server, prints well and loads nothing from elsewhere."""
    here = app_of(ctx)
    survey = Snapshot(here.db, country_group(we), country_group(they), end_of(on, here.zone) if on else now(), days)
    written = write_report(survey, out, here.zone, end_of(compare, here.zone) if compare else None)
    click.echo(f"{written.index} ({written.pages} pages)")
