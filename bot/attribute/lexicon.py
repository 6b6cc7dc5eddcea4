"""Lexicon: an index of all names that the rules know, and their search in a text in constant time per word."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Sort = Literal["institution", "country", "demonym", "place", "word", "legal"]
Match = Literal["anywhere", "start", "whole"]


@dataclass(frozen=True, slots=True)
class Entry:
    """Entry that a name stands for. `country` is None where there is no single one (a joint venture, a UN body, a shared name).
    `contexts` are the fields in which an acronym may be read so (empty: all). `domicile` is the seat of a company that a group of
    another country controls."""

    sort: Sort
    country: str | None
    name: str
    kind: str = ""
    match: Match = "anywhere"
    contexts: frozenset[str] = frozenset()
    acronym: bool = False
    domicile: str | None = None


class Hit(NamedTuple):
    """A name found in a text: words `start` up to, but not including, `end`."""

    start: int
    end: int
    entry: Entry


@dataclass(slots=True)
class Lexicon:
    """Names by key. For each first word (in Chinese: first two characters) it stores the lengths of the names that begin with
    it."""

    names: dict[str, list[Entry]] = field(default_factory=dict)
    heads: dict[str, tuple[int, ...]] = field(default_factory=dict)
    han_heads: dict[str, tuple[int, ...]] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)

    def add(self, key: str, entry: Entry) -> None:
        """Add an entry to a key (see normalise.key)."""
        known = self.names.get(key)
        if known is None:
            self.names[key] = [entry]
            if key >= "\u2e80":
                head, length, heads = key[:2], len(key), self.han_heads
            else:
                words = key.split(" ")
                head, length, heads = words[0], len(words), self.heads
            lengths = heads.get(head, ())
            if length not in lengths:
                heads[head] = tuple(sorted((*lengths, length), reverse=True))
        elif entry not in known:
            known.append(entry)

    def find(self, words: Sequence[str]) -> Iterable[tuple[int, int, list[Entry]]]:
        """Yield the longest names in a text, from left to right and without overlap: (start, end, entries)."""
        heads, names = self.heads, self.names
        at, count = 0, len(words)
        while at < count:
            word = words[at]
            for length in heads.get(word, ()):
                if at + length > count:
                    continue
                found = names.get(word if length == 1 else " ".join(words[at : at + length]))
                if found is not None:
                    yield at, at + length, found
                    at += length
                    break
            else:
                at += 1

    def find_han(self, text: str) -> Iterable[tuple[int, int, list[Entry]]]:
        """Yield the same for a text without spaces between its words, by characters."""
        heads, names = self.han_heads, self.names
        at, count = 0, len(text)
        while at < count - 1:
            for length in heads.get(text[at : at + 2], ()):
                found = names.get(text[at : at + length]) if at + length <= count else None
                if found is not None:
                    yield at, at + length, found
                    at += length
                    break
            else:
                at += 1


class PartyMatch(NamedTuple):
    """Result of a rule. `domicile` is a printed country other than the one that counts, `also` are the countries of further
    institutions in the same name, `kind` is that of the institution in the gazetteer."""

    country: str | None
    organisation: str
    rule: str
    confidence: float
    domicile: str | None = None
    also: tuple[str, ...] = ()
    kind: str = ""


class PrintedName(NamedTuple):
    """A party prepared for the rules: its clean text, its words, and the names of the lexicon found in it."""

    text: str
    words: list[str]
    hits: list[Hit]
