"""`run`: poll sources now."""

import click
from rich.console import Console
from rich.progress import track

from bot.commands.output import as_json, lines, print_run, run_row
from bot.deliver import deliver
from bot.desk import setting
from bot.live import dry, poll_live


@click.command()
@click.argument("names", nargs=-1, metavar="[SOURCE…]")
@click.option("--all", "every", is_flag=True, help="All sources that are enabled (the same as naming none).")
@click.option("--dry-run", is_flag=True, help="Poll and show what would change, write nothing, tell nobody.")
@click.option("--no-deliver", is_flag=True, help="Write the history, tell nobody.")
@as_json
@click.pass_context
def command(ctx: click.Context, names: tuple[str, ...], every: bool, dry_run: bool, no_deliver: bool, json: bool) -> None:
    """Poll the named SOURCES now, or all that are enabled, and tell the channels what changed."""
    here = setting(ctx)
    told = not (dry_run or no_deliver)
    desk, good = here.desk(told), True
    terminal = Console(stderr=True)
    for source in track(here.sources(names), "polling", console=terminal, disable=not terminal.is_terminal, transient=True):
        run = dry(here, desk, source) if dry_run else poll_live(here, desk, source)
        good = good and run.good
        if json:
            lines([run_row(run)])
        else:
            print_run(run, here.zone)
    failed = deliver(here.db, here.channels()) if told else 0
    ctx.exit(0 if good and not failed else 1)
