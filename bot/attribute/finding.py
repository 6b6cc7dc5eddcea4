"""What the rules take and give: a party made ready, and what was found of it."""

from typing import NamedTuple

from bot.attribute.lexicon import Hit


class Finding(NamedTuple):
    """What a rule found. `domicile` is a printed country that is not the one that counts; `also` are the countries of further
    institutions in the same name; `kind` is the institution's in the gazetteer."""

    country: str | None
    organisation: str
    rule: str
    confidence: float
    domicile: str | None = None
    also: tuple[str, ...] = ()
    kind: str = ""


class Name(NamedTuple):
    """A party made ready for the rules: its clean text, its words, and the names of the lexicon found in it."""

    text: str
    words: list[str]
    hits: list[Hit]
