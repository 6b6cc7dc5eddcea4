"""`rehearse`: backtest of a changed gazetteer or watchlist."""

from datetime import datetime
from pathlib import Path

import click

from bot.app import app_of
from bot.attribute import load_attributor
from bot.commands.names import days_asked
from bot.commands.output import day_option, json_option, print_json_lines, print_table
from bot.decide.watchlist import load_watchlist
from bot.render.terminal import local
from bot.run.backtest import backtest, compare_with_history, write_history
from sources import all_sources
from state.db import write
from state.encode import stamp


@click.command()
@click.option("--gazetteer", type=click.Path(exists=True, path_type=Path), help="Institutions beside the shipped ones (CSV).")
@click.option("--watchlist", type=str, help="A shipped name or a file, in place of the configured ones.")
@day_option("--since", "Only what was observed from this day on.")
@click.option("--keep", is_flag=True, help="Write what would come into the history, for a watchlist that has none yet.")
@json_option
@click.pass_context
def rehearse_command(
    ctx: click.Context, gazetteer: Path | None, watchlist: str | None, since: datetime | None, keep: bool, json: bool
) -> None:
    """Judge the stored history again, without network and without telling anybody: alerts that would come, go or change."""
    app = app_of(ctx)
    watchlists = [load_watchlist(Path(watchlist).stem, watchlist)] if watchlist else app.config.load_watchlists()
    first = stamp(since) if (since := days_asked(app, since, None)[0]) else ""
    with write(app.db) as connection:
        sources = list(all_sources().values())
        played = list(backtest(connection, sources, load_attributor(gazetteer), watchlists, first))
        rows = [row for each in watchlists for row in compare_with_history(connection, played, each.name, first, sources)]
        kept = write_history(connection, played) if keep and all(row["verdict"] == "comes" for row in rows) else 0
    if json:
        print_json_lines(rows)
        return
    print_table(
        ["", "observed", "severity", "headline", "why"],
        [[r["verdict"], local(r["observed_at"], app.zone)[:10], r["severity"], r["headline"], r["why"]] for r in rows],
        "Nothing would come, go or change.",
    )
    if kept:
        click.echo(f"{kept} alerts were written into the history as historic.")
    elif keep:
        click.echo("Nothing was written: this watchlist has a history already.", err=True)
