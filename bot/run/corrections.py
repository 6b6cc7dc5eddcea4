"""Apply what people said of a record, and take it back."""

import sqlite3

from bot.errors import ConfigError
from bot.run.attribution import judge_of
from bot.run.pipeline import Desk
from sources import all_sources
from state import corrections, records
from state.db import write
from state.encode import moment
from state.queries import history
from state.rewrite import open_rows, rejudge


def correct(desk: Desk, name: str, role: str, party: str, country: str | None, because: str) -> tuple[int, int]:
    """Keep a correction and apply it now; returns its number and how many attributions changed. Raises ConfigError when no
    record, or nobody in that role, goes by the name."""
    found = history.record(desk.db, name)
    if found is None:
        raise ConfigError(f"No record is known by {name!r}; give a reference, a key or an address as `changes` prints them.")
    with write(desk.db) as connection:
        number = corrections.add(connection, found["id"], role, party, country, because)
        said = corrections.in_force(connection, [found["id"]])[found["id"]][-1]
        if not any(said.concerns(a) for _, a in open_rows(connection, found["id"])):
            raise ConfigError(f"Nobody named {party!r} holds the role {role!r} in {name}; `show` prints who holds which.")
        return number, again(desk, connection, found["id"])


def undo(desk: Desk, number: int) -> int:
    """Take a correction back; returns how many attributions changed. Raises ConfigError when it is not in force."""
    with write(desk.db) as connection:
        record = corrections.undo(connection, number)
        if record is None:
            raise ConfigError(f"There is no correction {number} in force; `corrections` lists them.")
        return again(desk, connection, record)


def again(desk: Desk, connection: sqlite3.Connection, record: int) -> int:
    """Judge one record anew, with the corrections in force. Raises ConfigError when its source is configured no more."""
    row = connection.execute(
        "SELECT t.source, s.accepted_at FROM tracked t JOIN sources s ON s.name = t.source WHERE t.id = ?", [record]
    ).fetchone()
    source = all_sources().get(row["source"])
    if source is None:
        raise ConfigError(f"There is no source {row['source']!r} any more; its records stay as they are.")
    judge = judge_of(connection, desk.attributor, source, moment(row["accepted_at"]))
    judged = judge(records.tracked(connection, record), record)
    return rejudge(connection, record, judged, desk.attributor.version, row["accepted_at"])
