"""`topic`: topics of a record with their reasons, and what people set or took away."""

import sqlite3
from collections.abc import Iterator
from typing import Any

import click

from bot.app import App, app_of
from bot.commands.output import json_option, print_json_lines, print_table
from bot.decide.record_topics import Topic, TopicFinder
from bot.decide.topics import load_topics, tags_named
from bot.errors import ConfigError
from state import corrections
from state.db import connection_of, write
from state.encode import record_of
from state.queries.committees import records_for_topics
from state.queries.history import record

COLUMNS = ("reference", "title", "topic", "reason")


@click.group()
def topic_command() -> None:
    """List the topics of a record with the reasons, add one, take one away."""


@topic_command.command("list")
@click.argument("name", metavar="[RECORD]", required=False)
@click.option("--topic", metavar="TOPIC", help="Committees with this topic, or with one of this group of topics.")
@json_option
@click.pass_context
def list_topics(ctx: click.Context, name: str | None, topic: str | None, json: bool) -> None:
    """List the topics of RECORD, the committees of a TOPIC, or what people set."""
    app = app_of(ctx)
    tags = tags_named([topic]) if topic else None
    rows = list(as_rows(app, name, tags))
    if json:
        print_json_lines(rows)
        return
    print_table(COLUMNS, [[row[column] for column in COLUMNS] for row in rows], "No topic is known.")


def as_rows(app: App, name: str | None, tags: frozenset[str] | None) -> Iterator[dict[str, Any]]:
    """Yield a row for JSON for each topic of the records asked for."""
    connection = connection_of(app.db)
    finder = TopicFinder(connection)
    for row in records_for_topics(connection, id_of(app, name) if name else None, committees=tags is not None):
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
@click.argument("name", metavar="RECORD")
@click.argument("tag", metavar="TOPIC")
@click.pass_context
def add(ctx: click.Context, name: str, tag: str) -> None:
    """Give RECORD the TOPIC. What a committee has, its documents have, too."""
    set_tag(app_of(ctx), name, tag, True)


@topic_command.command()
@click.argument("name", metavar="RECORD")
@click.argument("tag", metavar="TOPIC")
@click.pass_context
def remove(ctx: click.Context, name: str, tag: str) -> None:
    """Take the TOPIC away from RECORD, whatever shows it."""
    set_tag(app_of(ctx), name, tag, False)


def set_tag(app: App, name: str, tag: str, wanted: bool) -> None:
    """Store what a person says of a topic of a record. Raises ConfigError when either is unknown."""
    if tag not in tags_named([tag]):
        raise ConfigError(f"{tag!r} is a group of topics; give one of: {', '.join(sorted(tags_named([tag])))}.")
    number = id_of(app, name)
    with write(app.db) as connection:
        corrections.set_tag(connection, number, tag, wanted)
    click.echo(f"{name} {'has' if wanted else 'no longer has'} the topic {tag}.", err=True)


def id_of(app: App, name: str) -> int:
    """Return the id of a record by reference, key or address. Raises ConfigError when there is none."""
    found = record(app.existing(), name)
    if found is None:
        raise ConfigError(f"No record is known by {name!r}; give a reference, a key or an address as `changes` prints them.")
    return int(found["id"])
