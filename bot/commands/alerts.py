"""`alerts`: what the watchlists were told, or would have been."""

from datetime import datetime

import click
from rich.console import Console

from bot.commands.output import as_json, day, lines
from bot.desk import setting, start_of
from bot.notice import print_notices
from bot.render import alert_text
from state import reading


@click.command()
@day("--since", "From this day on.")
@click.option("--status", type=click.Choice(["new", "historic", "shadow", "baseline"]), help="Only of this status.")
@as_json
@click.pass_context
def command(ctx: click.Context, since: datetime | None, status: str | None, json: bool) -> None:
    """Alerts in the order in which they were seen, with reasons and evidence."""
    here = setting(ctx)
    rows = reading.alerts(here.db, since and start_of(since, here.zone), status)
    if json:
        lines(rows)
        return
    console, shown = Console(highlight=False, soft_wrap=True), set()
    for row in rows:
        console.print(alert_text(row, here.zone), end="\n\n")
        shown.add(row["source"])
    if not shown:
        console.print("No alert.")
    print_notices(shown)
