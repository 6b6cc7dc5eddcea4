"""Runs in quarantine: whole answers that are not believed without a person's word."""

from contextlib import nullcontext
from typing import Any

from bot.check import check_keys_unique
from bot.context import RunContext
from bot.errors import ConfigError
from bot.fetch.replay import archive_reader
from bot.run.pipeline import poll
from sources import all_sources
from state import records, runs
from state.archive import captures
from state.db import connection_of, write
from state.encode import moment
from state.runs import Run


def quarantined_runs(desk: RunContext) -> list[dict[str, Any]]:
    """The runs that wait for a word, oldest first."""
    rows = connection_of(desk.db).execute("SELECT * FROM runs WHERE status = 'quarantined' ORDER BY id")
    return [dict(row) for row in rows]


def accept(desk: RunContext, number: int) -> Run:
    """Take a held answer as the state of its day, whatever seemed implausible, and tell what it changes. Raises ConfigError when
    there is no such held run, its source is configured no more, or a later poll was accepted since."""
    row = one(desk, number)
    source = all_sources().get(row["source"])
    if source is None:
        raise ConfigError(f"There is no source {row['source']!r} any more; drop run {number}: standards-watch held drop {number}.")
    observed_at = moment(row["observed_at"])
    accepted = records.accepted(desk.db, source.name)
    if accepted and moment(accepted["accepted_at"]) > observed_at:
        raise ConfigError(
            f"A later poll of {source.name} was accepted since; drop run {number}: standards-watch held drop {number}."
        )
    get = archive_reader(source, desk.data, captures.captures_of(desk.db, number))
    run = poll(
        desk, source, lambda run: nullcontext(get), observed_at, "held", check_keys_unique, get.redirects.start_names(get.pages)
    )
    if run.good:
        runs.forget(desk.db, number)
    return run


def drop(desk: RunContext, number: int) -> None:
    """Set a held run aside: it failed. Raises ConfigError when there is no such held run."""
    row = one(desk, number)
    with write(desk.db) as connection:
        connection.execute(
            "UPDATE runs SET status = 'failed', error = ? WHERE id = ?", [f"{row['error']}; dropped by hand", row["id"]]
        )


def one(desk: RunContext, number: int) -> dict[str, Any]:
    """A held run by its number. Raises ConfigError when there is none."""
    found = [row for row in quarantined_runs(desk) if row["id"] == number]
    if not found:
        raise ConfigError(f"Run {number} is not held; `standards-watch held` lists those that are.")
    return found[0]
