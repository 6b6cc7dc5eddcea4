"""Quarantined runs: complete but implausible results that wait for a person."""

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


def quarantined_runs(context: RunContext) -> list[dict[str, Any]]:
    """Return the quarantined runs, oldest first."""
    rows = connection_of(context.db).execute("SELECT * FROM runs WHERE status = 'quarantined' ORDER BY id")
    return [dict(run) for run in rows]


def accept(context: RunContext, number: int) -> Run:
    """Accept a quarantined run as the state of its day, without plausibility checks, and alert about its changes. Raises
    ConfigError when there is no such run, its source no longer exists, or a later poll was accepted since."""
    row = quarantined_run(context, number)
    source = all_sources().get(row["source"])
    if source is None:
        raise ConfigError(f"There is no source {row['source']!r} any more; drop run {number}: standards-watch held drop {number}.")
    observed_at = moment(row["observed_at"])
    accepted = records.accepted(context.db, source.name)
    if accepted and moment(accepted["accepted_at"]) > observed_at:
        raise ConfigError(
            f"A later poll of {source.name} was accepted since; drop run {number}: standards-watch held drop {number}."
        )
    get = archive_reader(source, context.data, captures.captures_of(context.db, number))
    run = poll(
        context, source, lambda run: nullcontext(get), observed_at, "held", check_keys_unique, get.redirects.start_names(get.pages)
    )
    if run.good:
        runs.delete(context.db, number)
    return run


def drop(context: RunContext, number: int) -> None:
    """Drop a quarantined run: it counts as failed. Raises ConfigError when there is no such run."""
    row = quarantined_run(context, number)
    with write(context.db) as connection:
        connection.execute(
            "UPDATE runs SET status = 'failed', error = ? WHERE id = ?", [f"{row['error']}; dropped by hand", row["id"]]
        )


def quarantined_run(context: RunContext, number: int) -> dict[str, Any]:
    """Return a quarantined run by id. Raises ConfigError when there is none."""
    found = [run for run in quarantined_runs(context) if run["id"] == number]
    if not found:
        raise ConfigError(f"Run {number} is not held; `standards-watch held` lists those that are.")
    return found[0]
