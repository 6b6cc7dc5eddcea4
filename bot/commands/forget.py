"""`forget`: take a person's name out of everything that is kept."""

from collections.abc import Iterator

import click

from bot.app import App, app_of, now
from bot.commands.output import json_option, print_json_lines
from bot.errors import ConfigError
from bot.render.terminal import local, plain
from state.privacy.erase import erase
from state.privacy.erase_archive import Evidence, archive_files, drop, find, tidy
from state.privacy.find_name import NameFinder


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
    db, data = app.existing(), app.db_path.parent
    try:
        names = NameFinder([person])
    except ValueError as error:
        raise ConfigError(f"{error}.") from error

    if yes:
        tidy(db, data)
    gone = 0
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
