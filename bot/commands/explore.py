"""`explore`: the database in a browser, read only."""

import click

from bot.analyse.group import country_group
from bot.app import app_of
from bot.errors import ConfigError
from state.db import open_database


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; there is no password.")
@click.option("--port", default=8001, show_default=True, type=click.IntRange(0, 65535), help="0: any that is free.")
@click.option("--we", default="eu", show_default=True, metavar="GROUP", help="A watchlist's name or file, or codes: DE,FR,NL.")
@click.option("--they", default="china", show_default=True, metavar="GROUP", help="The same for those who lead.")
@click.pass_context
def command(ctx: click.Context, host: str, port: int, we: str, they: str) -> None:
    """Tables, full-text search and ready questions, in a browser (Datasette). It can read only, also while the bot polls."""
    from bot.explore.serve import MISSING, explorer

    here = app_of(ctx)
    if here.db_path.is_file():
        open_database(here.db_path).close()  # brings the schema up to date before it is read only
    app = explorer(here.db_path, country_group(they), country_group(we), here.config.local)
    try:
        import uvicorn
    except ImportError as error:
        raise ConfigError(MISSING) from error
    click.echo(f"http://{host}:{port}/  (stop with Ctrl-C)", err=True)
    uvicorn.run(app, host=host, port=port, log_level="warning")
