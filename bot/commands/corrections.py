"""Corrections by people: `review` lists parties that no rule knows, `correct` overrides a rule, `corrections` lists and undoes."""

from typing import Any

import click

from bot.app import app_of
from bot.attribute import load_attributor
from bot.attribute.gazetteer import Gazetteer
from bot.attribute.nearest import line_to_add, nearest
from bot.commands.names import COUNTRY_OR_NONE, RECORD, ROLE
from bot.commands.output import json_option, print_json_lines, print_table
from bot.render.terminal import local
from bot.run.attribution import correct, correct_everywhere, undo
from state.db import connection_of
from state.queries.history import unknown_parties


@click.command()
@click.option("--limit", default=50, show_default=True, help="How many.")
@json_option
@click.pass_context
def review_command(ctx: click.Context, limit: int, json: bool) -> None:
    """List parties that no rule knows, or knows only by a hint, with the records that hang on each, most first: the known names
    nearest to each, and the line that would make it known. Unknown does not mean "not watched"."""
    app = app_of(ctx)
    gazetteer = load_attributor().reader.resolver.gazetteer
    rows = [proposed(row, gazetteer) for row in unknown_parties(app.db, limit)]
    if json:
        print_json_lines(rows)
        return
    print_table(
        ["records", "party", "hint", "roles", "for example in", "is it", "line for institutions_world.csv"],
        [
            [r["count"], r["party"], r["hint"] or "", ", ".join(r["roles"]), r["example"],
             "; ".join(f"{near['name']} ({near['country'] or 'none'})? {near['difference']}" for near in r["nearest"]), r["line"]]
            for r in rows
        ],
        "Every party is known.",
    )  # fmt: skip


def proposed(row: dict[str, Any], gazetteer: Gazetteer) -> dict[str, Any]:
    """Return a party of the review with the nearest known names and the line to add to the gazetteer."""
    near = nearest(row["party"], gazetteer)
    return {
        **row,
        "nearest": [each._asdict() for each in near],
        "line": line_to_add(row["party"], next(iter(near), None), row["example"]),
    }


@click.command()
@click.argument("record", type=RECORD, required=False)
@click.option("--role", type=ROLE, help="For example secretariat; of a RECORD only.")
@click.option("--party", default="", help="As printed; left out: whoever holds the role.")
@click.option("--country", required=True, type=COUNTRY_OR_NONE, metavar="COUNTRY|none", help="Code or name, or none.")
@click.option("--because", required=True, metavar="TEXT", help="The reason, shown with the evidence.")
@click.pass_context
def correct_command(ctx: click.Context, record: str | None, role: str | None, party: str, country: str, because: str) -> None:
    """Set the country behind a party in RECORD (reference, key or address), or without RECORD wherever the party is printed. Kept,
    applied to later polls, never alerted."""
    app = app_of(ctx)
    code = None if country == "none" else country
    context = app.run_context(telling=False)
    if record and role:
        number, changed = correct(context, record, role, party, code, because)
    elif party and not record and not role:
        number, changed = correct_everywhere(context, party, code, because)
    else:
        raise click.UsageError("Give a record and --role, or only --party to correct it everywhere.")
    click.echo(
        f"Correction {number} is kept; {changed} attributions changed. To take it back: standards-watch corrections undo {number}"
    )


@click.group(invoke_without_command=True)
@json_option
@click.pass_context
def corrections_command(ctx: click.Context, json: bool) -> None:
    """List corrections with their reasons. A correction that was undone stays on record."""
    if ctx.invoked_subcommand:
        return
    app = app_of(ctx)
    rows = [dict(row) for row in connection_of(app.db).execute(
        "SELECT c.id AS correction, c.created_at, t.key AS record, t.reference, c.role, c.party, c.country, c.because, c.undone_at"
        " FROM corrections c LEFT JOIN tracked t ON t.id = c.record ORDER BY c.id")]  # fmt: skip
    if json:
        print_json_lines(rows)
        return
    print_table(
        ["", "made", "record", "role", "party", "country", "because", "undone"],
        [
            [r["correction"], local(r["created_at"], app.zone), r["reference"] or "everywhere", r["role"] or "every role",
             r["party"] or "anybody",
             r["country"] or "none", r["because"], local(r["undone_at"], app.zone) if r["undone_at"] else ""]
            for r in rows
        ],
        "Nothing was corrected.",
    )  # fmt: skip


@corrections_command.command("undo")
@click.argument("correction", type=int)
@click.pass_context
def undo_one(ctx: click.Context, correction: int) -> None:
    """Undo a CORRECTION: the rules decide again."""
    changed = undo(app_of(ctx).run_context(telling=False), correction)
    click.echo(f"Correction {correction} is undone; {changed} attributions changed.")
