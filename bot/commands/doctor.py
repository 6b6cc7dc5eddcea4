"""`doctor`: is all well, and what to do where it is not."""

from dataclasses import asdict

import click
from rich.console import Console

from bot.app import app_of, now
from bot.commands.output import as_json, lines
from bot.render.terminal import markup
from bot.service.doctor import examine
from bot.service.outgoing import send_test

MARKS = {"fine": "[green]✓[/]", "look": "[yellow]●[/]", "wrong": "[bold red]✗[/]"}


@click.command()
@click.option("--send-test", "send", is_flag=True, help="Also send one test message to every channel.")
@as_json
@click.pass_context
def command(ctx: click.Context, send: bool, json: bool) -> None:
    """Look at configuration, database, archive, channels, sources and clock, and say what to do. Nothing is sent unless asked for.
    Exit status 1 when something is wrong."""
    here = app_of(ctx)
    console, wrong = Console(highlight=False, soft_wrap=True), False
    for finding in examine(here, now()):
        wrong = wrong or finding.level == "wrong"
        if json:
            lines([asdict(finding)])
            continue
        console.print(f"{MARKS[finding.level]} [bold]{markup(finding.about)}[/]: {markup(finding.text)}")
        if finding.do:
            console.print(f"    {markup(finding.do)}")
    if send:
        failed = send_test(here, now())
        click.echo("The test message is out." if not failed else f"{failed} channels did not take the test message.", err=True)
        wrong = wrong or bool(failed)
    ctx.exit(1 if wrong else 0)
