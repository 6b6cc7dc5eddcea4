"""Operation: `doctor`, `backup`, `restore`."""

from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console

from bot.app import app_of, now
from bot.commands.output import json_option, print_json_lines
from bot.render.terminal import markup
from bot.service.backup import back_up, restore
from bot.service.doctor import examine
from bot.service.outgoing import send_test

MARKS = {"fine": "[green]✓[/]", "look": "[yellow]●[/]", "wrong": "[bold red]✗[/]"}


@click.command()
@click.option("--send-test", "send", is_flag=True, help="Also send one test message to every channel.")
@json_option
@click.pass_context
def doctor_command(ctx: click.Context, send: bool, json: bool) -> None:
    """Check configuration, database, archive, channels, sources and clock, and say what to do. Nothing is sent unless asked for.
    Exit status 1 when something is wrong."""
    app = app_of(ctx)
    console, wrong = Console(highlight=False, soft_wrap=True), False
    for finding in examine(app, now()):
        wrong = wrong or finding.level == "wrong"
        if json:
            print_json_lines([asdict(finding)])
            continue
        console.print(f"{MARKS[finding.level]} [bold]{markup(finding.about)}[/]: {markup(finding.text)}")
        if finding.do:
            console.print(f"    {markup(finding.do)}")
    if send:
        failed = send_test(app, now())
        click.echo("The test message is out." if not failed else f"{failed} channels did not take the test message.", err=True)
        wrong = wrong or bool(failed)
    ctx.exit(1 if wrong else 0)


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--keep", type=click.IntRange(min=1), default=14, show_default=True, help="How many backups stay there.")
@click.pass_context
def backup_command(ctx: click.Context, folder: Path, keep: int) -> None:
    """Copy the database into DIR while it is in use, check the copy, and delete the oldest beyond --keep. The evidence archive
    is plain files beside the database: copy the folder `archive` with any tool."""
    app = app_of(ctx)
    path = back_up(app.existing(), app.db_path, folder, now(), keep)
    click.echo(f"{path} ({path.stat().st_size / 1e6:.1f} MB, checked)")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_context
def restore_command(ctx: click.Context, file: Path) -> None:
    """Replace the database by the backup FILE; the old database is set aside, not deleted. Stop `serve` first."""
    app = app_of(ctx)
    aside = restore(file, app.db_path, now())
    click.echo(f"{app.db_path} is as it was in {file}." + (f" What was there before: {aside}" if aside else ""))
