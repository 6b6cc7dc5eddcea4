"""Who plays which role, by the phrases that print it: "submitted by", "accueilli par", "financiado por", "was elected Chair".

A mention, a place or a language is no role, nor is what is denied or past ("formerly funded by"). What comes out are claims: the
role, the party and its country as printed, and the phrase itself as evidence. The phrases are data: phrases.toml.
"""

import re
from collections.abc import Iterator

from sources.base import Claim, Evidence
from sources.unesco import party_words as w
from sources.unesco.centres import places_of_centres
from sources.unesco.offices import held
from sources.unesco.parties import Party, clause_end, parties_after, parties_before
from sources.unesco.states import states_in
from sources.unesco.triggers import Trigger, roles_of, told, triggers

_TRUST = re.compile(
    r"\b(?i:funded|financed|supported|support|under|through|within|framework|thanks|implemented|provided|met)\b[^.;]{0,40}?"
    r"(?P<party>[A-Z][\w’]+[ /-](?:(?:[A-Z][\w’]+|of|the)[ /-]){0,6}Funds?-in-Trust)"
)
_AT = re.compile(r"\b(?:[Aa]t|[Uu]pon|[Oo]n)\s+$")
_DENIED = re.compile(
    r"\b(?:not|never|no longer|neither|nor|without|former|formerly|outgoing|previous|previously|once|denied that|"
    r"rather than|instead of|pas|plus|jamais|ancienne?s?|anciennement|précédemment|auparavant|sans|ni|"
    r"ne|n[’'](?:a|ont|est|sont|avait|aura|était|sera)|nunca|no|ex|antigu[oa]s?|anteriormente|sin|tampoco|candidate|"
    r"candidata?|not yet|could|might|(?-i:may)|if|whether|pourrait|pourraient|si|podría|podrían)\b[^,.;:]{0,25}$"
    r"|\b(?:no|none|neither|aucune?|ningun[oa]?|ningún|ni)\b[^,.;:]{0,60}$",
    re.IGNORECASE,
)


def claims_in(text: str, url: str, field: str) -> list[Claim]:
    """The claims that the phrases of a text print, each once, in the order of the text."""
    found: dict[tuple[str, str], Claim] = {}
    roles = sorted(_roles(text), key=lambda each: each[0])
    for start, role, party in roles:
        if any(role == other and party.words != wider.words and party.words in wider.words for _, other, wider in roles):
            continue  # "Japan" beside "Japan Funds-in-Trust"
        phrase = " ".join(text[start : party.end].split()).strip(" ,")
        found.setdefault((role, party.words), Claim(role, party.words, Evidence(url, field, phrase), party.country))
    return list(found.values())


def _roles(text: str) -> Iterator[tuple[int, str, Party]]:
    possible = roles_of(text)
    for trigger in triggers():
        for match in trigger.pattern.finditer(text) if trigger.role in possible else ():
            if not _denied(text, match.start()) and trigger.fits(text, match.start()):
                yield from _played(trigger, text, match)
    yield from places_of_centres(text)
    yield from _owned(text)
    yield from (each for each in held(text, possible) if not _denied(text, each.start))
    for match in _TRUST.finditer(text):
        words = re.sub(r"^(?:The\s+)?(?:UNESCO[/ -])?", "", match["party"])
        country = next((place.name for place in states_in(words) if place.start == 0), None)
        yield match.start(), "funder", Party(words, country, match.end())


def _owned(text: str) -> Iterator[tuple[int, str, Party]]:
    """ "China’s proposal to …", "at China’s invitation": whose it is."""
    for place in states_in(text) if "’s " in text or "'s " in text else ():
        behind, before = text[place.end :], text[: place.start]
        for entry in told()["owned"]:
            words = "|".join([*entry["en"], *(entry.get("at", []) if _AT.search(before) else [])])
            if (found := re.match(rf"[’']s\s+(?:{words})\b", behind)) and not _denied(text, place.start):
                yield place.start, entry["role"], Party(place.name, place.name, place.end + found.end())


def _denied(text: str, at: int) -> bool:
    return _DENIED.search(text[max(0, at - 70) : at]) is not None


def _played(trigger: Trigger, text: str, match: re.Match[str]) -> Iterator[tuple[int, str, Party]]:
    if not trigger.subject:
        for party in parties_after(text, match.end(), trigger.language):
            if not trigger.only or w.INSTITUTION.search(party.words):
                yield match.start(), trigger.role, party
        return
    for party in parties_before(text, match.start(), trigger.language):
        start = max(0, text.rfind(party.words, 0, match.start()))
        yield start, trigger.role, party._replace(end=clause_end(text, match.end()))
