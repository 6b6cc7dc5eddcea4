"""Suppression of forgotten names: they are taken out of records before anything is made of them, so that they do not come back."""

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from sqlite_utils import Database

from bot.parse.result import Scraped
from state.model import Claim, Record, Ref, Value
from state.privacy.erase import REMOVED, WORD, digest, forgotten


class SuppressedNames:
    """Names to take out, by digest. Empty in most installations, and then nothing is looked at."""

    def __init__(self, db: Database):
        self._digests = forgotten(db)
        self._lengths = sorted(set(self._digests.values()), reverse=True)

    def __bool__(self) -> bool:
        return bool(self._digests)

    def clean(self, scraped: Sequence[Scraped]) -> Sequence[Scraped]:
        """Return scraped records without these names."""
        return [replace(each, record=self.clean_record(each.record)) for each in scraped] if self else scraped

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

    def clean_record(self, record: Record) -> Record:
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
