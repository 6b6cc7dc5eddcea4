"""`replay`: recorded captures as if they were polled on the day of each."""

from pathlib import Path

import click
from rich.console import Console
from rich.progress import track

from bot.app import app_of
from bot.commands.output import as_json, lines, print_run, run_row
from bot.deliver.worker import deliver
from bot.run.replay import replay, sessions
from sources import all_sources


@click.command()
@click.argument("archives", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", "names", multiple=True, metavar="NAME", help="Only this source (may be repeated).")
@click.option("--deliver", "told", is_flag=True, help="Tell the channels; without it, history is recorded only.")
@as_json
@click.pass_context
def command(ctx: click.Context, archives: tuple[Path, ...], names: tuple[str, ...], told: bool, json: bool) -> None:
    """Replay ARCHIVES (WARC files, ours or a web archive's) in date order; each capture's date is its "now".

    A replay can be repeated, or taken up again after it was stopped: what is on record already is `unchanged`.
    """
    here = app_of(ctx)
    known = all_sources()
    found = sessions(archives, here.sources(names) if names else list(known.values()))
    channels = here.channels() if told else {}  # a secret that is missing is told before anything is read
    desk, good = here.run_context(told), True
    for session in track(found, "replaying", console=Console(stderr=True), disable=not Console(stderr=True).is_terminal):
        run = replay(desk, session)
        good = good and run.good
        if json:
            lines([run_row(run)])
        else:
            print_run(run, here.zone)
    if not found:
        click.echo("No capture in these files is of a source that is known.", err=True)
    failed = deliver(here.db, channels)
    ctx.exit(0 if good and not failed and found else 1)
