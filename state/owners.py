"""Owners: the owning committee that a record names, with its history, and the secretariat terms of committees by name. The view of
attributions joins the two, so that a new secretariat, or a newly read committee, needs no writes to the records that it owns."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import orjson

from state.attributions import Addresses
from state.model import OWNED, Claim, Record
from state.records import Difference

AFTER_ALL = "9"  # later than any stamp


class Term(NamedTuple):
    """Term of a secretariat: start and end (stamps) and its holder; the party is None where nobody held it."""

    since: str
    until: str
    party: str | None = None
    party_id: str | None = None
    organisation: str | None = None
    country: str | None = None
    confidence: float | None = None


HOLDER = ", ".join(Term._fields[2:])
COMMITTEE = "committee, key, reference, first_seen"


def write_owners(
    connection: sqlite3.Connection,
    body: str,
    now: str,
    differences: Sequence[Difference],
    ids: Sequence[int],
    captures: Mapping[str, int],
    reparsed: bool,
) -> None:
    """Store the owners of the records of some differences from a moment on (a stamp). With `reparsed` the difference comes from a
    new parser, and the owner holds since the start of the one it replaces."""
    addresses = Addresses(connection)
    for d, id in zip(differences, ids, strict=True):
        before = owners_in(d.held.record) if d.held and not d.held.removed else {}
        after = owners_in(d.record)
        if d.gone or before.keys() == after.keys():
            continue
        left, since = before.keys() - after.keys(), now
        if reparsed and d.held:
            since = _take_out(connection, id, left) or now
        else:
            connection.executemany(
                "UPDATE owners SET valid_to = ? WHERE record = ? AND name = ? AND valid_to IS NULL",
                [(now, id, name) for name in left],
            )
        connection.executemany(
            "INSERT INTO owners (record, body, name, address, field, capture, valid_from) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (id, body, name, addresses.row(claim.evidence.url), claim.evidence.field, captures.get(d.url), since)
                for name, claim in after.items()
                if name not in before
            ],
        )


def owners_in(record: Record) -> dict[str, Claim]:
    """Return the claims of a record that name an owner, by the owner's printed name."""
    return {claim.party: claim for claim in record.claims if claim.role == OWNED}


def _take_out(connection: sqlite3.Connection, record: int, names: Iterable[str]) -> str | None:
    """Delete owners that were misread; returns the earliest start (a stamp), or None when there was none."""
    rows = connection.execute(
        "DELETE FROM owners WHERE record = ? AND valid_to IS NULL AND name IN (SELECT value FROM json_each(?))"
        " RETURNING valid_from",
        [record, orjson.dumps(sorted(names)).decode()],
    ).fetchall()
    return min((row["valid_from"] for row in rows), default=None)


def settle_all_terms(connection: sqlite3.Connection) -> None:
    """Recompute the secretariat terms of all bodies."""
    for (body,) in connection.execute("SELECT DISTINCT body FROM tracked WHERE kind = 'committee'").fetchall():
        settle_terms(connection, body)


def settle_terms(connection: sqlite3.Connection, body: str) -> None:
    """Recompute the secretariat terms of a body's committees, by every present and former name. Called whenever a committee has
    changed. Where two committees had the same name, a present name comes before a former one, and a listed committee before a
    removed one."""
    held: dict[int, list[Term]] = {}
    for record, *term in connection.execute(
        f"SELECT record, valid_from, coalesce(valid_to, '9'), {HOLDER} FROM attributions WHERE role = 'secretariat'"
        " AND record IN (SELECT id FROM tracked WHERE body = ? AND kind = 'committee') ORDER BY valid_from, id",
        [body],
    ):
        held.setdefault(record, []).append(Term(*term))
    named = _names(connection, body)
    connection.execute("DELETE FROM committee_terms WHERE body = ?", [body])
    connection.executemany(
        f"INSERT INTO committee_terms (body, name, {COMMITTEE}, run, n, since, until, {HOLDER})"
        f" VALUES (?, ?, ?, ?, ?, ?, ?, ?, {', '.join('?' * len(Term._fields))})",
        [
            (body, name, row["id"], row["key"], row["reference"], row["first_seen"], run, n, *term)
            for name, (row, run) in named.items()
            for n, term in enumerate(terms(held.get(row["id"], ()), row["first_seen"]), start=1)
        ],
    )


def terms(held: Iterable[Term], first_seen: str) -> list[Term]:
    """Return consecutive terms of a secretariat for all times, without gap or overlap; `held` is in order of start. Before the
    committee was first seen, the holder at that time counts; of two at a time the first."""
    found: list[Term] = []
    done = ""
    for term in held:
        begin = "" if not done and term.since <= first_seen else max(term.since, done)
        if begin >= term.until:
            continue
        if begin > done:
            found.append(Term(done, begin))
        found.append(term._replace(since=begin))
        done = term.until
    return found if done == AFTER_ALL else [*found, Term(done, AFTER_ALL)]


def _names(connection: sqlite3.Connection, body: str) -> dict[str, tuple[sqlite3.Row, int]]:
    """Return every present and former name of committees: the committee's row, and the run that first showed the name."""
    committees = connection.execute(
        "SELECT id, key, reference, first_seen, coalesce((SELECT run FROM past WHERE record = t.id AND n = 1), run) AS run"
        " FROM tracked t WHERE body = ? AND kind = 'committee' ORDER BY removed_at IS NOT NULL, id",
        [body],
    ).fetchall()
    renamed = connection.execute(
        "SELECT c.record, c.run, c.before, c.after FROM changes c JOIN tracked t ON t.id = c.record"
        " WHERE c.field = 'reference' AND c.before IS NOT NULL AND t.body = ? AND t.kind = 'committee' ORDER BY c.id",
        [body],
    ).fetchall()
    former: dict[int, list[str]] = {}
    shown: dict[tuple[int, str], int] = {}
    for row in renamed:
        former.setdefault(row["record"], []).append(orjson.loads(row["before"]))
        shown.setdefault((row["record"], orjson.loads(row["after"] or "null")), row["run"])
    found: dict[str, tuple[sqlite3.Row, int]] = {}
    for row in committees:
        known = shown.get((row["id"], row["reference"]), row["run"])
        found.setdefault(row["reference"], (row, known))
    for row in committees:
        for name in former.get(row["id"], ()):
            found.setdefault(name, (row, shown.get((row["id"], name), row["run"])))
    return found
