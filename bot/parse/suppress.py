"""Suppression of names that people asked us to forget: they are taken out of records before anything else reads them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import cast

from sqlite_utils import Database

from bot.parse.result import Scraped
from state.model import Claim, Record, Ref, Value
from state.privacy.erase import REMOVED, WORD, digest, forgotten


class SuppressedNames:
    """Digests of the names to take out. Empty in most installations; nothing is searched then."""

    def __init__(self, db: Database):
        self._digests = forgotten(db)
        self._lengths = sorted(set(self._digests.values()), reverse=True)

    def __bool__(self) -> bool:
        return bool(self._digests)

    def clean(self, scraped: Sequence[Scraped]) -> Sequence[Scraped]:
        """Return scraped records without these names."""
        return [replace(each, record=self.clean_record(each.record)) for each in scraped] if self else scraped

    def clean_record(self, record: Record) -> Record:
        """Return a record without these names."""
        return replace(
            record,
            title=self.clean_text(record.title),
            fields={name: self._value(value) for name, value in record.fields.items()},
            claims=tuple(self._claim(claim) for claim in record.claims),
            mentions=tuple(replace(each, text=self.clean_text(each.text)) for each in record.mentions),
        )

    def clean_text(self, text: str) -> str:
        """Return a text without these names."""
        for start, end in reversed(list(self._found(text))):
            text = text[:start] + REMOVED + text[end:]
        return text

    def _found(self, text: str) -> Iterator[tuple[int, int]]:
        words: list[re.Match[str]] = list(WORD.finditer(text))
        place = 0
        while place < len(words):
            for length in self._lengths:
                run = words[place : place + length]
                if len(run) == length and digest([word[0] for word in run]) in self._digests:
                    yield run[0].start(), run[-1].end()
                    place += length - 1
                    break
            place += 1

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


def counts_text(names: Mapping[str, int]) -> str:
    """Return the numbers of cleaned rows by table as one phrase."""
    return ", ".join(f"{count} in {table}" for table, count in names.items()) or "no row"
