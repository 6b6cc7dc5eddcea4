"""How many requests were made for each source on each day."""

from datetime import date

from sqlite_utils import Database

from state.db import write


def spend(db: Database, source: str, day: date, limit: int) -> bool:
    """Count one more request of a source on a UTC day; False, and nothing counted, when its budget is used up."""
    with write(db) as connection:
        cursor = connection.execute(
            "INSERT INTO budgets (source, day, requests) SELECT ?, ?, 1 WHERE ? > 0"
            " ON CONFLICT (source, day) DO UPDATE SET requests = requests + 1 WHERE requests < ?",
            [source, day.isoformat(), limit, limit],
        )
        return cursor.rowcount > 0
