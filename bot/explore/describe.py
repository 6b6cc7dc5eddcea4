"""Metadata for Datasette: tables, columns, facets, notices and canned queries, in which an empty parameter means all. Pure."""

import tomllib
from importlib.resources import files
from typing import Any

from bot.analyse.group import country_group
from sources import all_sources
from state.model import OWNED

SEARCHED = {"fts_table": "titles", "fts_pk": "id"}
LABELS = {"tracked": "reference", "alerts": "headline"}


def metadata(database: str) -> dict[str, Any]:
    """Return the explorer's metadata for a database name."""
    notices = dict.fromkeys(source.terms.attribution for source in all_sources().values() if source.terms.attribution)
    return {
        "title": "standards-watch",
        "description": " ".join(notices),
        "extra_css_urls": ["/-/explorer/explorer.css"],
        "extra_js_urls": ["/-/explorer/explorer.js"],
        "databases": {database: {"description": "Read only.", "tables": tables(), "queries": queries()}},
    }


def tables() -> dict[str, Any]:
    """Return by table: description, columns, facets, sort order and search."""
    described = tomllib.loads(files("bot").joinpath("explore", "tables.toml").read_text(encoding="utf-8"))
    return {name: table_metadata(name, each) for name, each in described.items()}


def table_metadata(name: str, told: dict[str, Any]) -> dict[str, Any]:
    """Return one table's metadata in Datasette's form."""
    order: dict[str, Any] = {key: told[key] for key in ("sort", "sort_desc") if key in told}
    search: dict[str, Any] = SEARCHED if name in ("records", "tracked") else {}
    label = {"label_column": LABELS[name]} if name in LABELS else {}
    described = {"description": told["text"], "columns": told.get("columns", {}), "facets": told.get("facets", [])}
    return {**{key: value for key, value in described.items() if value}, **order, **search, **label}


_HELD_ON_DAY = (
    "a.valid_from <= coalesce(nullif(:day, '') || 'T23:59:59Z', '9') "
    "AND (a.valid_to IS NULL OR a.valid_to > coalesce(nullif(:day, '') || 'T23:59:59Z', '9'))"
)
_OPEN = "a.valid_to IS NULL"


def queries() -> dict[str, dict[str, str]]:
    """Return by query name: title, description, and SQL with its parameters."""
    ours = ",".join(sorted(country_group("eu").countries))
    return {
        "who_leads": {
            "title": "Who leads what, on a day",
            "description": "By country (CN), body (ISO), role and day (2025-07-30). Empty: all; the day empty: now.",
            "sql": "SELECT t.body, t.reference, t.title, a.role, a.country, a.party, a.valid_from AS since, a.rule, a.confidence,\n"
            "  t.url, a.evidence_url, a.evidence_text FROM attributions a JOIN tracked t ON t.id = a.record\n"
            "WHERE a.verdict = 'leads' AND (:country = '' OR a.country = upper(:country))\n"
            f"  AND (:body = '' OR t.body = upper(:body)) AND (:role = '' OR a.role = :role)\n"
            f"  AND {_HELD_ON_DAY}\nORDER BY t.body, t.reference",
        },
        "history": {
            "title": "The history of a committee or an item",
            "description": "All changes of one record by its reference or key, newest first.",
            "sql": "SELECT c.observed_at, t.reference, t.title, c.kind, c.field, c.before, c.after, t.url, r.source\n"
            "FROM changes c JOIN tracked t ON t.id = c.record JOIN runs r ON r.id = c.run\n"
            "WHERE t.reference = :reference OR t.key = :reference ORDER BY c.id DESC",
        },
        "alerts_with_evidence": {
            "title": "Alerts with their evidence",
            "description": "Newest first, since a day (empty: all).",
            "sql": "SELECT a.observed_at, a.watchlist, a.severity, a.event, a.headline, t.reference, a.due, a.rule, a.confidence,\n"
            "  a.evidence_text, a.evidence_url, t.url FROM alerts a LEFT JOIN tracked t ON t.id = a.record\n"
            "WHERE a.observed_at >= :since AND a.status <> 'mention' ORDER BY a.id DESC",
        },
        "engagement_gaps": {
            "title": "Engagement gaps in led committees",
            "description": "Committees that a country leads (they, empty: CN), with our members (we: codes with commas, empty: EU"
            " and EEA) that take part or observe. The ranked list with reasons is in the report and in the command gaps.",
            "sql": "WITH we AS (SELECT trim(value) AS code FROM json_each('[\"' ||\n"
            f"  replace(replace(upper(coalesce(nullif(:we, ''), '{ours}')), '\"', ''), ',', '\",\"') || '\"]')),\n"
            "led AS (SELECT a.record, min(a.party) AS party FROM attributions a JOIN tracked t ON t.id = a.record\n"
            f"  WHERE a.verdict = 'leads' AND a.country = upper(coalesce(nullif(:they, ''), 'CN')) AND {_OPEN}\n"
            f"  AND t.kind = 'committee' AND t.removed_at IS NULL AND a.role <> '{OWNED}' GROUP BY a.record),\n"
            "members AS (SELECT a.record, a.country, min(a.role = 'o-member') AS only_observes, count(*) AS n FROM attributions a\n"
            f"  WHERE a.record IN (SELECT record FROM led) AND a.role IN ('p-member', 'o-member') AND {_OPEN}\n"
            "  GROUP BY a.record, a.country)\n"
            "SELECT t.reference, t.title, led.party, (SELECT count(*) FROM we) - count(m.country) AS absent,\n"
            "  coalesce(sum(1 - m.only_observes), 0) AS take_part, coalesce(sum(m.only_observes), 0) AS observe,\n"
            "  (SELECT group_concat(code, ' ') FROM we WHERE code NOT IN\n"
            "    (SELECT country FROM members WHERE record = t.id AND country IS NOT NULL)) AS absent_members, t.url\n"
            "FROM led JOIN tracked t ON t.id = led.record\n"
            "LEFT JOIN members m ON m.record = led.record AND m.country IN (SELECT code FROM we)\n"
            "WHERE (SELECT sum(n) FROM members WHERE record = t.id) >= 3\n"
            "GROUP BY t.id ORDER BY absent DESC, t.reference",
        },
        "institutions": {
            "title": "Most active institutions",
            "description": "By the number of leading roles held now, of a country (empty: all).",
            "sql": "SELECT a.organisation, a.country, count(*) AS roles, count(DISTINCT a.record) AS items,\n"
            "  group_concat(DISTINCT t.body) AS bodies, group_concat(DISTINCT a.role) AS which\n"
            "FROM attributions a JOIN tracked t ON t.id = a.record\n"
            f"WHERE a.verdict = 'leads' AND {_OPEN} AND (:country = '' OR a.country = upper(:country))\n"
            "GROUP BY a.organisation, a.country ORDER BY roles DESC LIMIT 500",
        },
        "review": {
            "title": "Review list",
            "description": "Parties whose country no rule knows, most frequent first. Unknown is never “not watched”.",
            "sql": "SELECT a.party, count(*) AS count, group_concat(DISTINCT a.role) AS roles, min(t.reference) AS example,\n"
            "  min(a.evidence_url) AS evidence_url FROM attributions a JOIN tracked t ON t.id = a.record\n"
            f"WHERE a.country IS NULL AND a.rule = 'unknown' AND {_OPEN} GROUP BY a.party ORDER BY count DESC LIMIT 500",
        },
        "league": {
            "title": "League table",
            "description": "How many items each country leads on a day, by body and role (empty: ISO, secretariat, now).",
            "sql": "SELECT a.country, group_concat(DISTINCT a.party) AS parties, count(DISTINCT a.record) AS count\n"
            "FROM attributions a JOIN tracked t ON t.id = a.record\n"
            "WHERE a.verdict = 'leads' AND t.body = upper(coalesce(nullif(:body, ''), 'ISO'))\n"
            f"  AND a.role = coalesce(nullif(:role, ''), 'secretariat') AND {_HELD_ON_DAY}\n"
            "GROUP BY a.country ORDER BY count DESC",
        },
        "find": {
            "title": "Search titles",
            "description": "Words in references and titles, of all bodies.",
            "sql": "SELECT t.body, t.kind, t.reference, t.title, t.status, t.url FROM titles\n"
            "JOIN tracked t ON t.id = titles.rowid\n"
            "WHERE titles MATCH '\"' || replace(replace(:words, '\"', ' '), ' ', '\" \"') || '\"' ORDER BY rank LIMIT 500",
        },
    }  # fmt: skip
