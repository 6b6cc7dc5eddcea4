"""Text reader: a whole printed field → its parties with their matches, and the leading country.

Countries named in running text: a State, its people, or a known institution. A name in a sentence is not a role, so nothing is
decided by it.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from bot.attribute.gazetteer import Gazetteer
from bot.attribute.lexicon import SURE, Entry, PartyMatch
from bot.attribute.normalise import clean, key
from bot.attribute.pieces import grouped, rejoined
from bot.attribute.resolve import UNKNOWN, Resolver, without_possessives
from bot.attribute.roles import Field, field_of
from bot.attribute.split import joint, list_parties, parts, separators_of, without_noise
from bot.attribute.words import SENTENCE
from sources.formats.phrases import is_far_eastern

_WORD = re.compile(r"[^\W_]+")


def countries_named(text: str, gazetteer: Gazetteer, context: str = "") -> set[str]:
    """Return the countries (ISO 3166 alpha-2) that a text names; `context` is the body in whose fields an acronym may be read (see
    roles.Field). Cities do not count as countries here, nor brands that are words of a language ("Apple") as institutions."""
    text = clean(text)
    plain = without_possessives(text, gazetteer.lexicon)
    found = {code for each in {text, plain} for code in _by_words(each, gazetteer, context)}
    if is_far_eastern(text):
        joined = key(text).replace(" ", "")
        names = (entries for lexicon in gazetteer.in_text for _, _, entries in lexicon.find_characters(joined))
        found.update(code for entries in names for code in _countries(entries, context))
    return found


def _by_words(text: str, gazetteer: Gazetteer, context: str) -> Iterable[str]:
    """Yield the countries of names in a text with spaces between words. Names need a capital letter (china is not China), except
    those of peoples."""
    words = key(text).split(" ")
    capital = {word for token in _WORD.findall(text) if not token.islower() for word in key(token).split()}
    for start, end, entries in chain.from_iterable(lexicon.find(words) for lexicon in gazetteer.in_text):
        large = not capital.isdisjoint(words[start:end])
        fitting = [entry for entry in entries if large or entry.sort == "demonym"]
        yield from _countries(fitting, context)


def _countries(entries: Sequence[Entry], context: str) -> set[str]:
    """Return the countries of the entries of a name, all of them where several share it."""
    return {
        entry.country
        for entry in entries
        if entry.country
        and (
            entry.sort in ("country", "demonym")
            or (entry.sort == "institution" and entry.match == "anywhere" and (not entry.contexts or context in entry.contexts))
        )
    }


_AND = re.compile(r"\s+and\s+", re.IGNORECASE)
LONGEST_FIELD = 200_000  # characters; the rest of a longer text is not read


Cut = Callable[[str, Field, Resolver], Iterable[str]]
"""A way to split a text into several parties."""


class Party(NamedTuple):
    """One party as printed, with its match."""

    text: str
    found: PartyMatch


class TextReader:
    """Reader of fields of every kind, with one resolver."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self._kinds: dict[str, Callable[[str, Field], tuple[Party, ...]]] = {
            "party": self._address,
            "list": self._list,
            "country": self._countries,
            "row": self._row,
            "host": self._host,
            "text": self._text,
            "acronym": self._one,
            "topic": lambda text, field: (),
        }
        self._short = lru_cache(maxsize=16_384)(self._read)

    def parties(self, text: str, role: str | None = None, body: str | None = None) -> tuple[Party, ...]:
        """Return the parties of a field, in printed order; none when the field names no party (a title, a sentence)."""
        return (self._short if len(text) < 400 else self._read)(text, role, body)

    def _read(self, text: str, role: str | None, body: str | None) -> tuple[Party, ...]:
        field = field_of(role, body)
        return self._kinds[field.kind](clean(text[:LONGEST_FIELD]).strip(), field)

    def one(self, text: str, field: Field) -> Party:
        """Return a text as one party."""
        return Party(text, self.resolver.party(text, field))

    def _one(self, text: str, field: Field) -> tuple[Party, ...]:
        return (self.one(without_noise(text).strip(), field),) if key(text) else ()

    def _list(self, text: str, field: Field) -> tuple[Party, ...]:
        pieces: Iterable[str] = list_parties(text)
        ways: Sequence[Cut] = (_at_commas, _at_and)
        if separators_of(text) == ",":
            pieces, ways = grouped(list_parties(text), field, self.resolver), (_at_and,)
        return tuple(p for name in pieces for side in self._sides(name, field) for p in self._split(side, field, ways))

    def _split(self, party: Party, field: Field, ways: Sequence[Cut]) -> list[Party]:
        """Return the parties of a piece that is itself a list ("A and B", or "A, B" between semicolons) when each is known on its
        own, else the piece."""
        for cut in ways:
            sides = []
            for piece in cut(party.text, field, self.resolver):
                sides.append(self.one(piece, field))
                if sides[-1].found.rule not in SURE:
                    break
            else:
                if len(sides) > 1:
                    return sides
        return [party]

    def _address(self, text: str, field: Field) -> tuple[Party, ...]:
        """Return one party with its address, several with a slash between them, or a list when each part is known on its own."""
        text = without_noise(text).strip(" ;,.-/|")
        if not text:
            return ()
        if "|" in text or ";" in text or "、" in text:
            return self._list(text, field)
        if field.context == "iso" and field.members and (found := self.resolver.member(text)):
            return (Party(text, found),)
        if len(sides := self._sides(text, field)) > 1:
            return tuple(sides)
        whole = self.one(text, field)
        if whole.found.rule == "country-name":
            return (whole,)  # "Hong Kong, China" is one
        if "," in text or " AND " in text.upper():
            several = self._split(whole, field, (_at_commas, _at_and))
            if len(several) > 1 and field.kind == "party" and all(p.found.rule == "country-name" for p in several):
                return (Party(text, PartyMatch(None, text, "countries-in-name", 0.0)),)
            institutions = {p.found.organisation for p in several if p.found.rule != "country-name"}
            if len(several) > 1 and len(institutions) != 1:
                return tuple(several)
        return (whole,)

    def _host(self, text: str, field: Field) -> tuple[Party, ...]:
        """Return the host: a party, or a city by name only, which hosts for its country."""
        parties = self._address(text, field)
        if len(parties) == 1 and parties[0].found.country is None and (country := self.resolver.place(parties[0].text)):
            return (Party(text, PartyMatch(country, text, "place-in-name", 0.8)),)
        return parties

    def _sides(self, text: str, field: Field) -> list[Party]:
        """Return the parties on both sides of a slash; a country behind it belongs to the party before it."""
        if "/" not in text:
            return [self.one(text, field)]
        sides = rejoined(joint(text), "/", self.resolver.gazetteer)
        resolved = [self.one(side, field) for side in sides]
        if len(sides) > 1 and resolved[-1].found.rule == "country-name" and resolved[0].found.rule != "country-name":
            return [self.one(", ".join(sides), field)]
        return resolved

    def _countries(self, text: str, field: Field) -> tuple[Party, ...]:
        countries = self.resolver.gazetteer.countries
        if code := countries.coded(text):
            return (Party(text, PartyMatch(code, text, "country-name", 0.97)),)
        found = []
        for piece in parts(text.replace("(s)", ""), ";" if ";" in text else ",、|/\n"):
            code = countries.coded(piece)
            found.append(Party(piece, PartyMatch(code, piece, "country-name" if code else UNKNOWN, 0.95 if code else 0.0)))
        if found and not any(p.found.country for p in found):
            return self._address(text, field)
        return tuple(found)

    def _row(self, text: str, field: Field) -> tuple[Party, ...]:
        """Return the party of a table row: in ISO the last cell that is a member body, else the last cell."""
        cells = [cell.strip() for cell in text.replace("\t", "|").split("|") if cell.strip()]
        for cell in reversed(cells):
            if field.members and (found := self.resolver.member(cell)):
                return (Party(cell, found),)
        return self._address(cells[-1], field) if cells else ()

    def _text(self, text: str, field: Field) -> tuple[Party, ...]:
        """Return the party of running text that is only a name; a sentence names none."""
        words = key(text).split()
        if len(words) > 30 or not SENTENCE.isdisjoint(words):
            return ()
        party = self.one(without_noise(text).strip(), field)
        if party.found.rule == "country-name":
            return ()
        return (party,)


def _at_commas(text: str, field: Field, resolver: Resolver) -> Iterable[str]:
    return grouped(parts(text, ","), field, resolver) if "," in text else ()


def _at_and(text: str, field: Field, resolver: Resolver) -> Iterable[str]:
    return rejoined([piece for piece in _AND.split(text) if piece.strip()], " and ", resolver.gazetteer)


def leading(parties: tuple[Party, ...]) -> Party | None:
    """Return the first-named party."""
    return parties[0] if parties else None


def countries_of(parties: tuple[Party, ...]) -> list[str]:
    """Return all countries of the parties, in printed order, each once."""
    found = (code for party in parties for code in (party.found.country, *party.found.also) if code)
    return list(dict.fromkeys(found))
