"""`attribute`: JSON lines of printed parties in, countries out."""

import sys

import click
import orjson

from bot.attribute import attribute_text
from bot.errors import ConfigError


@click.command()
def command() -> None:
    """Decide single strings: JSON lines {id, text, role, body} on standard input (all but text optional) → JSON lines {id, country,
    countries, organisation, rule, confidence} on standard output; `country` is the leading one or null."""
    for number, line in enumerate(sys.stdin.buffer, start=1):
        if not line.strip():
            continue
        try:
            asked = orjson.loads(line)
            answer = attribute_text(asked["text"], asked.get("role"), asked.get("body"))
        except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
            raise ConfigError(f"Line {number} of the input is no JSON object with a text.") from error
        sys.stdout.write(orjson.dumps({"id": asked.get("id"), **answer}).decode() + "\n")
