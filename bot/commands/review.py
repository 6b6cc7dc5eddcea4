"""`review`: parties that no rule knows, by how often they come."""

import click

from bot.app import app_of
from bot.commands.output import as_json, lines, table
from state.queries.history import unknown_parties


@click.command()
@click.option("--limit", default=50, show_default=True, help="How many.")
@as_json
@click.pass_context
def command(ctx: click.Context, limit: int, json: bool) -> None:
    """Parties whose country no rule knows, most frequent first: where the gazetteer should grow. Unknown is never "not watched"."""
    rows = unknown_parties(app_of(ctx).db, limit)
    if json:
        lines(rows)
        return
    table(
        ["count", "party", "roles", "for example in"],
        [[r["count"], r["party"], ", ".join(r["roles"]), r["example"]] for r in rows],
        "Every party is known.",
    )
