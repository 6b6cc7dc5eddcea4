"""`changes`: what changed in the bodies' data."""

from datetime import datetime

import click
from rich.console import Console

from bot.app import app_of, end_of, start_of
from bot.commands.output import as_json, day, lines
from bot.render.terminal import change_text, local, print_notices
from state.queries import history


@click.command()
@click.option("--source", metavar="NAME", help="Only of this source.")
@day("--since", "From this day on.")
@day("--until", "Up to and with this day.")
@as_json
@click.pass_context
def command(ctx: click.Context, source: str | None, since: datetime | None, until: datetime | None, json: bool) -> None:
    """Every change that was seen, in order. For members, + joined and − left."""
    here = app_of(ctx)
    if source:
        here.sources((source,))
    first, last = since and start_of(since, here.zone), until and end_of(until, here.zone)
    rows = history.changes(here.db, source, first, last)
    if json:
        lines(rows)
        return
    console, shown = Console(highlight=False, soft_wrap=True), set()
    for row in rows:
        console.print(f"{local(row['observed_at'], here.zone)}  {change_text(row)}")
        shown.add(row["source"])
    if not shown:
        console.print("No change was seen.")
    print_notices(shown)
