"""Pieces of a printed list → names of parties. A name that is known whole is never cut; a piece without a proper name (a legal
form, a unit, the rest of a ministry's name) and a country or place belong to the piece beside them."""

import re
from collections.abc import Iterator, Sequence

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
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th|e|er|o|a)?")
_COMPANY = frozenset({"company", "SOE"})
_ELSEWHERE = frozenset({"government", "standards_body", "university"})  # kinds whose names several countries use
_UMBRELLA = frozenset({"university", "research_institute", "government", "association"})


def grouped(pieces: Sequence[str], field: Field, resolver: Resolver) -> Iterator[str]:
    """Yield the pieces of a list as names of parties, in printed order."""
    inside = inside_names(pieces, (), resolver.gazetteer)
    name, parts = "", 0
    for at, piece in enumerate(pieces):
        behind = pieces[at + 1] if at + 1 < len(pieces) else ""
        alone = len(pieces) == 2
        if name and parts < _MOST and (at in inside or _belongs(name, piece, behind, field, resolver, alone)):
            name, parts = f"{name}, {piece}", parts + 1
        else:
            if name:
                yield name
            name, parts = piece, 1
    if name:
        yield name


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


def _belongs(before: str, piece: str, behind: str, field: Field, resolver: Resolver, alone: bool) -> bool:
    """Return True when a piece is a part of the name before it."""
    if len(before) + len(piece) > LONGEST:
        return False
    if is_form(_BRACKETED.sub("", piece)):
        return True
    found = resolver.party(piece, field)
    if found.rule == "country-name":
        return _is_country_of(before, found.country, field, resolver, alone)
    if found.rule == UNKNOWN and resolver.place(piece):
        return resolver.party(before, field).rule != "country-name"
    if found.rule == UNKNOWN and _LINKED.match(piece):
        return True
    if _is_open(piece, found):
        return _continues(before, piece, behind, field, resolver)
    known = resolver.party(before, field)
    return _takes(before, piece, found) if _is_open(before, known) else _is_owner(before, known, piece, found, resolver)


def _is_country_of(before: str, country: str | None, field: Field, resolver: Resolver, alone: bool) -> bool:
    """Return True when a country says where the party before it is; else it is a State among the parties. Alone with a company it
    is an address ("Siemens Ltd., China")."""
    known = resolver.party(before, field)
    if known.rule in ("country-name", "no-country"):
        return False
    return known.country in (None, country) or known.kind in _ELSEWHERE or (alone and is_form(before.split()[-1]))


def _is_open(text: str, found: PartyMatch) -> bool:
    """Return True when a text has no proper name, so that it is not yet a party."""
    words = key(_BRACKETED.sub("", text)).split()
    return found.rule not in SURE and bool(words) and all(word in GENERAL or _ORDINAL.fullmatch(word) for word in words)


def _continues(before: str, piece: str, behind: str, field: Field, resolver: Resolver) -> bool:
    """Return True when a piece without a proper name continues the name before it rather than begin the next."""
    words, known = key(piece).split(), resolver.party(before, field)
    if _is_open(before, known):
        return OFFICES.isdisjoint(words) or OFFICES.isdisjoint(key(before).split())
    if not OFFICES.isdisjoint(words) or UNITS.isdisjoint(words) or known.rule == "country-name":
        return False
    above = resolver.party(behind, field) if behind and words[0] in UNITS else None
    return above is None or above.kind not in _UMBRELLA or (known.kind == "university" and "academy" not in key(behind))


def _takes(before: str, piece: str, found: PartyMatch) -> bool:
    """Return True when a name without a proper name so far takes the piece behind it: the rest of its name, or its organisation."""
    words, begun = key(piece).split(), key(before).split()
    if found.rule == "state":
        return True
    if OFFICES.isdisjoint(begun) and not UNITS.isdisjoint(begun):
        return found.rule in SURE or not KIND.isdisjoint(words)
    return found.rule not in SURE and words[0] in GENERAL and words[0] not in OFFICES


def _is_owner(before: str, known: PartyMatch, piece: str, found: PartyMatch, resolver: Resolver) -> bool:
    """Return True when a piece names the organisation of the party before it: again, or the one above it."""
    if found.rule not in SURE or known.rule not in SURE:
        return False
    if found.rule == "state":
        return known.kind == "government" and known.country == found.country
    if found.organisation == known.organisation:
        return (found.rule == "acronym" and key(piece) in resolver.lexicon.names) or not UNITS.isdisjoint(key(before).split())
    if found.country == known.country and found.kind in _UMBRELLA and key(piece).split()[0] in _DEPARTMENTS:
        return True
    return resolver.gazetteer.parents.get(known.organisation) == found.organisation and found.kind not in _COMPANY
