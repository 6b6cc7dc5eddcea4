"""Types of the names and days on the command line: usual forms are understood, and what is unknown is one sentence and exit 2."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import Any

import click

from bot.analyse.group import CountryGroup, country_group
from bot.app import App, app_of, end_of, now, start_of
from bot.decide import names
from bot.decide.names import BodyPart
from bot.errors import ConfigError
from bot.render.terminal import local
from state.encode import stamp
from state.queries import history, holdings


class Name(click.ParamType[Any]):
    """Name of a kind: `read` returns what a text means, in the configuration of this call, and raises ConfigError."""

    def __init__(self, kind: str, read: Callable[[App, str], Any]):
        self.name, self.read = kind, read

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return what a text means; a value that was read already as it is."""
        assert ctx is not None
        return self.read(app_of(ctx), value) if isinstance(value, str) else value


def day(app: App, text: str) -> datetime:
    """Return the start of a day (2025-07-02), without a zone. Raises ConfigError."""
    try:
        return datetime.strptime(text.strip(), "%Y-%m-%d")  # noqa: DTZ007 (whoever uses it adds the configured zone)
    except ValueError as error:
        raise ConfigError(f"{text!r} is no day; give one such as 2025-07-30.") from error


def group(app: App, text: str) -> CountryGroup:
    """Return a group of countries, by the name of a configured or shipped watchlist, a file, or countries."""
    return country_group(text, {each.name: each for each in app.config.load_watchlists()})


MANY = 8  # records that are named as candidates


def record(app: App, text: str) -> str:
    """Return a name that one record has: of a reference in other spelling ("iso/tc352") or a part of it ("TC 352") the reference.
    Raises ConfigError with the candidates, or with the nearest names."""
    if text.strip() and history.record_id(app.db, text):
        return text
    asked, known = words(text), {name: words(name) for name in history.record_names(app.db)}
    for fits in (whole, last, anywhere):
        found = [name for name, printed in known.items() if asked and fits(asked, printed)]
        if len(found) == 1:
            return found[0]
        if found:
            more = f" and {len(found) - MANY} more" if len(found) > MANY else ""
            raise ConfigError(f"{text!r} may be {', '.join(sorted(found)[:MANY])}{more}; name one of them.")
    spelled = {" ".join(printed): name for name, printed in known.items()}
    near = [spelled[each] for each in get_close_matches(" ".join(asked), spelled)]
    hint = f"did you mean {' or '.join(near)}?" if near else "give a reference, a key or an address as `changes` prints them."
    raise ConfigError(f"No record is known by {text!r}; {hint}")


def words(text: str) -> tuple[str, ...]:
    """Return the words and numbers of a name, in small letters."""
    return tuple(re.findall(r"[^\W\d_]+|\d+", text.casefold()))


def whole(asked: Sequence[str], printed: Sequence[str]) -> bool:
    """Return True when a name is the one asked for, in whatever spelling."""
    return asked == printed


def last(asked: Sequence[str], printed: Sequence[str]) -> bool:
    """Return True when a name ends with what is asked for."""
    return asked == printed[-len(asked) :]


def anywhere(asked: Sequence[str], printed: Sequence[str]) -> bool:
    """Return True when a name holds what is asked for."""
    return any(asked == printed[at : at + len(asked)] for at in range(len(printed) - len(asked) + 1))


BODY = Name("body", lambda app, text: names.body_part(text))
COUNTRY = Name("country", lambda app, text: names.country(text))
COUNTRY_OR_NONE = Name("country", lambda app, text: "none" if text == "none" else names.country(text))
DAY = Name("date", day)
DAY_OR_COUNTRY = Name("date|country", lambda app, text: day(app, text) if text[:1].isdigit() else names.country(text))
GROUP = Name("group", group)
RECORD = Name("record", record)
ROLE = Name("role", lambda app, text: names.roles().find(text))
SOURCE = Name("source", lambda app, text: names.sources().find(text))
TOPIC = Name("topic", lambda app, text: names.topics().find(text))


def moment_asked(app: App, on: datetime | None, body: BodyPart | None = None) -> datetime:
    """Return the end of a day that was asked for, or now. Raises ConfigError for a day before anything was known, of a body or of
    all."""
    if on is None:
        return now()
    known = known_since(app, body)
    if known and end_of(on, app.zone) < known:
        of = f" of {body.name}" if body else ""
        raise ConfigError(f"Nothing is known{of} on {on:%Y-%m-%d}: the first poll was on {local(stamp(known), app.zone)[:10]}.")
    return end_of(on, app.zone)


def days_asked(app: App, since: datetime | None, until: datetime | None) -> tuple[datetime | None, datetime | None]:
    """Return the start and the end of the days that were asked for. Raises ConfigError when there are none, or all lie before the
    first poll; a first day before it is said on standard error."""
    if since and until and until < since:
        raise ConfigError(f"--until {until:%Y-%m-%d} lies before --since {since:%Y-%m-%d}.")
    last = moment_asked(app, until) if until else None
    known = known_since(app, None)
    if since and known and start_of(since, app.zone) < known:
        click.echo(f"The first poll was on {local(stamp(known), app.zone)[:10]}; nothing is known of the days before it.", err=True)
    return since and start_of(since, app.zone), last


def known_since(app: App, body: BodyPart | None) -> datetime | None:
    """Return the first accepted poll (aware UTC) of a body's sources, or of all; None before it."""
    seen = holdings.observed(app.db)
    return min((seen[source][0] for source in (body.sources() if body else seen) if source in seen), default=None)


def nobody(app: App, body: BodyPart | None) -> str:
    """Return the sentence for an empty answer: nobody is known, or nothing was polled from which it could be known."""
    if known_since(app, body):
        return "Nobody, as far as is known."
    return f"Nothing is known of {body.name if body else 'any body'}: none of its sources was polled yet."
