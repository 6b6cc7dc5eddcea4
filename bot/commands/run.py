"""Polls: `run` over the network, `replay` from recorded captures (WARC)."""

from pathlib import Path

import click
from rich.console import Console
from rich.progress import track

from bot.app import app_of, now
from bot.commands.names import SOURCE
from bot.commands.output import json_option, print_run
from bot.deliver.worker import deliver
from bot.errors import ConfigError
from bot.run.replay import replay, sessions
from bot.run.sources import in_order
from bot.service.cycle import deliver_all, deliver_notices, dry_poll, housekeeping, is_due, poll_network
from sources import all_sources


@click.command()
@click.argument("names", nargs=-1, type=SOURCE, metavar="[SOURCE…]")
@click.option("--all", "every", is_flag=True, help="All sources that are enabled (the same as naming none).")
@click.option("--due", "only_due", is_flag=True, help="Only those whose time has come, by their schedule and the last poll.")
@click.option("--dry-run", is_flag=True, help="Poll and show what would change, write nothing, tell nobody.")
@click.option("--no-deliver", is_flag=True, help="Write the history, tell nobody.")
@json_option
@click.pass_context
def run_command(
    ctx: click.Context, names: tuple[str, ...], every: bool, only_due: bool, dry_run: bool, no_deliver: bool, json: bool
) -> None:
    """Poll the named SOURCES now, or all that are enabled, and tell the channels what changed."""
    if every and only_due:
        raise ConfigError("Give --all or --due, not both.")
    app = app_of(ctx)
    told = not (dry_run or no_deliver)
    if told:
        app.channels()  # raises for what can never be used before anything is polled
    if dry_run and not app.db_path.is_file():
        app = app.on_scratch(ctx)
    app.create()
    context, failing = app.run_context(told), set[str]()
    sources = in_order(app.sources(names))
    terminal = Console(stderr=True)
    for source in track(sources, "polling", console=terminal, disable=not terminal.is_terminal, transient=True):
        if only_due and not is_due(app, source, now()):
            continue
        run = dry_poll(app, context, source) if dry_run else poll_network(app, context, source)
        failing |= set() if run.good else {source.name}
        print_run(run, app.zone, json)
    failed = 0
    if told:
        housekeeping(app, app.sources(()), now(), printed=() if json else failing)
        if failed := deliver_all(app):
            housekeeping(app, app.sources(()), now())
            deliver_notices(app)
    ctx.exit(1 if failing or failed else 0)


@click.command()
@click.argument("archives", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", "names", multiple=True, type=SOURCE, metavar="NAME", help="Only this source (may be repeated).")
@click.option("--deliver", "told", is_flag=True, help="Tell the channels; without it, history is recorded only.")
@json_option
@click.pass_context
def replay_command(ctx: click.Context, archives: tuple[Path, ...], names: tuple[str, ...], told: bool, json: bool) -> None:
    """Replay ARCHIVES (WARC files, ours or a web archive's) in date order; each capture's date is its "now".

    A replay can be repeated, or resumed after it was stopped: what is already on record is `unchanged`.
    """
    app = app_of(ctx)
    known = all_sources()
    found = sessions(archives, app.sources(names) if names else list(known.values()))
    channels = app.channels() if told else {}  # raises for a missing secret before anything is read
    app.create()
    context, good = app.run_context(told), True
    for session in track(found, "replaying", console=Console(stderr=True), disable=not Console(stderr=True).is_terminal):
        run = replay(context, session)
        good = good and run.good
        print_run(run, app.zone, json)
    if not found:
        click.echo("No capture in these files is of a source that is known.", err=True)
    failed = deliver(app.db, channels)
    ctx.exit(0 if good and not failed and found else 1)
