"""Operation: `doctor`, `backup`, `restore`, `forget`."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console

from bot.app import App, app_of, now
from bot.commands.output import json_option, print_json_lines
from bot.errors import ConfigError
from bot.render.plain import plain
from bot.render.terminal import local, markup
from bot.service.backup import back_up, restore
from bot.service.cycle import send_test
from bot.service.doctor import examine
from sources import all_sources
from state.privacy.erase import erase
from state.privacy.erase_archive import Evidence, NameFinder, archive_files, drop, find, tidy
from state.runs import hold

MARKS = {"fine": "[green]✓[/]", "look": "[yellow]●[/]", "wrong": "[bold red]✗[/]"}


@click.command()
@click.option("--send-test", "send", is_flag=True, help="Also send one test message to every channel.")
@json_option
@click.pass_context
def doctor_command(ctx: click.Context, send: bool, json: bool) -> None:
    """Check configuration, database, archive, channels, sources and clock, and say what to do. Nothing is sent unless asked for.
    Exit status 1 when something is wrong, 2 when configuration or --db is."""
    app = app_of(ctx)
    console, status = Console(highlight=False, soft_wrap=True), 0
    for finding in examine(app, now()):
        status = max(status, 2 if finding.misused else 1 if finding.level == "wrong" else 0)
        if json:
            print_json_lines([asdict(finding)])
            continue
        console.print(f"{MARKS[finding.level]} [bold]{markup(finding.about)}[/]: {markup(finding.text)}")
        if finding.do:
            console.print(f"    {markup(finding.do)}")
    if send:
        failed = send_test(app, now())
        click.echo("The test message is out." if not failed else f"{failed} channels did not take the test message.", err=True)
        status = max(status, 1 if failed else 0)
    ctx.exit(status)


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--keep", type=click.IntRange(min=1), default=14, show_default=True, help="How many backups stay there.")
@click.pass_context
def backup_command(ctx: click.Context, folder: Path, keep: int) -> None:
    """Copy the database into DIR while it is in use, check the copy, and delete the oldest beyond --keep. The evidence archive
    is plain files beside the database: copy the folder `archive` with any tool."""
    app = app_of(ctx)
    path = back_up(app.db, app.db_path, folder, now(), keep)
    click.echo(f"{path} ({path.stat().st_size / 1e6:.1f} MB, checked)")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_context
def restore_command(ctx: click.Context, file: Path) -> None:
    """Replace the database by the backup FILE; the old database is set aside, not deleted. Stop `serve` first."""
    app = app_of(ctx)
    aside = restore(file, app.db_path, now())
    click.echo(f"{app.db_path} is as it was in {file}." + (f" What was there before: {aside}" if aside else ""))


@click.command()
@click.argument("person")
@click.option("--yes", is_flag=True, help="Do it; without this only the evidence that would go is listed.")
@json_option
@click.pass_context
def forget_command(ctx: click.Context, person: str, yes: bool, json: bool) -> None:
    """Take the name of a PERSON ("First Family") out of records, versions, changes, attributions, evidence and alerts, and drop the
    archived responses that hold it. It does not come back into the tables with later polls. Backups hold it until they are beyond
    their number."""
    app = app_of(ctx)
    db, data = app.db, app.db_path.parent
    try:
        names = NameFinder([person])
    except ValueError as error:
        raise ConfigError(f"{error}.") from error

    gone = 0
    with hold(app.db_path, all_sources() if yes else ()):  # a poll under way would bring the name back
        if yes:
            tidy(db, data)
        for url, fetched_at in evidence(app, names, yes):
            gone += 1
            if json:
                print_json_lines([{"url": url, "fetched_at": fetched_at, "erased": yes}])
            else:
                click.echo(f"{'erased' if yes else 'would be erased'}: {local(fetched_at, app.zone)}  {plain(url)}")
        changed = erase(db, person, now()) if yes else {}
    if json:
        return
    click.echo(f"Archived responses that {'held' if yes else 'hold'} the name: {gone or 'none'}.")
    rows = ", ".join(f"{rows} in {table}" for table, rows in changed.items()) or "no row"
    click.echo(f"Cleaned in the database: {rows}." if yes else "Nothing was changed; add --yes to do it.")


def evidence(app: App, names: NameFinder, erase: bool) -> Iterator[Evidence]:
    """Yield the archived responses that hold a name, and drop them where they are to be erased."""
    data = app.db_path.parent
    for path in archive_files(data):
        if found := find(path, names):
            yield from drop(app.db, data, path, found) if erase else found.values()
