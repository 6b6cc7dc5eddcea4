"""Trust: a person has looked at what a source in shadow mode reads, and says that it may speak."""

from datetime import UTC, datetime

from sqlite_utils import Database

from state.db import connection_of, write
from state.encode import stamp


def trust(db: Database, source: str) -> None:
    """Let a source speak from now on."""
    with write(db) as connection:
        connection.execute(
            "INSERT INTO trusted (source, trusted_at) VALUES (?, ?) ON CONFLICT (source) DO NOTHING",
            [source, stamp(datetime.now(UTC))],
        )


def distrust(db: Database, source: str) -> None:
    """Send a source back into the shadow."""
    with write(db) as connection:
        connection.execute("DELETE FROM trusted WHERE source = ?", [source])


def trusted_since(db: Database, source: str) -> str | None:
    """Since when a source is trusted (a stamp), or None."""
    row = connection_of(db).execute("SELECT trusted_at FROM trusted WHERE source = ?", [source]).fetchone()
    return str(row["trusted_at"]) if row else None
