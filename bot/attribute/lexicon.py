"""Lexicon: what the names stand for that the rules know, and what the rules make of a party."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from sources.formats.phrases import Phrases

Sort = Literal["institution", "country", "demonym", "place", "word", "legal"]
Match = Literal["anywhere", "start", "whole"]


class Entry(NamedTuple):
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
    """A name found in a text: words `start` up to, but not including, `end`; the entry that counts, and all of the name."""

    start: int
    end: int
    entry: Entry
    entries: Sequence[Entry] = ()


Lexicon = Phrases[Entry]
"""All names that the rules know, by key (see normalise.key)."""


SURE = frozenset(
    {"institution", "acronym", "group-control", "joint-venture", "no-country", "national-body", "country-name", "state"}
)
"""Rules that know a party by its name."""


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
