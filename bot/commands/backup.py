"""`backup`: a sound copy of the database."""

from pathlib import Path

import click

from bot.app import app_of, now
from bot.service.backup import back_up


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--keep", type=click.IntRange(min=1), default=14, show_default=True, help="How many backups stay there.")
@click.pass_context
def command(ctx: click.Context, folder: Path, keep: int) -> None:
    """Copy the database into DIR while everything runs, check the copy, and let go of the oldest ones. The evidence archive is
    plain files beside the database: copy the folder `archive` with any tool."""
    here = app_of(ctx)
    path = back_up(here.existing(), here.db_path, folder, now(), keep)
    click.echo(f"{path} ({path.stat().st_size / 1e6:.1f} MB, checked)")
