"""Views for a web browser: `report` writes a static site, `explore` serves the database (Datasette)."""

from datetime import datetime
from pathlib import Path

import click

from bot.analyse.group import CountryGroup
from bot.analyse.snapshot import Snapshot
from bot.app import app_of
from bot.commands.names import moment_asked
from bot.commands.output import day_option, groups_option
from bot.errors import ConfigError
from bot.report.site import write_report


@click.command()
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder of the site.")
@groups_option
@day_option("--on", "As of the end of this day (default: now).")
@day_option("--compare", "The day to compare with (default: a quarter before).")
@click.option("--days", default=60, show_default=True, type=click.IntRange(0, 3650), help="How far ahead a date counts as near.")
@click.pass_context
def report_command(
    ctx: click.Context, out: Path, we: CountryGroup, they: CountryGroup, on: datetime | None, compare: datetime | None, days: int
) -> None:
    """Write a static site that works from a folder or a web server, prints well and loads nothing from elsewhere."""
    app = app_of(ctx)
    snapshot = Snapshot(app.db, we, they, moment_asked(app, on), days)
    written = write_report(snapshot, out, app.zone, moment_asked(app, compare) if compare else None)
    click.echo(f"{written.index} ({written.pages} pages)")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; there is no password.")
@click.option("--port", default=8001, show_default=True, type=click.IntRange(0, 65535), help="0: any that is free.")
@click.option("--allow-host", "hosts", multiple=True, metavar="NAME", help="Host name by which a proxy or browser reaches it.")
@click.option("--sql", is_flag=True, help="Let visitors ask questions of their own in SQL.")
@groups_option
@click.pass_context
def explore_command(
    ctx: click.Context, host: str, port: int, hosts: tuple[str, ...], sql: bool, we: CountryGroup, they: CountryGroup
) -> None:
    """Serve tables, full-text search and ready queries in a browser (Datasette). Read only; safe while the bot polls."""
    from bot.explore.serve import MISSING, explorer

    app = app_of(ctx)
    app.db.close()  # opened once: that migrates the schema, before it is opened read-only
    site = explorer(app.db_path, they, we, app.config.local, (host, *hosts), sql)
    try:
        import uvicorn
    except ImportError as error:
        raise ConfigError(MISSING) from error
    click.echo(f"http://{host}:{port}/  (stop with Ctrl-C)", err=True)
    uvicorn.run(site, host=host, port=port, log_level="warning", limit_concurrency=50)
