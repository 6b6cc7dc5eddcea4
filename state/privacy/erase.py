"""Erasure of names from the tables. See `state/privacy/erase_archive.py` for the archive."""

import hashlib
import re
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast

import orjson
from sqlite_utils import Database

from state.db import connection_of, write
from state.encode import stamp
from state.model import Claim, Record, Ref, Value

REMOVED = "[removed]"
# Every column that holds text of the bodies, or about them
TEXTS = {
    "tracked": ("reference", "title", "url", "fields", "claims"),
    "past": ("title", "reference", "fields", "claims"),
    "changes": ("before", "after"),
    "judgements": ("organisation", "printed", "party", "party_id", "evidence_text"),
    "addresses": ("url",),
    "owners": ("name",),
    "committee_terms": ("name", "reference", "party", "party_id", "organisation"),
    "alerts": ("headline", "party", "organisation", "from_party", "to_party", "evidence_url", "evidence_text", "reasons"),
    "corrections": ("party", "because"),
    "runs": ("error", "notes"),
    "captures": ("url",),
    "deliveries": ("error",),
    "ops": ("text",),
    "notices": ("text",),
}
_OF = "record IN (SELECT value FROM json_each(:records))"
# Conditions for the past rows of some records; `over` are the records that their body no longer lists
PAST = {
    "tracked": "id IN (SELECT value FROM json_each(:over))",
    "past": _OF,
    "changes": _OF,
    "judgements": f"id IN (SELECT judgement FROM standings WHERE {_OF})",
    "addresses": f"id IN (SELECT address FROM standings WHERE {_OF})",
    "committee_terms": "committee IN (SELECT value FROM json_each(:records))",
    "alerts": _OF,
    "corrections": f"{_OF} OR record IS NULL",
}
WORD = re.compile(r"\w+")
_BETWEEN = r'(?!",")[\W_]{1,3}'  # does not match across two texts of a JSON list


def spellings(name: str) -> re.Pattern[str]:
    """Return a pattern that finds a name as people print it: any space or hyphen between its words, any case. Raises ValueError
    for less than two words: a single word is also part of other texts."""
    words = WORD.findall(name)
    if len(words) < 2:
        raise ValueError(f"{name!r} is not the whole name of a person; give first name and family name")
    return re.compile(r"(?<!\w)" + _BETWEEN.join(re.escape(word) for word in words) + r"(?!\w)", re.I)


def orders(name: str) -> list[str]:
    """Return a name in every rotation of its words: as spoken, and with a family name of any number of words first."""
    words = WORD.findall(name)
    return list(dict.fromkeys(" ".join([*words[start:], *words[:start]]) for start in range(len(words))))


def erase(db: Database, name: str, now: datetime) -> dict[str, int]:
    """Erase a name from all tables (`now` is aware UTC), and store a digest of its words so that the next poll does not bring it
    back. Pages of the crawl cache that hold the name are deleted: their addresses would not work without it. Return the number of
    changed rows by table."""
    with write(db) as connection:
        changed = _clean(connection, [name], dict.fromkeys(TEXTS, "TRUE"))
        pages = "DELETE FROM crawl_cache WHERE gave IS NOT NULL AND (clean(address) <> address OR clean(gave) <> gave)"
        changed["crawl_cache"] = connection.execute(pages).rowcount
        connection.executemany(
            "INSERT INTO forgotten (digest, words, created_at) VALUES (?, ?, ?) ON CONFLICT (digest) DO NOTHING",
            [(digest(order.split()), len(order.split()), stamp(now)) for order in orders(name)],
        )
    connection.execute("VACUUM")  # free pages still hold old rows
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return {table: count for table, count in changed.items() if count}


def erase_past(db: Database, names: Sequence[str], records: Collection[int], over: Collection[int]) -> dict[str, int]:
    """Erase names from the past of some `records` (their ids): earlier states, changes, attributions, alerts; and from the last
    state of those that are `over`. The present state of the others stays. No digest is stored: a person who takes a role again is
    named again. Return the number of changed rows by table."""
    rows = {"records": orjson.dumps(sorted(records)).decode(), "over": orjson.dumps(sorted(over)).decode()}
    with write(db) as connection:
        changed = _clean(connection, names, PAST, rows)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return {table: count for table, count in changed.items() if count}


def digest(words: list[str]) -> bytes:
    """Return the one-way digest of the words of a name."""
    return hashlib.blake2b(" ".join(words).casefold().encode(), digest_size=16, person=b"forgotten").digest()


def _clean(
    connection: sqlite3.Connection, names: Iterable[str], where: Mapping[str, str], values: Mapping[str, str] | None = None
) -> dict[str, int]:
    """Erase names from the rows that each table's condition selects, by the SQL function `clean`. Return the number of
    changed rows."""
    patterns = [spellings(order) for name in names for order in orders(name)]

    def clean(text: str | None) -> str | None:
        for pattern in patterns:
            text = text and pattern.sub(REMOVED, text)
        return text

    connection.create_function("clean", 1, clean, deterministic=True)
    connection.execute("PRAGMA secure_delete = ON")  # overwrites deleted text without a VACUUM
    changed = {}
    for table, condition in where.items():
        sets = ", ".join(f"{column} = clean({column})" for column in TEXTS[table])
        found = " OR ".join(f"clean({column}) <> {column}" for column in TEXTS[table])
        changed[table] = connection.execute(f"UPDATE {table} SET {sets} WHERE ({condition}) AND ({found})", values or {}).rowcount
    return changed


class ForgottenNames:
    """Erased names by digest, which must not come back. There are none in most installations, and then nothing is looked at."""

    def __init__(self, db: Database):
        self._digests = _digests(connection_of(db))
        self._lengths = sorted(set(self._digests.values()), reverse=True)

    def __bool__(self) -> bool:
        return bool(self._digests)

    def outdated(self, connection: sqlite3.Connection) -> bool:
        """Return True when a name was erased since."""
        return _digests(connection) != self._digests

    def clean_text(self, text: str) -> str:
        """Return a text without these names."""
        words, parts, done, place = list(WORD.finditer(text)), [], 0, 0
        while place < len(words):
            runs = (words[place : place + length] for length in self._lengths)
            if name := next((run for run in runs if digest([word[0] for word in run]) in self._digests), None):
                parts += [text[done : name[0].start()], REMOVED]
                done = name[-1].end()
            place += len(name) if name else 1
        return "".join([*parts, text[done:]])

    def clean(self, record: Record) -> Record:
        """Return a record without these names."""
        return replace(
            record,
            title=self.clean_text(record.title),
            fields={name: self._value(value) for name, value in record.fields.items()},
            claims=tuple(self._claim(claim) for claim in record.claims),
            mentions=tuple(replace(each, text=self.clean_text(each.text)) for each in record.mentions),
        )

    def _value(self, value: Value) -> Value:
        if isinstance(value, frozenset):
            return cast(Value, frozenset(self._value(each) for each in value))
        if isinstance(value, Ref):
            return Ref(self.clean_text(value.id), self.clean_text(value.name))
        return self.clean_text(value) if isinstance(value, str) else value

    def _claim(self, claim: Claim) -> Claim:
        evidence = replace(claim.evidence, text=self.clean_text(claim.evidence.text))
        party_id = self.clean_text(claim.party_id) if claim.party_id else claim.party_id
        return replace(claim, party=self.clean_text(claim.party), party_id=party_id, evidence=evidence)


def _digests(connection: sqlite3.Connection) -> dict[bytes, int]:
    return {row["digest"]: row["words"] for row in connection.execute("SELECT digest, words FROM forgotten")}
