"""How many records a source has and how well their fields are filled, one value a day: slow drift shows only over weeks."""

from datetime import date, timedelta

from sqlite_utils import Database

from state.db import connection_of, write

KEPT = timedelta(days=400)
# a list counts as filled when it has a member
SHARES = (
    "SELECT f.key AS name, CAST(sum(f.value IS NOT NULL AND f.value NOT IN ('', '[]')) AS REAL) / :n AS value"
    " FROM tracked t, json_each(t.fields) f WHERE t.source = :source AND t.removed_at IS NULL GROUP BY f.key"
)


def measure(db: Database, source: str, day: date) -> None:
    """Write the measures of a source for a day (UTC); the last of a day stays."""
    connection = connection_of(db)
    count = connection.execute("SELECT count(*) FROM tracked WHERE source = ? AND removed_at IS NULL", [source]).fetchone()[0]
    if not count:
        return
    shares = connection.execute(SHARES, {"n": count, "source": source}).fetchall()
    values = [("records", float(count)), *((row["name"], row["value"]) for row in shares)]
    with write(db) as writing:
        writing.executemany(
            "INSERT INTO measures (source, day, name, value) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (source, day, name) DO UPDATE SET value = excluded.value",
            [[source, day.isoformat(), name, value] for name, value in values],
        )
        writing.execute("DELETE FROM measures WHERE day < ?", [(day - KEPT).isoformat()])


def series(db: Database, source: str, since: date, recent: date) -> dict[str, list[tuple[date, float]]]:
    """The measures of a source by name, oldest first: those of the first three days from `since` on, and all after `recent`. What
    lies between says nothing of a drift and would cost most of the time, for this is asked every minute."""
    found: dict[str, list[tuple[date, float]]] = {}
    rows = connection_of(db).execute(
        "WITH early(last) AS (SELECT max(day) FROM"
        " (SELECT DISTINCT day FROM measures WHERE source = :source AND day >= :since ORDER BY day LIMIT 3))"
        " SELECT name, day, value FROM early, measures WHERE source = :source AND day BETWEEN :since AND last UNION ALL"
        " SELECT name, day, value FROM early, measures WHERE source = :source AND day > max(last, :recent) ORDER BY day",
        {"source": source, "since": since.isoformat(), "recent": recent.isoformat()},
    )
    for row in rows:
        found.setdefault(row["name"], []).append((date.fromisoformat(row["day"]), row["value"]))
    return found
