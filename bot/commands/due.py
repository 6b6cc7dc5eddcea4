"""`due`: dates to act on, soonest first."""

from datetime import datetime
from typing import Any

import click

from bot.analyse.due import DatedItem, dated_items
from bot.analyse.group import CountryGroup
from bot.app import app_of
from bot.commands.names import GROUP, moment_asked
from bot.commands.output import day_option, json_option, print_json_lines, print_sources, print_table, topic_option
from bot.decide.participation import NOT_PUBLISHED
from bot.wording import country_name, shortened


@click.command()
@click.option(
    "--country",
    "--we",
    "we",
    default="eu",
    show_default=True,
    type=GROUP,
    help="Who of us is there: a watchlist, its file, or countries: DE,FR,NL.",
)
@click.option("--days", default=90, show_default=True, type=click.IntRange(0, 3650), help="How many days ahead.")
@day_option("--on", "Counted from this day (default: today).")
@topic_option
@click.option("--absent", is_flag=True, help="Only where none of us takes part.")
@json_option
@click.pass_context
def due_command(
    ctx: click.Context, we: CountryGroup, days: int, on: datetime | None, topic: frozenset[str] | None, absent: bool, json: bool
) -> None:
    """List ballots, consultations, last calls and planned approvals ahead, soonest first: what is asked, who leads, who of us is
    there, and how sure the date is."""
    app = app_of(ctx)
    moment = moment_asked(app, on)
    found = dated_items(app.db, we, moment, days, topic, absent)
    if json:
        print_json_lines(map(as_row, found))
        return
    print_table(
        ["date", "how sure", "reference", "title", "what", "led by", "who of us takes part"],
        [
            [i.due.day, "estimated" if i.due.estimated else "printed", i.fact.reference, shortened(i.fact.title, 60), i.due.text,
             f"{i.leader.organisation} ({country_name(i.leader.country)})" if i.leader else "unknown",
             i.participation.text if i.participation else NOT_PUBLISHED]
            for i in found
        ],
        f"No date in the next {days} days is known.",
    )  # fmt: skip
    print_sources(app, moment, (item.fact.source for item in found))


def as_row(item: DatedItem) -> dict[str, Any]:
    """Return an item as a row for JSON."""
    fact, due, leader, members = item.fact, item.due, item.leader, item.participation
    return {
        "date": due.day, "estimated": due.estimated, "rule": due.rule, "what": due.text, "source": fact.source, "record": fact.key,
        "reference": fact.reference, "title": fact.title, "url": fact.url, "body": fact.body,
        "country": leader.country if leader else None, "role": leader.role if leader else None,
        "party": leader.party if leader else None, "topics": [topic.tag for topic in item.topics],
        "present": list(members.takes_part) if members else [], "observes": list(members.observes) if members else [],
        "absent": list(members.absent) if members else [], "participation_known": members is not None,
    }  # fmt: skip
