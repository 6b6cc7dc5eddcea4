"""`forget`: take a person's name out of everything that is kept."""

import click

from bot.desk import now, setting
from bot.errors import ConfigError
from bot.privacy import cleaned
from state.forget import archived, forget, unlink


@click.command()
@click.argument("person")
@click.option("--yes", is_flag=True, help="Do it; without this only the archive files that would go are listed.")
@click.pass_context
def command(ctx: click.Context, person: str, yes: bool) -> None:
    """Take the name of a PERSON ("First Family") out of records, versions, changes, attributions, evidence and alerts, and delete
    the archive files in which it stands. It does not come back with later polls. Backups hold it until they are beyond their
    number."""
    here = setting(ctx)
    try:
        files = list(archived(here.db_path.parent, person))
    except ValueError as error:
        raise ConfigError(f"{error}.") from error
    for path in files:
        click.echo(f"{'deleted' if yes else 'would be deleted'}: {path}")
    if not yes:
        click.echo("Nothing was changed; add --yes to do it.")
        return
    changed = forget(here.db, person, now())
    for path in files:
        unlink(here.db, here.db_path.parent, path)
    click.echo(f"Cleaned: {cleaned(changed)}; {len(files)} archive files deleted.")
