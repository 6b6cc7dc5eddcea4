"""Encoding of records, attributions, values, claims and times for the database (JSON, ISO 8601 in UTC), and decoding."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, NamedTuple, cast

import orjson

from state.model import Attribution, Claim, Evidence, Record, Ref, Value


def stamp(moment: datetime) -> str:
    """Return an aware time as text in UTC: 2025-07-02T06:00:00Z (fractions of a second only where there are any)."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def moment(text: str) -> datetime:
    """Decode the aware time that `stamp` encoded."""
    return datetime.fromisoformat(text)


def dump(fields: Mapping[str, Value]) -> str:
    """Encode fields as JSON: a Ref as {id, name}, a set as a list sorted by id."""
    return orjson.dumps(fields, default=_sorted_set).decode()  # orjson encodes a Ref, for it is a dataclass


def load(text: str | bytes) -> dict[str, Value]:
    """Decode the fields that `dump` encoded."""
    return {name: _decoded(value) if isinstance(value, (list, dict)) else value for name, value in orjson.loads(text).items()}


def shown(value: Value) -> Any:
    """Return a value for people: the printed name of a Ref, a set as a sorted list of names."""
    if isinstance(value, frozenset):
        return sorted(str(shown(each)) for each in value)
    return value.name if isinstance(value, Ref) else value


def dump_shown(value: Value) -> str | None:
    """Encode the `shown` form of a value as JSON; None stays None."""
    return None if value is None else orjson.dumps(shown(value)).decode()


def dump_claims(claims: Iterable[Claim]) -> str:
    """Encode claims as JSON, in order: groups of one role, address (null: as in the group before) and field, each with its parties
    (name, country, id, and the printed text where it is not the name). Grouped because most records have some thirty parties in
    two roles, from one address."""
    runs, before = [], None
    for (role, url, field), some in groupby(claims, lambda c: (c.role, c.evidence.url, c.evidence.field)):
        runs.append([role, url if url != before else None, field, [_party(claim) for claim in some]])
        before = url
    return orjson.dumps(runs).decode()


def _party(c: Claim) -> list[str | None]:
    every = [c.party, c.country, c.party_id, None if c.evidence.text == c.party else c.evidence.text]
    while every[-1] is None:
        every.pop()
    return every


def load_claims(text: str) -> tuple[Claim, ...]:
    """Decode the claims that `dump_claims` encoded."""
    claims: list[Claim] = []
    address = ""
    for role, url, field, parties in orjson.loads(text):
        address = address if url is None else url
        claims += _run(role, address, field, parties)
    return tuple(claims)


def _run(role: str, url: str, field: str, parties: list[list[str | None]]) -> Iterator[Claim]:
    for each in parties:
        country, party_id, printed = (each[place] if place < len(each) else None for place in (1, 2, 3))
        party = each[0] or ""
        yield Claim(role, party, Evidence(url, field, party if printed is None else printed), country, party_id)


def _sorted_set(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(value, key=_sort_key)
    raise TypeError(f"{type(value).__name__} is no value of a record")


def _sort_key(member: Any) -> str:
    return member.id if isinstance(member, Ref) else str(member)


def _decoded(value: Any) -> Value:
    if isinstance(value, list):
        return cast(Value, frozenset(_decoded(each) for each in value))
    if isinstance(value, dict):
        return Ref(value["id"], value["name"])
    return cast(Value, value)


class RecordRow(NamedTuple):
    """Columns of `tracked` that come from a record."""

    kind: str
    reference: str
    title: str
    url: str
    status: str
    fields: str
    claims: str


def row_of(r: Record) -> RecordRow:
    """Encode a record as columns of `tracked`."""
    return RecordRow(r.kind, r.reference, r.title, r.url, r.status, dump(r.fields), dump_claims(r.claims))


def record_of(row: sqlite3.Row) -> Record:
    """Decode a record from a row of `tracked`."""
    return Record(
        row["key"], row["kind"], row["title"], row["reference"], row["url"], row["status"],
        load(row["fields"]), load_claims(row["claims"]),
    )  # fmt: skip


def attribution_of(row: sqlite3.Row) -> Attribution:
    """Decode an attribution from a row of `attributions`."""
    return Attribution(
        row["role"], row["party"], row["country"], row["organisation"], row["rule"], row["confidence"],
        Evidence(row["evidence_url"], row["evidence_field"], row["evidence_text"]), row["party_id"], row["verdict"],
        row["via"] or "", row["behind"] or 0,
    )  # fmt: skip
