"""Recorded events: `changes` in the bodies' data, and the `alerts` made of them."""

from datetime import datetime

import click
from rich.console import Console

from bot.app import app_of
from bot.commands.names import SOURCE, days_asked
from bot.commands.output import day_option, json_option, print_json_lines, topic_option
from bot.deliver.worker import deliver
from bot.errors import ConfigError
from bot.render.terminal import alert_text, change_text, local, print_notices
from state import outbox
from state.queries import history


@click.command()
@click.option("--source", type=SOURCE, metavar="NAME", help="Only of this source.")
@day_option("--since", "From this day on.")
@day_option("--until", "Up to and with this day.")
@json_option
@click.pass_context
def changes_command(ctx: click.Context, source: str | None, since: datetime | None, until: datetime | None, json: bool) -> None:
    """List every change, in order. For members, + joined and − left."""
    app = app_of(ctx)
    rows = history.changes(app.db, source, *days_asked(app, since, until))
    if json:
        print_json_lines(rows)
        return
    console, shown = Console(highlight=False, soft_wrap=True), set()
    for row in rows:
        console.print(f"{local(row['observed_at'], app.zone)}  {change_text(row)}")
        shown.add(row["source"])
    if not shown:
        console.print("No change was seen.")
    print_notices(shown)


@click.group(invoke_without_command=True)
@day_option("--since", "From this day on.")
@click.option("--status", type=click.Choice(["new", "historic", "shadow", "baseline", "mention"]), help="Only of this status.")
@topic_option
@json_option
@click.pass_context
def alerts_command(
    ctx: click.Context, since: datetime | None, status: str | None, topic: frozenset[str] | None, json: bool
) -> None:
    """List alerts in the order in which they were seen, with reasons and evidence."""
    if ctx.invoked_subcommand:
        return
    app = app_of(ctx)
    every = history.alerts(app.db, days_asked(app, since, None)[0], status)
    rows = (row for row in every if topic is None or not topic.isdisjoint(row["topics"]))
    if json:
        print_json_lines(rows)
        return
    console, shown = Console(highlight=False, soft_wrap=True), set()
    for row in rows:
        console.print(alert_text(row, app.zone), end="\n\n")
        shown.add(row["source"])
    if not shown:
        console.print("No alert.")
    print_notices(shown)


@alerts_command.command()
@click.argument("number", metavar="ID", type=int)
@click.pass_context
def resend(ctx: click.Context, number: int) -> None:
    """Deliver alert ID again, now, wherever it did not arrive."""
    app = app_of(ctx)
    rows = outbox.listing(app.db, alert=number)
    if not rows:
        raise ConfigError(f"Alert {number} was meant for no channel; `alerts --json` shows the deliveries of each.")
    channels = app.channels()
    left = [row["delivery"] for row in rows if row["status"] != "sent"]
    outbox.retry(app.db, left)
    failed = deliver(app.db, channels) if left else 0
    still = [row for row in outbox.listing(app.db, alert=number) if row["status"] != "sent"]
    for row in still:
        click.echo(f"Error: {row['channel']} did not take alert {number}: {row['error'] or 'it waits its turn'}", err=True)
    if not still:
        click.echo(f"Alert {number} arrived in {', '.join(sorted({row['channel'] for row in rows}))}.", err=True)
    ctx.exit(1 if failed or still else 0)
