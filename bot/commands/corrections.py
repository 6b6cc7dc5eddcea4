"""`corrections`: what people corrected; undo it."""

import click

from bot.app import app_of
from bot.commands.output import as_json, lines, table
from bot.render.terminal import local
from bot.run.attribution import undo
from state.db import connection_of


@click.group(invoke_without_command=True)
@as_json
@click.pass_context
def command(ctx: click.Context, json: bool) -> None:
    """What people corrected, and why. A correction that was undone stays on record."""
    if ctx.invoked_subcommand:
        return
    here = app_of(ctx)
    rows = [dict(row) for row in connection_of(here.db).execute(
        "SELECT c.id AS correction, c.created_at, t.key AS record, t.reference, c.role, c.party, c.country, c.because, c.undone_at"
        " FROM corrections c JOIN tracked t ON t.id = c.record ORDER BY c.id")]  # fmt: skip
    if json:
        lines(rows)
        return
    table(
        ["", "made", "record", "role", "party", "country", "because", "undone"],
        [
            [r["correction"], local(r["created_at"], here.zone), r["reference"], r["role"], r["party"] or "anybody",
             r["country"] or "none", r["because"], local(r["undone_at"], here.zone) if r["undone_at"] else ""]
            for r in rows
        ],
        "Nothing was corrected.",
    )  # fmt: skip


@command.command("undo")
@click.argument("correction", type=int)
@click.pass_context
def undo_one(ctx: click.Context, correction: int) -> None:
    """Take a CORRECTION back: the rules decide again."""
    changed = undo(app_of(ctx).run_context(telling=False), correction)
    click.echo(f"Correction {correction} is undone; {changed} attributions changed.")
