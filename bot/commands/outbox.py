"""`outbox`: deliveries that did not arrive yet, to retry or drop."""

import click

from bot.app import app_of
from bot.commands.output import json_option, print_json_lines, print_table
from bot.deliver.worker import deliver
from bot.errors import ConfigError
from bot.render.terminal import local
from state import outbox


@click.group(invoke_without_command=True)
@json_option
@click.pass_context
def outbox_command(ctx: click.Context, json: bool) -> None:
    """List deliveries that did not arrive yet: waiting, or failed with the reason."""
    if ctx.invoked_subcommand:
        return
    app = app_of(ctx)
    rows = outbox.listing(app.db)
    if json:
        print_json_lines(rows)
        return
    print_table(
        ["id", "channel", "status", "attempts", "next", "what", "error"],
        [
            [r["delivery"], " ".join(filter(None, [r["channel"], r["target"]])), r["status"], r["attempts"],
             local(r["next_attempt_at"], app.zone) if r["next_attempt_at"] else "", r["headline"], r["error"] or ""]
            for r in rows
        ],
        "Nothing waits.",
    )  # fmt: skip


@outbox_command.command()
@click.argument("number", metavar="ID", type=int, required=False)
@click.option("--all", "everything", is_flag=True, help="All that did not arrive.")
@click.pass_context
def retry(ctx: click.Context, number: int | None, everything: bool) -> None:
    """Try delivery ID, or all, again now. Where a channel can be searched, it is first searched for a message that may have
    arrived."""
    app = app_of(ctx)
    chosen, channels = chosen_deliveries(ctx, number, everything), app.channels()
    count = outbox.retry(app.db, chosen)
    failed = deliver(app.db, channels) if count else 0
    click.echo(f"{count} tried again, {failed} failed." if count else "Nothing to try again.", err=True)
    ctx.exit(1 if failed else 0)


@outbox_command.command()
@click.argument("number", metavar="ID", type=int, required=False)
@click.option("--all", "everything", is_flag=True, help="All that did not arrive.")
@click.pass_context
def drop(ctx: click.Context, number: int | None, everything: bool) -> None:
    """Drop delivery ID, or all, from the outbox: the alerts stay on record, but that channel is not told."""
    app = app_of(ctx)
    click.echo(f"{outbox.drop(app.db, chosen_deliveries(ctx, number, everything))} dropped.", err=True)


def chosen_deliveries(ctx: click.Context, number: int | None, everything: bool) -> list[int]:
    """Return the deliveries that the options name. Raises ConfigError for none, or for one that is not waiting."""
    if (number is None) != everything:
        raise ConfigError("Give the id of a delivery as `outbox` prints it, or --all.")
    waiting = [row["delivery"] for row in outbox.listing(app_of(ctx).db)]
    if number is not None and number not in waiting:
        raise ConfigError(f"There is no delivery {number} that did not arrive; `outbox` lists them.")
    return [number] if number is not None else waiting
