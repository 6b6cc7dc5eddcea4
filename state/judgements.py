"""What is made of a party in a role, and the pages that show it: each is kept once, however many records it holds of."""

import sqlite3
from typing import Any

from state.model import Attribution

COLUMNS = (
    "role", "verdict", "country", "organisation", "party", "party_id", "rule", "rules_version", "confidence", "evidence_field",
    "evidence_text", "via",
)  # fmt: skip
FIND = f"SELECT id FROM judgements WHERE {' AND '.join(f'{column} IS ?' for column in COLUMNS)}"
INSERT = f"INSERT INTO judgements ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
BEGIN = "INSERT INTO standings (record, judgement, address, capture, valid_from, valid_to) VALUES (?, ?, ?, ?, ?, ?)"


class Judgements:
    """The judgements of one version of the rules, and the addresses, by their rows: found, or written when they are new."""

    def __init__(self, connection: sqlite3.Connection, rules_version: str):
        self._connection, self._rules_version = connection, rules_version
        self._rows: dict[tuple[Any, ...], int] = {}

    def standing(self, record: int, a: Attribution, capture: int | None, since: str, until: str | None = None) -> tuple[Any, ...]:
        """The values that BEGIN takes for an attribution which a record has since a moment (a stamp)."""
        return record, self._judgement(a), self._address(a.evidence.url), capture, since, until

    def _judgement(self, a: Attribution) -> int:
        return self._row(
            FIND, INSERT,
            (
                a.role, a.verdict, a.country, a.organisation, a.party, a.party_id, a.rule, self._rules_version, a.confidence,
                a.evidence.field, a.evidence.text, a.via or None,
            ),
        )  # fmt: skip

    def _address(self, url: str) -> int:
        return self._row("SELECT id FROM addresses WHERE url = ?", "INSERT INTO addresses (url) VALUES (?)", (url,))

    def _row(self, find: str, insert: str, values: tuple[Any, ...]) -> int:
        row = self._rows.get(values)
        if row is None:
            found = self._connection.execute(find, values).fetchone()
            row = self._rows[values] = int(found[0] if found else self._connection.execute(insert, values).lastrowid or 0)
        return row
