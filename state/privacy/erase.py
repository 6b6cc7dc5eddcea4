"""Erasure of names from the tables, in whatever text they stand; `state/privacy/erase_archive.py` does it in the archive. Of an
erased name a digest of its words is kept, so that it does not come back with the next poll."""

import hashlib
import re
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import orjson
from sqlite_utils import Database

from state.db import connection_of, write
from state.encode import stamp

REMOVED = "[removed]"
# every column in which words of the bodies, or about them, are kept
TEXTS = {
    "tracked": ("reference", "title", "url", "fields", "claims"),
    "past": ("title", "reference", "fields", "claims"),
    "changes": ("before", "after"),
    "judgements": ("organisation", "party", "party_id", "evidence_text"),
    "addresses": ("url",),
    "alerts": ("headline", "party", "organisation", "from_party", "to_party", "evidence_url", "evidence_text", "reasons"),
    "corrections": ("party", "because"),
    "runs": ("error", "notes"),
    "captures": ("url",),
    "deliveries": ("error",),
    "ops": ("text",),
    "notices": ("text",),
}
_OF = "record IN (SELECT value FROM json_each(:records))"
_OVER = "IN (SELECT value FROM json_each(:over))"
# which rows of some records are past, `over` being those of them that their body lists no more
PAST = {
    "tracked": f"id {_OVER}",
    "past": _OF,
    "changes": _OF,
    "judgements": f"id IN (SELECT judgement FROM standings WHERE {_OF})",
    "addresses": f"id IN (SELECT address FROM standings WHERE {_OF})",
    "alerts": _OF,
    "corrections": _OF,
}
WORD = re.compile(r"\w+")
_BETWEEN = r'(?!",")[\W_]{1,3}'  # not from one text of a list to the next


def spellings(name: str) -> re.Pattern[str]:
    """Finds a name as people print it: any space or hyphen between its words, any case. Raises ValueError for less than two words:
    that would take words out of other texts."""
    words = WORD.findall(name)
    if len(words) < 2:
        raise ValueError(f"{name!r} is not the whole name of a person; give first name and family name")
    return re.compile(r"(?<!\w)" + _BETWEEN.join(re.escape(word) for word in words) + r"(?!\w)", re.I)


def orders(name: str) -> list[str]:
    """A name as it is said, and with the family name first, of however many words that is."""
    words = WORD.findall(name)
    return list(dict.fromkeys(" ".join([*words[start:], *words[:start]]) for start in range(len(words))))


def without(text: str, names: list[re.Pattern[str]]) -> str:
    """A text in which a name is taken out, also where JSON writes its letters as escapes."""
    for name in names:
        text = name.sub(REMOVED, text)
    if "\\u" in text and text[:1] in "[{":
        plain = orjson.dumps(orjson.loads(text)).decode()
        for name in names:
            plain = name.sub(REMOVED, plain)
        text = plain if REMOVED in plain else text
    return text


def erase(db: Database, name: str, now: datetime) -> dict[str, int]:
    """Take a name out of all tables (`now` is aware UTC); returns how many rows of which table changed."""
    names = [spellings(order) for order in orders(name)]
    connection = connection_of(db)
    connection.execute("PRAGMA secure_delete = ON")
    changed: dict[str, int] = {}
    with write(db) as writing:
        there = {row[0] for row in writing.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for table, columns in TEXTS.items():
            if table in there and (count := _cleaned(writing, table, columns, names)):
                changed[table] = count
        if "pages" in there and (count := _unread(writing, names)):
            changed["pages"] = count
        for order in orders(name):
            writing.execute(
                "INSERT INTO forgotten (digest, words, created_at) VALUES (?, ?, ?) ON CONFLICT (digest) DO NOTHING",
                [digest(order.split()), len(order.split()), stamp(now)],
            )
    connection.execute("VACUUM")  # free pages, too, hold old rows
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return changed


def erase_past(db: Database, names: Sequence[str], records: Collection[int], over: Collection[int]) -> dict[str, int]:
    """Take some names out of what is past in some `records` (their rows): earlier states, changes, attributions, alerts; and the
    last state of those that are `over`. What the others show today stays. Nothing is kept of the names: a person who takes a role
    again is named again. Returns how many rows of which table changed."""
    patterns = [spellings(order) for name in names for order in orders(name)]
    connection = connection_of(db)
    connection.execute("PRAGMA secure_delete = ON")  # what is overwritten is gone, also without a copy of the whole database
    rows = {"records": orjson.dumps(sorted(records)).decode(), "over": orjson.dumps(sorted(over)).decode()}
    changed: dict[str, int] = {}
    with write(db) as writing:
        for table, where in PAST.items():
            if count := _cleaned(writing, table, TEXTS[table], patterns, where, rows):
                changed[table] = count
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return changed


def digest(words: list[str]) -> bytes:
    """What is kept of a name: enough to know it again, not to tell it."""
    return hashlib.blake2b(" ".join(words).casefold().encode(), digest_size=16, person=b"forgotten").digest()


def forgotten(db: Database) -> dict[bytes, int]:
    """Digests of the names that must not come back, with the number of their words."""
    return {row["digest"]: row["words"] for row in connection_of(db).execute("SELECT digest, words FROM forgotten")}


def _cleaned(
    connection: sqlite3.Connection,
    table: str,
    columns: tuple[str, ...],
    names: list[re.Pattern[str]],
    where: str = "TRUE",
    values: Mapping[str, str] | None = None,
) -> int:
    """Take names out of the rows of a table that a condition is true of; returns out of how many."""
    about = connection.execute(f"PRAGMA table_info({table})").fetchall()
    used = [column for column in columns if column in {row["name"] for row in about}]
    keys = [row["name"] for row in about if row["pk"]]
    count = 0
    rows = connection.execute(f"SELECT {', '.join([*keys, *used])} FROM {table} WHERE {where}", values or {})
    for row in rows.fetchall():
        clean = {column: without(row[column], names) for column in used if row[column]}
        if news := {column: text for column, text in clean.items() if text != row[column]}:
            sets = ", ".join(f"{column} = ?" for column in news)
            place = " AND ".join(f"{key} = ?" for key in keys)
            connection.execute(f"UPDATE {table} SET {sets} WHERE {place}", [*news.values(), *(row[key] for key in keys)])
            count += 1
    return count


def _unread(connection: sqlite3.Connection, names: list[re.Pattern[str]]) -> int:
    """Forget what pages gave that led to an address with a name: without the name the address would lead nowhere."""
    rows = connection.execute("SELECT source, url, follows FROM pages").fetchall()
    found = [(row["source"], row["url"]) for row in rows if any(n.search(row["url"]) or n.search(row["follows"]) for n in names)]
    connection.executemany("DELETE FROM pages WHERE source = ? AND url = ?", found)
    return len(found)
