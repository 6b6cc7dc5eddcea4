"""The tracked records: read what is held, write what a run found. All writing happens in the run's one transaction."""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from state.db import connection_of
from state.encode import dump, dump_claims, dump_shown, load, load_claims, stamp
from state.model import Attribution, Change, Evidence, Meaning, Record
from state.runs import Run

FIELDS = ("title", "reference", "status")  # compared like the source's own fields, but columns of their own
CHUNK = 400


@dataclass(frozen=True, slots=True)
class Held:
    """A record as we hold it, with its open attributions."""

    id: int
    record: Record
    missing_runs: int
    removed: bool
    attributions: tuple[Attribution, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """What one run found of one record: the record, its changes, and its attributions before and after. `held` is None for a
    record that is new; `digest` knows the line that made it again; `earlier` is the one of another key that it goes on from."""

    held: Held | None
    record: Record
    changes: tuple[Change, ...]
    before: tuple[Attribution, ...]
    after: tuple[Attribution, ...]
    meanings: tuple[Meaning, ...] = ()
    digest: bytes | None = None
    url: str = ""
    earlier: Held | None = None

    @property
    def news(self) -> bool:
        """Whether the body changed something, not only our reading of it."""
        return any(change.kind != "reparsed" for change in self.changes)

    @property
    def gone(self) -> bool:
        """Whether the record counts as removed."""
        return any(change.kind == "removed" for change in self.changes)


def accepted(db: Database, source: str) -> sqlite3.Row | None:
    """What the last accepted poll of a source left: time, parser version and rules version, or None before the first."""
    row = connection_of(db).execute("SELECT * FROM sources WHERE name = ?", [source]).fetchone()
    return row if row and row["accepted_at"] else None


def known_digests(db: Database, source: str) -> dict[bytes, str]:
    """Digest → key of every record that need not be parsed again when its line is the same."""
    rows = connection_of(db).execute(
        "SELECT digest, key FROM tracked WHERE source = ? AND digest IS NOT NULL AND removed_at IS NULL", [source]
    )
    return {row[0]: row[1] for row in rows}


def present_keys(connection: sqlite3.Connection, source: str) -> set[str]:
    """Keys of the records of a source that are not removed."""
    rows = connection.execute("SELECT key FROM tracked WHERE source = ? AND removed_at IS NULL", [source])
    return {row[0] for row in rows}


def missing_keys(connection: sqlite3.Connection, source: str) -> set[str]:
    """Keys of the records that the last accepted poll lacked."""
    rows = connection.execute("SELECT key FROM tracked WHERE source = ? AND missing_runs > 0 AND removed_at IS NULL", [source])
    return {row[0] for row in rows}


def record_ids(connection: sqlite3.Connection, source: str, keys: Collection[str]) -> dict[str, int]:
    """The row of each record by key."""
    found: dict[str, int] = {}
    for some in _chunks(list(keys)):
        marks = ", ".join("?" * len(some))
        rows = connection.execute(f"SELECT key, id FROM tracked WHERE source = ? AND key IN ({marks})", [source, *some])
        found.update({row["key"]: row["id"] for row in rows})
    return found


def held(connection: sqlite3.Connection, source: str, keys: Collection[str]) -> dict[str, Held]:
    """Records by key, as we hold them, with their open attributions."""
    found: dict[str, Held] = {}
    for some in _chunks(list(keys)):
        marks = ", ".join("?" * len(some))
        rows = connection.execute(f"SELECT * FROM tracked WHERE source = ? AND key IN ({marks})", [source, *some]).fetchall()
        open_rows = _open_attributions(connection, [row["id"] for row in rows])
        for row in rows:
            found[row["key"]] = Held(
                row["id"], record_of(row), row["missing_runs"], row["removed_at"] is not None, tuple(open_rows.get(row["id"], ()))
            )
    return found


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
    )  # fmt: skip


def save(
    connection: sqlite3.Connection,
    run: Run,
    body: str,
    rules_version: str,
    differences: Iterable[Difference],
    captures: Mapping[str, int],
) -> dict[tuple[str, int], int]:
    """Write records, versions, changes and attributions; returns the row of each change by record key and its place."""
    now = stamp(run.observed_at)
    written: dict[tuple[str, int], int] = {}
    for d in differences:
        record_id = d.held.id if d.held and d.gone else _save_record(connection, run.source, body, now, d)
        if d.held is None or (d.changes and not d.gone) or d.record.claims != d.held.record.claims:
            _save_version(connection, run, record_id, now, d.record)
        for place, change in enumerate(d.changes):
            cursor = connection.execute(
                "INSERT INTO changes (run, record, observed_at, kind, field, before, after) VALUES (?, ?, ?, ?, ?, ?, ?)",
                [run.id, record_id, now, change.kind, change.field, dump_shown(change.before), dump_shown(change.after)],
            )
            written[d.record.key, place] = cursor.lastrowid or 0
        _save_attributions(connection, record_id, now, rules_version, d, captures.get(d.url))
    return written


def mark_missing(connection: sqlite3.Connection, source: str, keys: Collection[str], now: datetime) -> None:
    """Records that an accepted poll lacked, for the first time or again."""
    for some in _chunks(list(keys)):
        connection.execute(
            "UPDATE tracked SET missing_runs = missing_runs + 1, missing_since = coalesce(missing_since, ?),"
            " seen_until = coalesce(seen_until, (SELECT accepted_at FROM sources WHERE name = ?))"
            f" WHERE source = ? AND key IN ({', '.join('?' * len(some))})",
            [stamp(now), source, source, *some],
        )


def mark_present(connection: sqlite3.Connection, source: str, keys: Collection[str]) -> None:
    """Records that were missing and are back before they counted as removed."""
    for some in _chunks(list(keys)):
        connection.execute(
            "UPDATE tracked SET missing_runs = 0, missing_since = NULL, seen_until = NULL, removed_at = NULL"
            f" WHERE source = ? AND key IN ({', '.join('?' * len(some))})",
            [source, *some],
        )


def mark_removed(connection: sqlite3.Connection, source: str, keys: Collection[str], now: datetime) -> None:
    """Records that count as gone: what they were attributed to ends when they were first missing."""
    for some in _chunks(list(keys)):
        marks = ", ".join("?" * len(some))
        connection.execute(
            "UPDATE attributions SET valid_to = t.missing_since FROM tracked t WHERE t.id = attributions.record"
            f" AND valid_to IS NULL AND replaced_by IS NULL AND t.source = ? AND t.key IN ({marks})",
            [source, *some],
        )
        connection.execute(f"UPDATE tracked SET removed_at = ? WHERE source = ? AND key IN ({marks})", [stamp(now), source, *some])


def accept(connection: sqlite3.Connection, run: Run, parser_version: int, rules_version: str) -> None:
    """This run's answer is now the state that we hold."""
    connection.execute(
        "INSERT INTO sources (name, accepted_at, parser_version, rules_version) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (name) DO UPDATE SET accepted_at = excluded.accepted_at, parser_version = excluded.parser_version,"
        " rules_version = excluded.rules_version",
        [run.source, stamp(run.observed_at), parser_version, rules_version],
    )


def _save_record(connection: sqlite3.Connection, source: str, body: str, now: str, d: Difference) -> int:
    r = d.record
    values = [r.kind, body, r.reference, r.title, r.url, r.status, dump(r.fields), dump_claims(r.claims), d.digest]
    if d.held is None:
        cursor = connection.execute(
            "INSERT INTO tracked (kind, body, reference, title, url, status, fields, claims, digest, source, key, first_seen)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [*values, source, r.key, now],
        )
        return cursor.lastrowid or 0
    connection.execute(
        "UPDATE tracked SET kind = ?, body = ?, reference = ?, title = ?, url = ?, status = ?, fields = ?, claims = ?, digest = ?"
        " WHERE id = ?",
        [*values, d.held.id],
    )
    return d.held.id


def _save_version(connection: sqlite3.Connection, run: Run, record_id: int, now: str, record: Record) -> None:
    connection.execute(
        "INSERT INTO versions (record, n, observed_at, run, fields, claims)"
        " SELECT ?, coalesce(max(n), 0) + 1, ?, ?, ?, ? FROM versions WHERE record = ?",
        [record_id, now, run.id, dump(record.compared()), dump_claims(record.claims), record_id],
    )


def _save_attributions(
    connection: sqlite3.Connection, record_id: int, now: str, rules_version: str, d: Difference, capture: int | None
) -> None:
    stood = {a.standing for a in d.before}
    stands = {a.standing for a in d.after}
    for role, party, *_ in sorted(stood - stands):
        connection.execute(
            "UPDATE attributions SET valid_to = ? WHERE record = ? AND role = ? AND coalesce(party_id, party) = ?"
            " AND valid_to IS NULL AND replaced_by IS NULL",
            [now, record_id, role, party],
        )
    connection.executemany(
        "INSERT INTO attributions (record, role, verdict, country, organisation, party, party_id, rule, rules_version, confidence,"
        " evidence_url, evidence_field, evidence_text, capture, valid_from) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            [
                record_id, a.role, a.verdict, a.country, a.organisation, a.party, a.party_id, a.rule, rules_version, a.confidence,
                a.evidence.url, a.evidence.field, a.evidence.text, capture, now,
            ]
            for a in d.after
            if a.standing not in stood
        ],
    )  # fmt: skip


def _open_attributions(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, list[Attribution]]:
    marks = ", ".join("?" * len(ids))
    found: dict[int, list[Attribution]] = {}
    for row in connection.execute(
        f"SELECT * FROM attributions WHERE record IN ({marks}) AND valid_to IS NULL AND replaced_by IS NULL ORDER BY id", ids
    ):
        found.setdefault(row["record"], []).append(attribution_of(row))
    return found


def _chunks(keys: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(keys), CHUNK):
        yield keys[start : start + CHUNK]
