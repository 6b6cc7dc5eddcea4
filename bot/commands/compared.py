"""What `leaders --compare` shows: two days or two countries beside each other."""

from datetime import datetime

from bot.analyse import compare
from bot.app import Setting, end_of
from bot.commands.output import lines, table
from bot.errors import ConfigError
from state.queries import history


def show_compared(
    here: Setting, rows: list[history.Row], moment: datetime, country: str | None, chosen: tuple[str | None, str | None],
    with_: str, json: bool,
) -> None:  # fmt: skip
    """What another day gained and lost, or how another country stands. Raises ConfigError."""
    if len(with_) == 2 and with_.isalpha():
        if country is None:
            raise ConfigError("To compare two countries, name the first with --country.")
        other = with_.upper()
        told = list(compare.countries(country, rows, other, history.leaders(here.db, moment, other, *chosen)))
        columns = ["body", "role", "count", "other_count", "lead"]
        heads = ["body", "role", country, other, f"lead of {country}"]
    else:
        later = end_of(as_day(with_), here.zone)
        told = list(compare.dates(rows, history.leaders(here.db, later, country, *chosen)))
        columns = heads = ["compared", "country", "role", "reference", "title", "party"]
    if json:
        lines(told)
    else:
        table(heads, [[row[name] if row[name] is not None else "?" for name in columns] for row in told], "Nothing differs.")


def as_day(text: str) -> datetime:
    """A day as it is typed. Raises ConfigError."""
    try:
        return datetime.strptime(text, "%Y-%m-%d")  # noqa: DTZ007 (the configured zone is put in by whoever asks)
    except ValueError as error:
        raise ConfigError(f"{text!r} is neither a day like 2025-07-30 nor a country code of two letters.") from error
