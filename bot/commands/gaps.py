"""`gaps`: where they lead and our members are absent, with the next date to act."""

from datetime import datetime
from typing import Any

import click

from bot.analyse.gaps import Gap
from bot.analyse.group import country_group
from bot.analyse.snapshot import Snapshot
from bot.app import app_of, end_of, now
from bot.commands.output import as_json, day, lines, table


@click.command()
@click.argument("names", metavar="[RECORD]...", nargs=-1)
@click.option("--we", default="eu", show_default=True, metavar="GROUP", help="A watchlist's name or file, or codes: DE,FR,NL.")
@click.option("--they", default="china", show_default=True, metavar="GROUP", help="The same for those who lead.")
@day("--on", "As of the end of this day (default: now).")
@click.option("--days", default=60, show_default=True, type=click.IntRange(0, 3650), help="How far ahead a date counts as near.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1), help="How many of the list for people.")
@as_json
@click.pass_context
def gaps_command(
    ctx: click.Context, names: tuple[str, ...], we: str, they: str, on: datetime | None, days: int, limit: int, json: bool
) -> None:
    """Items that they lead, or the RECORDs named (reference or key) whoever leads them, ranked by topic, next date
    and our absence, with the reasons. The weights are in bot/analyse/gaps.toml."""
    here = app_of(ctx)
    survey = Snapshot(
        here.db, country_group(we), country_group(they), end_of(on, here.zone) if on else now(), days, frozenset(names)
    )
    if json:
        lines(map(as_row, survey.gaps))
        return
    table(
        ["score", "reference", "title", "next date", "absent", "why"],
        [
            [g.score, g.fact.reference, g.fact.title, g.due.day if g.due else "", len(g.stand.absent) if g.stand.known else "?",
             "; ".join(g.reasons)]
            for g in survey.gaps[:limit]
        ],
        "They lead nothing that is known.",
    )  # fmt: skip


def as_row(gap: Gap) -> dict[str, Any]:
    """A gap as a row for JSON."""
    return {
        "score": gap.score, "source": gap.fact.source, "body": gap.fact.body, "kind": gap.fact.kind, "record": gap.fact.key,
        "reference": gap.fact.reference, "title": gap.fact.title, "url": gap.fact.url,
        "leads": list(gap.stand.leads), "takes_part": list(gap.stand.takes_part), "observes": list(gap.stand.observes),
        "absent": list(gap.stand.absent), "members_known": gap.stand.known,
        "due": gap.due.day if gap.due else None, "due_estimated": gap.due.estimated if gap.due else None,
        "topics": [tag for tag, _ in gap.topics], "reasons": list(gap.reasons),
    }  # fmt: skip
