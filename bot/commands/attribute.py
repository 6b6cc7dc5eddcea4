"""`attribute`: JSON Lines of printed parties, or of sentences, in; countries, or claims, out."""

import sys
from collections.abc import Callable
from functools import cache
from typing import Any

import click
import orjson

from bot.attribute import attribute_text, load_attributor
from bot.errors import ConfigError

Answer = Callable[[str, str | None], dict[str, Any]]


@click.command()
@click.pass_context
def attribute_command(ctx: click.Context) -> None:
    """Attribute single strings: JSON Lines {id, text, role, body} on standard input (all but text optional) → JSON Lines {id,
    country,     countries, organisation, rule, confidence} on standard output; `country` is the leading one or null. For a
    sentence: {id,     sentence, body} → {id, claims: [{role, party, country, confidence, tells}], mention}; `tells` says that
    the claim would be     alerted, `mention` that a watchlist would keep the sentence for people to read."""
    for number, line in enumerate(sys.stdin.buffer, start=1):
        if not line.strip():
            continue
        try:
            asked = orjson.loads(line)
            name, sentence, body = asked.get("id"), asked.get("sentence"), asked.get("body")
            if isinstance(sentence, str):
                answer = reader(ctx)(sentence, body)
            else:
                answer = attribute_text(asked["text"], asked.get("role"), body)
        except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
            raise ConfigError(f"Line {number} of the input is no JSON object with a text or a sentence.") from error
        sys.stdout.write(orjson.dumps({"id": name, **answer}).decode() + "\n")


@cache
def reader(ctx: click.Context) -> Answer:
    """Return the function that judges a sentence of a body, for the configured watchlists."""
    from bot.app import app_of  # imported here: it takes a second, and only sentences need it
    from bot.run.alerting import explain_sentence

    watchlists = app_of(ctx).config.load_watchlists()
    return lambda sentence, body: explain_sentence(sentence, body, load_attributor(), watchlists)
