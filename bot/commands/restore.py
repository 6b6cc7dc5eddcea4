"""`restore`: put a backup in the place of the database."""

from pathlib import Path

import click

from bot.app import app_of, now
from bot.service.backup import restore


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_context
def command(ctx: click.Context, file: Path) -> None:
    """Put the backup FILE in the place of the database; what was there is set aside, not deleted. Stop `serve` first."""
    here = app_of(ctx)
    aside = restore(file, here.db_path, now())
    click.echo(f"{here.db_path} is as it was in {file}." + (f" What was there before: {aside}" if aside else ""))
