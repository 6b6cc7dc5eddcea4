"""Attribution history: judgements of printed parties, each stored once for all records, and the periods in which they hold of a
record."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import orjson

from state.encode import attribution_of, stamp
from state.model import OWNED, Attribution, Claim, Evidence, Verdict


@dataclass(frozen=True, slots=True)
class StandingChange:
    """Attributions of one record before and after a change; `capture` is the id of the capture that proves it."""

    record: int
    before: tuple[Attribution, ...]
    after: tuple[Attribution, ...]
    capture: int | None = None


def write_standing_changes(connection: sqlite3.Connection, body: str, now: str, standing_changes: Iterable[StandingChange]) -> None:
    """Close attributions that ended and open new ones, at one moment (a stamp)."""
    judgements = Judgements(connection, body)
    ended, begun = [], []
    for each in standing_changes:
        before, after = stored(each.before), stored(each.after)
        if before == after:
            continue
        old, new = {a.standing for a in before}, {a.standing for a in after}
        ended += [(now, row["id"]) for row, a in open_rows(connection, each.record) if a.standing not in new] if old - new else []
        begun += [judgements.standing(each.record, a, each.capture, now) for a in after if a.standing not in old]
    connection.executemany("UPDATE standings SET valid_to = ? WHERE id = ?", ended)
    connection.executemany(BEGIN, begun)


def open_attributions(connection: sqlite3.Connection, ids: Sequence[int], at: datetime) -> dict[int, tuple[Attribution, ...]]:
    """Return the open attributions of some records (their ids), without corrections; those through an owner as of a moment (aware
    UTC)."""
    marks = ", ".join("?" * len(ids))
    found: dict[int, list[Attribution]] = {}
    for row in connection.execute(
        f"SELECT * FROM roles WHERE record IN ({marks}) AND CASE WHEN role = '{OWNED}'"
        " THEN valid_from <= ? AND coalesce(valid_to, '9') > ? ELSE valid_to IS NULL END ORDER BY id",
        [*ids, stamp(at), stamp(at)],
    ):
        found.setdefault(row["record"], []).append(attribution_of(row))
    return {record: tuple(held) for record, held in found.items()}


CLAIM = ("body", "role", "printed", "party_id", "printed_country", "evidence_field", "evidence_text")
VERDICT = ("country", "organisation", "rule", "confidence")  # what the rules say of it
FIND = f"SELECT id FROM judgements INDEXED BY judgements_of WHERE {' AND '.join(f'{column} IS ?' for column in (*CLAIM, 'party'))}"
COLUMNS = (*CLAIM, "party", *VERDICT)
INSERT = f"INSERT INTO judgements ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
PERIOD = "record, judgement, verdict, address, capture, behind, valid_from, valid_to"
BEGIN = f"INSERT INTO standings ({PERIOD}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
Judge = Callable[[str, Claim], Sequence[Attribution]]  # body, claim → what the rules say, one for each party that it names
Periods = Sequence[tuple[str, str, Verdict]]  # start, end (stamps), verdict
Holder = tuple[str, str, tuple[str | None, str]]  # start, end, country and organisation
Verdicts = Callable[[str, Sequence[Holder]], Sequence[Periods]]  # of a role and its holders
OPEN = "9"  # later than any stamp
BEHIND = ", of "  # between the rule and the reference of the joined record that makes the claim


class Addresses:
    """Ids of page addresses; a new address is inserted."""

    def __init__(self, connection: sqlite3.Connection):
        self._connection = connection
        self._rows: dict[str, int] = {}

    def row(self, url: str) -> int:
        """Return the id of an address."""
        if url not in self._rows:
            found = self._connection.execute("SELECT id FROM addresses WHERE url = ?", [url]).fetchone()
            self._rows[url] = _id(found, self._connection, "INSERT INTO addresses (url) VALUES (?)", [url])
        return self._rows[url]


class Judgements:
    """Ids of the judgements of printed parties of one body; a new judgement is inserted."""

    def __init__(self, connection: sqlite3.Connection, body: str):
        self._connection, self._body, self._addresses = connection, body, Addresses(connection)
        self._rows: dict[tuple[Any, ...], int] = {}

    def standing(self, record: int, a: Attribution, capture: int | None, since: str, until: str | None = None) -> tuple[Any, ...]:
        """Return the values of BEGIN for an attribution of a record since a moment (a stamp)."""
        address = self._addresses.row(a.evidence.url)
        return record, self.row(a), a.verdict, address, capture, a.behind or None, since, until

    def row(self, a: Attribution) -> int:
        """Return the id of the judgement of an attribution."""
        claim = a.printed
        key = (
            self._body, claim.role, claim.party, claim.party_id, claim.country, claim.evidence.field, claim.evidence.text, a.party,
        )  # fmt: skip
        if key not in self._rows:
            found = self._connection.execute(FIND, key).fetchone()
            self._rows[key] = _id(found, self._connection, INSERT, [*key, *said(a)])
        return self._rows[key]


def said(a: Attribution) -> tuple[Any, ...]:
    """Return what the rules say of a printed party, in the order of VERDICT."""
    return a.country, a.organisation, a.rule.partition(BEHIND)[0], a.confidence


def _id(found: sqlite3.Row | None, connection: sqlite3.Connection, insert: str, values: Sequence[Any]) -> int:
    return int(found[0] if found else connection.execute(insert, values).lastrowid or 0)


def stored(attributions: Iterable[Attribution]) -> list[Attribution]:
    """Return the attributions that are stored: those through an owner are derived by a view."""
    return [a for a in attributions if a.role != OWNED]


def open_rows(connection: sqlite3.Connection, record: int) -> list[tuple[sqlite3.Row, Attribution]]:
    """Return the open stored attributions of a record, each as row and as object."""
    rows = connection.execute(
        f"SELECT * FROM roles WHERE record = ? AND role <> '{OWNED}' AND valid_to IS NULL ORDER BY id", [record]
    ).fetchall()
    return [(row, attribution_of(row)) for row in rows]


def reread_attributions(connection: sqlite3.Connection, body: str, record: int, read: Sequence[Attribution], now: str) -> None:
    """Put what a new parser reads of a record in the place of its open attributions: those that were misread never held. `now` (a
    stamp) is the start of those that the old parser had not seen in any form."""
    held, read = open_rows(connection, record), stored(read)
    known, wanted = {identity(a) for _, a in held}, {identity(a) for a in read}
    misread = [row for row, a in held if identity(a) not in wanted]
    begun, judgements = [], Judgements(connection, body)
    for a in read:
        if identity(a) not in known:
            before = predecessor(misread, a)
            since, capture = (before["valid_from"], before["capture"]) if before else (now, None)
            begun.append(judgements.standing(record, a, capture, since))
    connection.executemany("DELETE FROM standings WHERE id = ?", [(row["id"],) for row in misread])
    connection.executemany(BEGIN, begun)


def identity(a: Attribution) -> tuple[object, ...]:
    """Return what makes two attributions of a record the same: standing, organisation, rule and confidence."""
    return *a.standing, a.organisation, a.rule, a.confidence


def predecessor(misread: Iterable[sqlite3.Row], new: Attribution) -> sqlite3.Row | None:
    """Return the row that a new attribution replaces: the same role by the same party, else the same role."""
    same_role = [row for row in misread if row["role"] == new.role]
    same_party = [row for row in same_role if (row["party_id"] or row["party"]) == new.holder[1]]
    return next(iter(same_party or same_role), None)


# New rules: every claim is judged again, once and in place; the periods of the history stay.
def rules_version(connection: sqlite3.Connection) -> str | None:
    """Return the version of the rules by which everything stored is judged, or None before the first run."""
    row = connection.execute("SELECT version FROM rules").fetchone()
    return row and str(row["version"])


def claims(connection: sqlite3.Connection) -> Iterator[tuple[str, Claim, list[sqlite3.Row]]]:
    """Yield every distinct claim with its body and the rows of its judgements, one for each party that it names."""
    rows = connection.execute(f"SELECT * FROM judgements ORDER BY {', '.join(CLAIM)}, id").fetchall()
    for (body, role, printed, party_id, country, field, text), some in groupby(rows, lambda row: tuple(row[c] for c in CLAIM)):
        yield body, Claim(role, printed, Evidence("", field, text), country, party_id), list(some)


def rejudge(connection: sqlite3.Connection, version: str, judge: Judge, verdicts: Verdicts) -> None:
    """Judge every claim by the rules of a version, and compute the verdicts anew where that changes a country or an
    organisation."""
    places: set[tuple[int, str]] = set()
    for body, claim, rows in claims(connection):
        places |= _rejudge_claim(connection, rows, judge(body, claim))
    for (role,) in connection.execute("SELECT DISTINCT role FROM judgements").fetchall():
        ((*_, verdict),), _ = verdicts(role, [("", OPEN, (None, name)) for name in "ab"])
        if verdict != "supports":  # not a role that several share: the role alone decides
            connection.execute(
                "UPDATE standings SET verdict = ?1 WHERE verdict <> ?1"
                " AND judgement IN (SELECT id FROM judgements WHERE role = ?2)",
                [verdict, role],
            )
    _update_verdicts(connection, places, verdicts)
    connection.execute("DELETE FROM rules")
    connection.execute("INSERT INTO rules (version) VALUES (?)", [version])


def _rejudge_claim(
    connection: sqlite3.Connection, rows: Sequence[sqlite3.Row], judged: Sequence[Attribution]
) -> set[tuple[int, str]]:
    """Update the judgements of one claim; returns the records and roles whose verdicts may differ. Where the rules now see other
    parties in the same words, these take the place of the former ones."""
    fresh, former = {a.party: a for a in judged}, {row["party"]: row for row in rows}
    same = {party: (a.country, a.organisation) for party, a in fresh.items()} == {
        party: (row["country"], row["organisation"]) for party, row in former.items()
    }
    places = set() if same else _places(connection, rows)
    sets = ", ".join(f"{column} = ?" for column in VERDICT)
    for row in rows:
        a = fresh.get(row["party"])
        if a and tuple(row[column] for column in VERDICT) != said(a):
            connection.execute(f"UPDATE judgements SET {sets} WHERE id = ?", [*said(a), row["id"]])
    for a in (a for party, a in fresh.items() if party not in former):
        values = [*(rows[0][column] for column in CLAIM), a.party, *said(a)]
        _copy_standings(connection, rows, connection.execute(INSERT, values).lastrowid or 0)
    for row in (row for party, row in former.items() if party not in fresh):
        connection.execute("DELETE FROM standings WHERE judgement = ?", [row["id"]])
        connection.execute("DELETE FROM judgements WHERE id = ?", [row["id"]])
    return places


def _places(connection: sqlite3.Connection, judgements: Iterable[sqlite3.Row]) -> set[tuple[int, str]]:
    """Return the records and roles in which some judgements hold or held."""
    found = connection.execute(
        "SELECT DISTINCT s.record, j.role FROM standings s JOIN judgements j ON j.id = s.judgement"
        " WHERE s.judgement IN (SELECT value FROM json_each(?))",
        [_ids(judgements)],
    )
    return {(row["record"], row["role"]) for row in found}


def _ids(rows: Iterable[sqlite3.Row]) -> str:
    return orjson.dumps([row["id"] for row in rows]).decode()


def _copy_standings(connection: sqlite3.Connection, siblings: Iterable[sqlite3.Row], new: int) -> None:
    """Give a new judgement the periods of that sibling which ended first in each record: a party that stays when the
    printed list changes keeps its period, so the one that left first shows when this list was printed."""
    connection.execute(
        f"INSERT INTO standings ({PERIOD}) SELECT record, ?2, verdict, address, capture, behind, valid_from, valid_to"
        " FROM standings s WHERE judgement = (SELECT judgement FROM standings e WHERE e.record = s.record AND e.judgement IN"
        " (SELECT value FROM json_each(?1)) GROUP BY judgement ORDER BY max(coalesce(valid_to, '9')), judgement LIMIT 1)"
        " AND record IN (SELECT record FROM standings WHERE judgement IN (SELECT value FROM json_each(?1)))",
        [_ids(siblings), new],
    )


def _update_verdicts(connection: sqlite3.Connection, places: Iterable[tuple[int, str]], verdicts: Verdicts) -> None:
    """Compute the verdicts of some records and roles."""
    for record, role in sorted(places):
        rows = connection.execute(
            "SELECT s.*, j.country, j.organisation FROM standings s JOIN judgements j ON j.id = s.judgement"
            " WHERE s.record = ? AND j.role = ? AND s.valid_from < coalesce(s.valid_to, '9') ORDER BY s.id",
            [record, role],
        ).fetchall()
        periods = [(row["valid_from"], row["valid_to"] or OPEN, (row["country"], row["organisation"])) for row in rows]
        for row, pieces in zip(rows, verdicts(role, periods), strict=True):
            _write_pieces(connection, row, pieces)


def _write_pieces(connection: sqlite3.Connection, row: sqlite3.Row, pieces: Periods) -> None:
    (_, first_end, verdict), *rest = pieces
    if rest or verdict != row["verdict"]:
        until = row["valid_to"] if not rest else first_end
        connection.execute("UPDATE standings SET verdict = ?, valid_to = ? WHERE id = ?", [verdict, until, row["id"]])
    connection.executemany(
        BEGIN,
        [
            (row["record"], row["judgement"], said_then, row["address"], row["capture"], row["behind"], since,
             None if until == OPEN else until)
            for since, until, said_then in rest
        ],
    )  # fmt: skip
