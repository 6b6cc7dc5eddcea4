"""Records and attributions as the rows of the database hold them, and back."""

import sqlite3
from typing import NamedTuple

from state.encode import dump, dump_claims, load, load_claims
from state.model import Attribution, Evidence, Record


class Row(NamedTuple):
    """The columns of `tracked` that a record gives."""

    kind: str
    reference: str
    title: str
    url: str
    status: str
    fields: str
    claims: str


def row_of(r: Record) -> Row:
    """The columns that a record gives."""
    return Row(r.kind, r.reference, r.title, r.url, r.status, dump(r.fields), dump_claims(r.claims))


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
