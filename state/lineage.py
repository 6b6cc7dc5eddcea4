"""How tracked records hang together: the part of the whole in which each is listed, and what they have in common with others."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime

from state.encode import attribution_of, stamp
from state.model import Attribution


def parts(connection: sqlite3.Connection, source: str, scope: str) -> dict[str, str]:
    """Key → the value of the field that says in which part of the whole a record is listed; empty where it has none."""
    rows = connection.execute("SELECT key, json_extract(fields, '$.' || ?) FROM tracked WHERE source = ?", [scope, source])
    return {row[0]: row[1] or "" for row in rows}


def in_parts_shown(connection: sqlite3.Connection, source: str, scope: str, shown: set[str], keys: set[str]) -> set[str]:
    """Return those of some keys that belong to a part of the whole (a study period, say) of which anything is `shown`."""
    of = parts(connection, source, scope)
    seen = {of[key] for key in shown if key in of}
    return {key for key in keys if of[key] in seen}


def found_by(connection: sqlite3.Connection, source: str, field: str, value: str) -> list[str]:
    """Keys of the records of a source that have a value in a field, the one first seen last first."""
    rows = connection.execute(
        "SELECT key FROM tracked WHERE source = ? AND json_extract(fields, '$.' || ?) = ? ORDER BY id DESC", [source, field, value]
    )
    return [row[0] for row in rows]


def last_attributions(connection: sqlite3.Connection, record: int) -> list[Attribution]:
    """The open attributions of a record, or those that ended last where none is open."""
    rows = connection.execute(
        "SELECT * FROM attributions WHERE record = ? AND replaced_by IS NULL AND coalesce(valid_to, '9') ="
        " (SELECT max(coalesce(valid_to, '9')) FROM attributions WHERE record = ? AND replaced_by IS NULL) ORDER BY id",
        [record, record],
    )
    return [attribution_of(row) for row in rows]


def end_attributions(connection: sqlite3.Connection, ids: Iterable[int], now: datetime) -> None:
    """What the records of these rows are attributed to ends: they go on under another key."""
    ended = [(stamp(now), record) for record in ids]
    connection.executemany("UPDATE standings SET valid_to = ? WHERE record = ? AND valid_to IS NULL AND replaced_by IS NULL", ended)
    connection.executemany("UPDATE owners SET valid_to = ? WHERE record = ? AND valid_to IS NULL", ended)
