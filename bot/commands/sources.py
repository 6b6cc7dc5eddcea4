"""`sources`: what there is: health, last poll, schedule."""

from typing import Any

import click

from bot.app import App, app_of, now
from bot.commands.output import as_json, lines, table
from bot.render.terminal import local
from bot.run.mode import in_its_mode
from bot.service.schedule import next_turn
from sources import all_sources
from sources.base import Source
from state import runs
from state.encode import stamp


@click.command()
@as_json
@click.pass_context
def command(ctx: click.Context, json: bool) -> None:
    """Each source with its body, mode, schedule and last poll."""
    here = app_of(ctx)
    rows = [describe(here, source) for source in all_sources().values()]
    if json:
        lines(rows)
        return
    table(
        ["source", "body", "mode", "schedule", "last poll", "status", "records", "next poll"],
        [
            [r["source"], r["body"], r["mode"] if r["enabled"] else f"{r['mode']}, off", r["schedule"],
             local(r["last_poll"], here.zone) if r["last_poll"] else "never", r["status"] or "", r["records"] or "",
             local(r["next_poll"], here.zone) if r["next_poll"] else ""]
            for r in rows
        ],
        "There are no sources.",
    )  # fmt: skip


def describe(here: App, source: Source) -> dict[str, Any]:
    """One source as a row: what it declares, how its newest run ended, and when its next turn is (None: it is off)."""
    last = runs.latest(here.db, source.name) or {}
    polled = runs.last(here.db, source.name)
    turn = next_turn(here.schedule(source), here.zone, polled.at) if polled else now()
    soon = max(turn, now()) if turn and here.enabled(source) else None
    return {
        "source": source.name, "body": source.body, "mode": in_its_mode(here.db, source).mode, "enabled": here.enabled(source),
        "schedule": here.schedule(source), "last_poll": last.get("observed_at"), "status": last.get("status"),
        "records": last.get("records"), "next_poll": stamp(soon) if soon else None,
        "error": last.get("error"), "licence": source.terms.licence, "attribution": source.terms.attribution,
    }  # fmt: skip
