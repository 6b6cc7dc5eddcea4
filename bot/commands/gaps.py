"""`gaps`: items that they lead while our members are absent, with the next date to act."""

from datetime import datetime
from typing import Any

import click

from bot.analyse.gaps import Gap
from bot.analyse.group import country_group
from bot.analyse.snapshot import Snapshot
from bot.app import app_of, end_of, now
from bot.commands.output import day_option, groups_option, json_option, print_json_lines, print_table


@click.command()
@click.argument("names", metavar="[RECORD]...", nargs=-1)
@groups_option
@day_option("--on", "As of the end of this day (default: now).")
@click.option("--days", default=60, show_default=True, type=click.IntRange(0, 3650), help="How far ahead a date counts as near.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1), help="How many of the list for people.")
@json_option
@click.pass_context
def gaps_command(
    ctx: click.Context, names: tuple[str, ...], we: str, they: str, on: datetime | None, days: int, limit: int, json: bool
) -> None:
    """Rank items that they lead, or the RECORDs named (reference or key), by topic, next date and our absence, with the reasons.
    The weights are in bot/analyse/gaps.toml."""
    app = app_of(ctx)
    snapshot = Snapshot(
        app.db, country_group(we), country_group(they), end_of(on, app.zone) if on else now(), days, frozenset(names)
    )
    if json:
        print_json_lines(map(as_row, snapshot.gaps))
        return
    print_table(
        ["score", "reference", "title", "next date", "absent", "why"],
        [
            [g.score, g.fact.reference, g.fact.title, g.due.day if g.due else "",
             len(g.standing.absent) if g.standing.known else "?", "; ".join(g.reasons)]
            for g in snapshot.gaps[:limit]
        ],
        "They lead nothing that is known.",
    )  # fmt: skip


def as_row(gap: Gap) -> dict[str, Any]:
    """Return a gap as a row for JSON."""
    return {
        "score": gap.score, "source": gap.fact.source, "body": gap.fact.body, "kind": gap.fact.kind, "record": gap.fact.key,
        "reference": gap.fact.reference, "title": gap.fact.title, "url": gap.fact.url,
        "leads": list(gap.standing.leads), "takes_part": list(gap.standing.takes_part), "observes": list(gap.standing.observes),
        "absent": list(gap.standing.absent), "members_known": gap.standing.known,
        "due": gap.due.day if gap.due else None, "due_estimated": gap.due.estimated if gap.due else None,
        "topics": [tag for tag, _ in gap.topics], "reasons": list(gap.reasons),
    }  # fmt: skip
