"""Records and attributions as the rows of the database hold them, and back."""

import sqlite3

from state.encode import load, load_claims
from state.model import Attribution, Evidence, Record


def record_of(row: sqlite3.Row) -> Record:
    """The record that a row of `tracked` holds."""
    return Record(
        row["key"], row["kind"], row["title"], row["reference"], row["url"], row["status"],
        load(row["fields"]), load_claims(row["claims"]),
    )  # fmt: skip


def attribution_of(row: sqlite3.Row) -> Attribution:
    """The attribution that a row of `attributions` holds."""
    return Attribution(
        row["role"], row["party"], row["country"], row["organisation"], row["rule"], row["confidence"],
        Evidence(row["evidence_url"], row["evidence_field"], row["evidence_text"]), row["party_id"], row["verdict"],
        row["via"] or "",
    )  # fmt: skip
