"""Which countries are members of a committee, from the history of attributions."""

import sqlite3
from datetime import datetime

from state.encode import stamp


def member_countries(connection: sqlite3.Connection, record: int, at: datetime) -> tuple[set[str], set[str]]:
    """The countries that are P-members and those that are O-members of a committee (its row) at a moment."""
    found: dict[str, set[str]] = {"p-member": set(), "o-member": set()}
    for row in connection.execute(
        "SELECT role, country FROM attributions WHERE record = ? AND role IN ('p-member', 'o-member') AND country IS NOT NULL"
        " AND replaced_by IS NULL AND valid_from <= ? AND (valid_to IS NULL OR valid_to > ?)",
        [record, stamp(at), stamp(at)],
    ):
        found[row["role"]].add(row["country"])
    return found["p-member"], found["o-member"]
