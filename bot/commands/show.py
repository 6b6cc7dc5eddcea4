"""`show`: history, attributions and evidence of one record."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, tzinfo
from typing import Any

import click
from rich.console import Console

from bot.analyse.freshness import since_text
from bot.app import app_of, now
from bot.commands.names import RECORD
from bot.commands.output import json_option, print_json_lines
from bot.decide.participation import participation_for
from bot.decide.record_topics import Topic, TopicFinder
from bot.render.terminal import change_text, local, markup, print_notices
from bot.wording import country_name, role_name
from sources.iso import stages
from state.db import connection_of
from state.queries import history, holdings
from state.records import record_by_id


@click.command()
@click.argument("name", type=RECORD, metavar="RECORD")
@json_option
@click.pass_context
def show_command(ctx: click.Context, name: str, json: bool) -> None:
    """Show one RECORD (reference, key or address): its facts and history, who led it, and the evidence."""
    app = app_of(ctx)
    found = history.record(app.db, name)
    assert found is not None  # the type of the argument found it
    connection = connection_of(app.db)
    topics = TopicFinder(connection).of_record(found["source"], found["body"], record_by_id(connection, found["id"]))
    watchlists = app.config.load_watchlists()
    present = participation_for(app.db, found["id"], watchlists[0].engagement if watchlists else "eea", now())
    if json:
        print_json_lines(
            [
                {
                    **found,
                    "topics": [topic._asdict() for topic in topics],
                    "presence": present and {"committee": present[0], **asdict(present[1])},
                }
            ]
        )
        return
    line = f"in {present[0]}, {present[1].text}" if present else ""
    first = holdings.observed(app.db).get(found["source"], (None,))[0]
    print_record(Console(highlight=False, soft_wrap=True), found, app.zone, first, line, topics)
    print_notices([found["source"]])


def print_record(
    console: Console, found: dict[str, Any], zone: tzinfo, first: datetime | None, presence: str, topics: Iterable[Topic]
) -> None:
    """Print a record: facts, topics, leaders now and before, participation, changes, alerts, mentions. `first`: the first poll."""
    console.print(f"[bold]{markup(found['reference'])}[/] {markup(found['title'])}")
    gone = f" · removed {local(found['removed_at'], zone)}" if found["removed_at"] else ""
    facts = [f"{found['body']} {found['kind']}", found["status"] or stage_of(found), found["url"]]
    console.print(" · ".join(markup(fact) for fact in facts if fact))
    console.print(f"first seen {local(found['first_seen'], zone)} · last seen {local(found['last_seen'], zone)}{gone}")
    for topic in topics:
        console.print(f"topic {topic.tag}: {markup(topic.reason)}")
    console.print("\n[bold]Who leads it[/]")
    for a in found["attributions"]:
        if a["verdict"] == "leads":
            print_attribution(console, a, zone, first)
    members = [a for a in found["attributions"] if a["verdict"] != "leads" and a["valid_to"] is None]
    for role in sorted({a["role"] for a in members}):
        parties = ", ".join(sorted(a["party"] for a in members if a["role"] == role))
        console.print(f"\n[bold]{role_name(role)}s[/] {markup_long(parties)}")
    if presence:
        console.print(f"\n[bold]Who takes part[/] {markup(presence)}")
    console.print("\n[bold]What changed[/]")
    for change in found["changes"]:
        whole = {"reference": found["reference"], "title": "", **change}
        console.print(f"  {local(change['observed_at'], zone)}  {change_text(whole)}")
    if not found["changes"]:
        console.print("  nothing since it was first seen")
    print_alerts(console, "What was alerted", found["alerts"], zone)
    print_alerts(console, "To read", found["mentions"], zone)


def print_alerts(console: Console, heading: str, alerts: list[dict[str, Any]], zone: tzinfo) -> None:
    """Print alerts, or mentions, below a heading; nothing when there are none."""
    if alerts:
        console.print(f"\n[bold]{heading}[/]")
    for alert in alerts:
        console.print(
            f"  {local(alert['observed_at'], zone)}  {alert['watchlist']} ({alert['status']}): {markup(alert['headline'])}"
        )


def stage_of(found: dict[str, Any]) -> str:
    """Return the stage of a deliverable in words, if it has one."""
    code = found["fields"].get("stage")
    return f"{stages.words(code)} ({code})" if code else ""


def print_attribution(console: Console, a: dict[str, Any], zone: tzinfo, first: datetime | None) -> None:
    """Print an attribution: holder, period, rule, printed text and the place of the capture in the archive."""
    since = since_text(datetime.fromisoformat(a["valid_from"]), first, zone)
    until = f", until {local(a['valid_to'], zone)[:10]}" if a["valid_to"] else ""
    who = f"{markup(a['party'])} ({country_name(a['country'])})"
    console.print(f"  [bold]{role_name(a['role'])}[/]: {who}, since {since}{until}")
    console.print(f"    rule {a['rule']}, confidence {a['confidence']:.2f}; {a['evidence_field']}: “{markup(a['evidence_text'])}”")
    console.print(f"    {markup(a['evidence_url'])}")
    if a["file"]:
        console.print(f"    captured {local(a['fetched_at'], zone)} in {markup(a['file'])} at byte {a['offset']}")
    elif a["erased"]:
        console.print(f"    captured {local(a['fetched_at'], zone)}; evidence erased")


def markup_long(text: str) -> str:
    """Return a long list of names with each name made harmless."""
    return ", ".join(markup(part) for part in text.split(", "))
