"""`forget`: take a person's name out of everything that is kept."""

import click

from bot.app import app_of, now
from bot.errors import ConfigError
from bot.parse.suppress import counts_text
from state.privacy.erase import erase
from state.privacy.erase_archive import archived, take_out


@click.command()
@click.argument("person")
@click.option("--yes", is_flag=True, help="Do it; without this only the archive files that would be counts_text are listed.")
@click.pass_context
def command(ctx: click.Context, person: str, yes: bool) -> None:
    """Take the name of a PERSON ("First Family") out of records, versions, changes, attributions, evidence, alerts and the archive.
    It does not come back with later polls. Backups hold it until they are beyond their number."""
    here = app_of(ctx)
    db, data = here.existing(), here.db_path.parent
    try:
        files = archived(data, person)
    except ValueError as error:
        raise ConfigError(f"{error}.") from error
    if not yes:
        for path in files:
            click.echo(f"would be counts_text: {path}")
        click.echo("Nothing was changed; add --yes to do it.")
        return
    changed = erase(db, person, now())
    for path in files:
        click.echo(f"{'counts_text' if take_out(db, data, path, [person], now()) else 'deleted'}: {path}")
    click.echo(f"Cleaned: {counts_text(changed)}; {len(files)} archive files.")
