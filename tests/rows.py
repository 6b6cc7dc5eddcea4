"""Rows of the public views of the database: what tests look at instead of the tables behind them."""

from contextlib import closing
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from state.db import open_readonly

VIEWS = ("records", "versions", "changes", "attributions", "alerts", "deliveries", "runs", "captures")


def rows(of: Database | Path, views: str, where: str = "1", *values: object) -> list[dict[str, Any]]:
    """Return rows of a public view, or of some joined, in the order of the first two columns. Of a database file, too."""
    if isinstance(of, Path):
        with closing(open_readonly(of)) as db:
            return rows(db, views, where, *values)
    found = of.execute(f"SELECT * FROM {views} WHERE {where} ORDER BY 1, 2", values)
    return [{name: row[name] for name in row.keys()} for row in found]  # noqa: SIM118 (of two columns of one name the first)


def columns(of: Database | Path, views: str, names: str, where: str = "1", *values: object) -> list[Any]:
    """Return some columns of such rows ("event, severity") as tuples; one column as plain values."""
    wanted = names.split(", ")
    picked = [tuple(row[name] for name in wanted) for row in rows(of, views, where, *values)]
    return picked if len(wanted) > 1 else [value for (value,) in picked]
