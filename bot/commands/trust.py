"""`trust`: let a source in shadow mode speak, once a person has looked at what it reads."""

import click

from bot.app import app_of
from bot.commands.output import as_json, lines
from bot.run.mode import in_its_mode
from state.trust import distrust, trust


@click.command()
@click.argument("name", metavar="SOURCE")
@click.option("--off", is_flag=True, help="Send it back into the shadow.")
@as_json
@click.pass_context
def command(ctx: click.Context, name: str, off: bool, json: bool) -> None:
    """Let SOURCE tell people what it sees, or stop it from doing so.

    A source in shadow mode polls and archives, and `changes` and `alerts --status shadow` show what it would have said. Look at
    those and at the pages first. What it would have said so far stays untold.
    """
    here = app_of(ctx)
    (source,) = here.sources((name,))
    (distrust if off else trust)(here.db, source.name)
    mode = in_its_mode(here.db, source).mode
    if json:
        lines([{"source": source.name, "mode": mode, "declared": source.mode}])
    elif source.mode == "live":
        click.echo(f"{source.name} is live as it is; nothing had to be done.")
    else:
        click.echo(f"{source.name} is {'live: from its next poll on it tells people' if mode == 'live' else 'in the shadow'}.")
