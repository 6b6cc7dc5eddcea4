"""What a poll asks of the database is answered by indexes: its time grows with what changed, not with the years."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.context import RunContext
from state.db import connection_of
from tests.worlds.committee_list import AFNOR, SAC, committees, row
from tests.worlds.iso import deliverable, poll_committees, poll_deliverables

HISTORIES = (
    "past", "changes", "captures", "owners", "standings", "judgements", "addresses", "alerts", "deliveries", "runs", "measures",
    "notices", "ops",
)  # fmt: skip

ROLE_OF_A_COMMITTEE = "a.role = 'secretariat'"
NEW_RULES = ("SELECT * FROM judgements ORDER BY", "SELECT DISTINCT role FROM judgements")  # all are judged again, once
IN_VIEWS = {"o": "owners", "s": "standings", "j": "judgements", "u": "addresses"}  # what the view of attributions calls them


@contextmanager
def asked(connection: sqlite3.Connection) -> Iterator[list[str]]:
    """The statements that are run meanwhile."""
    statements: list[str] = []
    connection.set_trace_callback(statements.append)
    yield statements
    connection.set_trace_callback(None)


def scans(connection: sqlite3.Connection, statement: str) -> list[str]:
    """What a statement reads from end to end of the tables that only grow."""
    plan = [step[3] for step in connection.execute(f"EXPLAIN QUERY PLAN {statement}")]
    names = IN_VIEWS | aliases(statement)
    found = [names.get(match[1], match[1]) for step in plan if (match := re.match(r"SCAN (\w+)", step))]
    ruled_out = {"owners"} if ROLE_OF_A_COMMITTEE in statement else set()  # that part of the view is not run
    if statement.startswith(NEW_RULES):
        ruled_out.add("judgements")
    return [table for table in found if table in HISTORIES and table not in ruled_out]


def aliases(statement: str) -> dict[str, str]:
    """What the tables of a statement are called in it."""
    return {short: table for table, short in re.findall(r"\b(?:FROM|JOIN)\s+(\w+)\s+(?:AS\s+)?(\w+)", statement)}


@pytest.mark.parametrize("kind", ["a first load", "an unchanged poll", "a weekly change"])
def test_no_statement_of_a_poll_reads_a_history_from_end_to_end(desk: RunContext, kind: str) -> None:
    changed = kind == "a weekly change"
    unknown = [{**row(n, AFNOR), "secretariat": {"id": 5000 + n, "acronym": f"NB{n}"}} for n in range(800, 840)]
    first = [*committees(), *(unknown if kind == "a first load" else [])]
    connection = connection_of(desk.db)
    with asked(connection) as statements:
        poll_committees(desk, first, 1)
        poll_deliverables(desk, [deliverable(n) for n in range(1, 40)], 1)
    if kind != "a first load":
        with asked(connection) as statements:
            week = committees(changed={10: row(10, SAC if changed else AFNOR, [AFNOR])}) if changed else committees()
            poll_committees(desk, week, 2)
            poll_deliverables(desk, [deliverable(n, stage=4020 if changed and n < 9 else 3000) for n in range(1, 40)], 2)
    assert len(statements) > 20
    reading = {each for each in statements if each.startswith(("SELECT", "UPDATE", "DELETE", "INSERT", "WITH"))}
    assert {statement[:300]: found for statement in reading if (found := scans(connection, statement))} == {}
    found = [each for each in reading if each.startswith("SELECT id FROM judgements")]
    assert bool(found) is (kind == "a first load")
    for each in found:
        (step,) = connection.execute(f"EXPLAIN QUERY PLAN {each}").fetchall()
        assert (
            "judgements_of (evidence_text=? AND role=? AND party=?)" in step[3]
        )  # not by country, or role, of which there are few
