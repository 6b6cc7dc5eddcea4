"""Sources: `sources` lists them with health and schedule, `trust` approves one that is in shadow mode."""

from datetime import tzinfo
from typing import Any

import click

from bot.app import App, app_of, now
from bot.commands.names import SOURCE
from bot.commands.output import json_option, print_json_lines, print_table
from bot.render.terminal import local
from bot.run.sources import effective_mode
from bot.service.schedule import next_turn
from sources import all_sources
from sources.base import Source
from state import runs
from state.corrections import approve, revoke
from state.encode import stamp


@click.command()
@json_option
@click.pass_context
def sources_command(ctx: click.Context, json: bool) -> None:
    """List each source with its body, mode, schedule, last poll and last good one. Exit status 2 when there is no database yet."""
    app = app_of(ctx)
    shown = app if app.db_path.is_file() else app.on_scratch(ctx)
    rows = [describe(shown, source) for source in all_sources().values()]
    if json:
        print_json_lines(rows)
    else:
        print_sources(rows, app.zone)
    app.require_database()


def print_sources(rows: list[dict[str, Any]], zone: tzinfo) -> None:
    """Print sources as a table."""
    print_table(
        ["source", "body", "mode", "schedule", "last poll", "status", "last good", "records", "next poll"],
        [
            [r["source"], r["body"], r["mode"] if r["enabled"] else f"{r['mode']}, off", r["schedule"],
             local(r["last_poll"], zone) if r["last_poll"] else "never", r["status"] or "",
             local(r["last_good"], zone) if r["last_good"] else "", r["records"] or "",
             local(r["next_poll"], zone) if r["next_poll"] else ""]
            for r in rows
        ],
        "There are no sources.",
    )  # fmt: skip


def describe(app: App, source: Source) -> dict[str, Any]:
    """Return a source as a row: declaration, last run, records of the last good one, and next turn (None: it is off)."""
    last, good = runs.latest(app.db, source.name) or {}, runs.latest_accepted(app.db, source.name) or {}
    polled = runs.last(app.db, source.name)
    turn = next_turn(app.schedule(source), app.zone, polled.at) if polled else now()
    soon = max(turn, now()) if turn and app.enabled(source) else None
    return {
        "source": source.name, "body": source.body, "mode": effective_mode(app.db, source).mode, "enabled": app.enabled(source),
        "schedule": app.schedule(source), "last_poll": last.get("observed_at"), "status": last.get("status"),
        "last_good": good.get("observed_at"), "records": good.get("records"), "next_poll": stamp(soon) if soon else None,
        "error": last.get("error"), "licence": source.terms.licence, "attribution": source.terms.attribution,
    }  # fmt: skip


@click.command()
@click.argument("name", type=SOURCE, metavar="SOURCE")
@click.option("--off", is_flag=True, help="Send it back into the shadow.")
@json_option
@click.pass_context
def trust_command(ctx: click.Context, name: str, off: bool, json: bool) -> None:
    """Let SOURCE tell people what it sees, or stop it from doing so.      A source in shadow mode polls and archives. Check what
    it would have told with `changes` and `alerts --status shadow`, beside the     body's pages. What it saw in shadow mode is
    never told later."""
    app = app_of(ctx)
    (source,) = app.sources((name,))
    (revoke if off else approve)(app.db, source.name)
    mode = effective_mode(app.db, source).mode
    if json:
        print_json_lines([{"source": source.name, "mode": mode, "declared": source.mode}])
    elif source.mode == "live":
        click.echo(f"{source.name} is live as it is; nothing had to be done.")
    else:
        click.echo(f"{source.name} is {'live: from its next poll on it tells people' if mode == 'live' else 'in the shadow'}.")
