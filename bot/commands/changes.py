"""Recorded events: `changes` in the bodies' data, and the `alerts` made of them."""

from collections import deque
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import click
from rich.console import Console

from bot.app import app_of
from bot.commands.names import BODY, COUNTRY, ROLE, SOURCE, days_asked
from bot.commands.output import day_option, json_option, limit_option, print_json_lines, topic_option
from bot.decide.names import BodyPart
from bot.decide.watchlist import SEVERITIES
from bot.deliver.worker import deliver
from bot.errors import ConfigError
from bot.render.terminal import alert_line, alert_text, change_text, local, print_notices
from state import outbox
from state.model import Severity
from state.queries import history


@click.command()
@click.option("--source", type=SOURCE, metavar="NAME", help="Only of this source.")
@day_option("--since", "From this day on.")
@day_option("--until", "Up to and with this day.")
@limit_option("Only the newest of them.")
@json_option
@click.pass_context
def changes_command(
    ctx: click.Context, source: str | None, since: datetime | None, until: datetime | None, limit: int | None, json: bool
) -> None:
    """List every change, in order. For members, + joined and − left."""
    app = app_of(ctx)
    rows = newest(history.changes(app.db, source, *days_asked(app, since, until)), limit)
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
@click.option("--country", type=COUNTRY, help="Only of this country, for example CN.")
@click.option("--body", type=BODY, help="Only of this body, or a part of it: ITU-T.")
@click.option("--role", type=ROLE, help="Only about this role.")
@topic_option
@click.option("--severity", type=click.Choice(SEVERITIES), help="Only of this severity or above.")
@limit_option("Only the newest of them.")
@click.option("--brief", is_flag=True, help="One line each: day, severity, headline.")
@json_option
@click.pass_context
def alerts_command(
    ctx: click.Context, /, since: datetime | None, status: str | None, limit: int | None, brief: bool, json: bool, **asked: Any
) -> None:
    """List alerts in the order in which they were seen, with reasons and evidence."""
    if ctx.invoked_subcommand:
        return
    app = app_of(ctx)
    found = history.alerts(app.db, days_asked(app, since, None)[0], status)
    rows = newest((row for row in found if is_asked(row, **asked)), limit)
    if json:
        print_json_lines(rows)
        return
    console, shown = Console(highlight=False, soft_wrap=True), set()
    for row in rows:
        console.print(alert_line(row, app.zone) if brief else f"{alert_text(row, app.zone)}\n")
        shown.add(row["source"])
    if not shown:
        console.print("No alert.")
    print_notices(shown)


def newest(rows: Iterable[history.Row], limit: int | None) -> Iterable[history.Row]:
    """Return the last rows, in their order; all without a limit."""
    return rows if limit is None else deque(rows, maxlen=limit)


def is_asked(
    row: history.Row,
    country: str | None,
    body: BodyPart | None,
    role: str | None,
    topic: frozenset[str] | None,
    severity: Severity | None,
) -> bool:
    """Return True for an alert of what was asked for: None is any, and `severity` the least."""
    return (
        country in (None, row["country"])
        and role in (None, row["role"])
        and (topic is None or not topic.isdisjoint(row["topics"] or ()))
        and (severity is None or SEVERITIES.index(row["severity"]) >= SEVERITIES.index(severity))
        and (body is None or (row["body"] == body.body and body.has(row["source"], row["reference"] or "")))
    )


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
