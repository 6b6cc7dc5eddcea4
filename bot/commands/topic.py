"""`topic`: topics of a record with their reasons, and what people set or took away."""

import sqlite3
from collections.abc import Iterator
from typing import Any

import click

from bot.app import App, app_of
from bot.commands.names import RECORD, TAG, TOPIC
from bot.commands.output import json_option, print_json_lines, print_table
from bot.decide.record_topics import Topic, TopicFinder
from bot.decide.topics import load_topics
from state import corrections
from state.db import connection_of, write
from state.encode import record_of
from state.queries.committees import records_for_topics
from state.queries.history import record_id

COLUMNS = ("reference", "title", "topic", "reason")


@click.group()
def topic_command() -> None:
    """List the topics of a record with the reasons, add one, take one away."""


@topic_command.command("list")
@click.argument("name", type=RECORD, metavar="[RECORD]", required=False)
@click.option("--topic", "tags", type=TOPIC, help="Committees with this topic, or with one of this group of topics.")
@json_option
@click.pass_context
def list_topics(ctx: click.Context, name: str | None, tags: frozenset[str] | None, json: bool) -> None:
    """List the topics of RECORD, the committees of a TOPIC, or what people set."""
    rows = list(as_rows(app_of(ctx), name, tags))
    if json:
        print_json_lines(rows)
        return
    print_table(COLUMNS, [[row[column] for column in COLUMNS] for row in rows], "No topic is known.")


def as_rows(app: App, name: str | None, tags: frozenset[str] | None) -> Iterator[dict[str, Any]]:
    """Yield a row for JSON for each topic of the records asked for."""
    connection = connection_of(app.db)
    finder = TopicFinder(connection)
    for row in records_for_topics(connection, record_id(app.db, name) if name else None, committees=tags is not None):
        for topic in finder.of_record(row["source"], row["body"], record_of(row)):
            if (tags is None or topic.tag in tags) and (name or tags or topic.signal == "person"):
                yield as_row(row, topic)


def as_row(row: sqlite3.Row, topic: Topic) -> dict[str, Any]:
    """Return a topic of a record as a row for JSON."""
    return {
        "source": row["source"], "record": row["key"], "body": row["body"], "kind": row["kind"], "reference": row["reference"],
        "title": row["title"], "topic": topic.tag, "groups": list(load_topics().groups[topic.tag]), "signal": topic.signal,
        "reason": topic.reason,
    }  # fmt: skip


@topic_command.command()
@click.argument("name", type=RECORD, metavar="RECORD")
@click.argument("tag", type=TAG, metavar="TOPIC")
@click.pass_context
def add(ctx: click.Context, name: str, tag: str) -> None:
    """Give RECORD the TOPIC. What a committee has, its documents have, too."""
    set_tag(app_of(ctx), name, tag, True)


@topic_command.command()
@click.argument("name", type=RECORD, metavar="RECORD")
@click.argument("tag", type=TAG, metavar="TOPIC")
@click.pass_context
def remove(ctx: click.Context, name: str, tag: str) -> None:
    """Take the TOPIC away from RECORD, whatever shows it."""
    set_tag(app_of(ctx), name, tag, False)


def set_tag(app: App, name: str, tag: str, wanted: bool) -> None:
    """Store what a person says of a topic of a record."""
    number = record_id(app.db, name)
    assert number is not None  # the type of the argument found it
    with write(app.db) as connection:
        corrections.set_tag(connection, number, tag, wanted)
    click.echo(f"{name} {'has' if wanted else 'no longer has'} the topic {tag}.", err=True)
