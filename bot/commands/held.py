"""`held`: quarantined runs, to accept or drop."""

import click

from bot.app import app_of
from bot.commands.output import json_option, print_json_lines, print_run, print_table
from bot.deliver.worker import deliver
from bot.render.terminal import local
from bot.run.quarantine import accept, drop, quarantined_runs


@click.group(invoke_without_command=True)
@json_option
@click.pass_context
def held_command(ctx: click.Context, json: bool) -> None:
    """List quarantined runs, whose answer is whole but implausible, with the reason; `accept` or `drop` them."""
    if ctx.invoked_subcommand:
        return
    app = app_of(ctx)
    rows = quarantined_runs(app.run_context(telling=False))
    if json:
        print_json_lines(
            {"run": row["id"], **{name: row[name] for name in ("source", "observed_at", "records", "error")}} for row in rows
        )
        return
    print_table(
        ["run", "source", "observed", "why"],
        [[row["id"], row["source"], local(row["observed_at"], app.zone), row["error"]] for row in rows],
        "No run is held.",
    )


@held_command.command("accept")
@click.argument("run", type=int)
@json_option
@click.pass_context
def accept_run(ctx: click.Context, run: int, json: bool) -> None:
    """Accept a quarantined RUN as the state of its day; its changes are told as usual."""
    app = app_of(ctx)
    channels = app.channels()
    taken = accept(app.run_context(telling=True), run)
    print_run(taken, app.zone, json)
    failed = deliver(app.db, channels)
    ctx.exit(0 if taken.good and not failed else 1)


@held_command.command("drop")
@click.argument("run", type=int)
@click.pass_context
def drop_run(ctx: click.Context, run: int) -> None:
    """Drop a quarantined RUN; the state stays as it was before it."""
    drop(app_of(ctx).run_context(telling=False), run)
    click.echo(f"Run {run} is dropped; the state stays as it was.")
