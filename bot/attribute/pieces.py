"""Pieces of a printed list → names of parties. A name that is known whole is never cut; a piece without a proper name (a legal
form, a unit, the rest of a ministry's name) and a country or place belong to the piece beside them."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.attribute.gazetteer import Gazetteer
from bot.attribute.lexicon import SURE, Lexicon, PartyMatch
from bot.attribute.normalise import key
from bot.attribute.resolve import LONGEST, UNKNOWN, Resolver
from bot.attribute.roles import Field
from bot.attribute.split import is_form
from bot.attribute.words import GENERAL, KIND, OFFICES, UNITS

_MOST = 8  # pieces of one name
_BRACKETED = re.compile(r"\s*\([^()]*\)?\s*$")
_LINKED = re.compile(r"(?:de|des|du|del|do|da|of|for|pour|para|et|and|y|e)\s+\S|d['’]", re.IGNORECASE)  # "…, de la Sécurité"
_DEPARTMENTS = frozenset({"department", "dept", "departement", "departamento"})
_NUMBER = re.compile(r"\d+[a-z]{0,2}")  # "54th", "5g"
_COMPANY = frozenset({"company", "SOE"})
_ELSEWHERE = frozenset({"government", "standards_body", "university"})  # kinds whose names several countries use
_UMBRELLA = frozenset({"university", "research_institute", "government", "association"})


class Piece(NamedTuple):
    """A piece of a list, with its words and what the rules make of it. `begun`: no proper name stands in it, so that it is not yet
    a party."""

    text: str
    words: list[str]
    found: PartyMatch
    begun: bool

    @property
    def is_state(self) -> bool:
        """True when it is only the name of a country."""
        return self.found.rule == "country-name"

    def has(self, kinds: frozenset[str]) -> bool:
        """Return True when it has one of the words of a kind of organisation."""
        return not kinds.isdisjoint(self.words)


def grouped(pieces: Sequence[str], field: Field, resolver: Resolver) -> Iterator[str]:
    """Yield the pieces of a list as names of parties, in printed order."""
    inside = inside_names(pieces, (), resolver.gazetteer)
    alone, parts = len(pieces) == 2, 0
    before, behind = None, _piece(pieces[0] if pieces else "", field, resolver)
    for at in range(len(pieces)):
        piece, behind = behind, _piece(pieces[at + 1] if at + 1 < len(pieces) else "", field, resolver)
        if (
            before
            and parts < _MOST
            and len(before.text) + len(piece.text) < LONGEST
            and (at in inside or _belongs(before, piece, behind, resolver, alone))
        ):
            before, parts = _piece(f"{before.text}, {piece.text}", field, resolver), parts + 1
            continue
        if before:
            yield before.text
        before, parts = piece, 1
    if before:
        yield before.text


def _piece(text: str, field: Field, resolver: Resolver) -> Piece:
    found = resolver.party(text, field)
    words = key(_BRACKETED.sub("", text) if "(" in text else text).split()
    return Piece(text, words, found, found.rule not in SURE and _is_general(words))


def _is_general(words: Sequence[str]) -> bool:
    """Return True when words make no proper name: all are general, or two of three behind the word for an office or a unit."""
    general = sum(word in GENERAL or bool(_NUMBER.fullmatch(word)) for word in words)
    return bool(words) and (general == len(words) or (words[0] in OFFICES | UNITS and 3 * general >= 2 * len(words)))


def rejoined(pieces: Sequence[str], between: str, gazetteer: Gazetteer) -> list[str]:
    """Return pieces cut at a word or mark, those that lie in one known name joined again."""
    inside = inside_names(pieces, key(between).split(), gazetteer)
    groups: list[str] = []
    for at, piece in enumerate(pieces):
        if at in inside:
            groups[-1] += between + piece
        else:
            groups.append(piece)
    return groups


def inside_names(pieces: Sequence[str], between: Sequence[str], gazetteer: Gazetteer) -> set[int]:
    """Return the indexes of the pieces before which a known name would be cut; `between` are the words that stand between two. A
    longer name that begins with a piece is not cut in favour of one that only ends in it."""
    if len(pieces) < 2:
        return set()
    words: list[str] = []
    starts: dict[int, int] = {}
    for at, piece in enumerate(pieces):
        words += between if at else ()
        starts[len(words)] = at
        words += key(piece).split()
    found: set[int] = set()
    for lexicon in gazetteer.in_text:
        for start in starts:
            end = _longest(lexicon, words, start)
            cuts = [cut for cut in range(start + 1, end) if cut in starts]
            if all(_longest(lexicon, words, cut) <= end for cut in cuts):
                found.update(starts[cut] for cut in cuts)
    return found


def _longest(lexicon: Lexicon, words: Sequence[str], start: int) -> int:
    """Return the end of the longest name that begins at a word, or 0."""
    return next(lexicon.at(words, start), (0,))[0] if start < len(words) else 0


def _belongs(before: Piece, piece: Piece, behind: Piece, resolver: Resolver, alone: bool) -> bool:
    """Return True when a piece is a part of the name before it. `alone`: there are no others."""
    if is_form(_BRACKETED.sub("", piece.text)):
        return True
    if piece.is_state:
        return _is_country_of(before, piece.found.country, alone)
    if piece.found.rule == UNKNOWN and (resolver.place(piece.text) or _LINKED.match(piece.text)):
        return not before.is_state
    if piece.begun:
        return _continues(before, piece, behind)
    if before.begun:
        return _takes(before, piece)
    return _is_unit(before, piece, resolver) or _is_owner(before, piece, resolver, alone)


def _is_country_of(before: Piece, country: str | None, alone: bool) -> bool:
    """Return True when a country says where the party before it is; else it is a State among the parties. Alone with a company it
    is an address ("Siemens Ltd., China")."""
    if before.found.rule in ("country-name", "no-country"):
        return False
    if before.found.country in (None, country) or before.found.kind in _ELSEWHERE:
        return True
    return alone and is_form(before.text.split()[-1])


def _continues(before: Piece, piece: Piece, behind: Piece) -> bool:
    """Return True when a piece without a proper name continues the name before it rather than begin the next."""
    if before.begun:
        return not (piece.has(OFFICES) and before.has(OFFICES))
    if before.is_state:  # "Sultanate of Oman, Ministry of Transport"
        return piece.has(OFFICES) and not behind.is_state
    if piece.has(OFFICES):
        return False
    if not piece.has(UNITS):  # "…, Ministry of Transport" + "Communications and Information Technology"
        return before.has(OFFICES) and before.found.rule not in SURE
    if piece.words[0] not in UNITS or behind.found.kind not in _UMBRELLA:
        return True
    return before.found.kind == "university" and "academy" not in behind.words


def _takes(before: Piece, piece: Piece) -> bool:
    """Return True when a name without a proper name so far takes the piece behind it: the rest of its name, or its organisation."""
    if piece.found.rule == "state":
        return True
    if before.has(UNITS) and not before.has(OFFICES):
        return piece.found.rule in SURE or piece.has(KIND)
    if piece.found.rule in SURE or piece.words[0] in OFFICES:
        return False
    return piece.words[0] in GENERAL or 2 * sum(word in GENERAL for word in piece.words) >= len(piece.words)


def _is_unit(before: Piece, piece: Piece, resolver: Resolver) -> bool:
    """Return True when a piece names a unit of the company before it by its city: "Nanjing Research and Development Center"."""
    if before.found.kind not in _COMPANY or before.found.country != piece.found.country or piece.found.rule != "place-in-name":
        return False
    return piece.has(UNITS) and all(word in GENERAL or resolver.place(word) for word in piece.words)


def _is_owner(before: Piece, piece: Piece, resolver: Resolver, alone: bool) -> bool:
    """Return True when a piece names the organisation of the party before it: again, or the one above it."""
    known, found = before.found, piece.found
    if found.rule not in SURE or known.rule not in SURE:
        return False
    if found.rule == "state":
        return known.kind == "government" and known.country == found.country
    if found.organisation == known.organisation:
        return (found.rule == "acronym" and key(piece.text) in resolver.lexicon.names) or before.has(UNITS)
    if found.country == known.country and found.kind in _UMBRELLA and piece.words[0] in _DEPARTMENTS:
        return True
    if alone and {known.kind, found.kind} == {"government"} and known.country == found.country:
        return True
    above = resolver.gazetteer.parents.get(known.organisation) == found.organisation
    return above and found.kind not in _COMPANY and (alone or found.kind != "government")
