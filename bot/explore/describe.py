"""What Datasette is told of the database: tables, columns, facets, search, queries, notices. Pure."""

import tomllib
from importlib.resources import files
from typing import Any

from bot.explore.queries import queries
from sources import all_sources

SEARCHED = {"fts_table": "titles", "fts_pk": "id"}
LABELS = {"tracked": "reference", "alerts": "headline"}


def metadata(database: str) -> dict[str, Any]:
    """The metadata of the explorer for the database of a name."""
    notices = dict.fromkeys(source.attribution for source in all_sources().values() if source.attribution)
    return {
        "title": "standards-watch",
        "description": " ".join(notices),
        "extra_css_urls": ["/-/explorer/explorer.css"],
        "extra_js_urls": ["/-/explorer/explorer.js"],
        "databases": {database: {"description": "Read only.", "tables": tables(), "queries": queries()}},
    }


def tables() -> dict[str, Any]:
    """Table → description, columns, facets, sort order and search."""
    described = tomllib.loads(files("bot").joinpath("explore", "tables.toml").read_text(encoding="utf-8"))
    return {name: table(name, each) for name, each in described.items()}


def table(name: str, told: dict[str, Any]) -> dict[str, Any]:
    """One table as Datasette wants it."""
    order: dict[str, Any] = {key: told[key] for key in ("sort", "sort_desc") if key in told}
    search: dict[str, Any] = SEARCHED if name in ("records", "tracked") else {}
    label = {"label_column": LABELS[name]} if name in LABELS else {}
    described = {"description": told["text"], "columns": told.get("columns", {}), "facets": told.get("facets", [])}
    return {**{key: value for key, value in described.items() if value}, **order, **search, **label}
