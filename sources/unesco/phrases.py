"""Who plays which role, by the phrases that print it: "submitted by", "accueilli par", "financiado por", "was elected Chair".

A mention, a place or a language is no role, nor is what is denied or past ("formerly funded by"). What comes out are claims: the
role, the party and its country as printed, and the phrase itself as evidence. The phrases are data: phrases.toml.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from sources.base import Claim, Evidence
from sources.unesco.parties import Party, clause_end, parties_after, parties_before
from sources.unesco.states import is_state, states_in
from sources.unesco.stretch import Language

LANGUAGES: tuple[Language, ...] = ("en", "fr", "es")
_BY = {"en": "by", "fr": "par", "es": "por"}
_OF = {"en": r"(?:of|from|by|made by)\b\s*", "fr": r"(?:de\s+|du\s+|des\s+|d[’'])", "es": r"del?\b\s*"}
_ADVERB = (
    r"(?:jointly|conjointement|conjuntamente|also|originally|generously|entirely|largely|partly|principalement|principalmente)"
)
_FURTHER = r"(?:\s*(?:,|/|and|or|et|y)\s*[\w-]+){0,3}?"
_AUXILIARY = r"(?:(?:has|have|had|will|would|is to|also|jointly|then|a|ont|avait|ha|han|había)\s+){0,3}"
_WILL = r"(?:will|would|shall|is to|are to|agreed to|offered to)\s+(?:(?:also|jointly|again)\s+)?"
_ELECTED = {
    "en": r"(?:was|were|is|ha[sd] been|have been)\s+(?:unanimously |again )?(?:re-?)?elected\s+(?:(?:as|to|the|a|its|new)\s+)*",
    "fr": r"(?:a|ont) été (?:ré)?élue?s?\s+(?:(?:à|au|la|le|l[’'])\s*)*",
    "es": r"(?:fue|fueron|ha sido|han sido) (?:re)?elegid[oa]s?\s+(?:(?:como|a|al|la|el)\s+)*",
}
_ESTABLISHED = re.compile(
    r"\b(?:establishment|création|établissement|creación|establecimiento)\s*,?\s+(?:in|en|au|aux|à|a)\s+", re.IGNORECASE
)
_OF_A_CENTRE = re.compile(
    r"\W*\s(?:of|d[’']|de)\s*(?:an?|une?|the)?\b"
    r"(?=[^.;]{0,160}\b(?:cent(?:re|er|ro)|institut|category|catégorie|categoría|network|red|réseau|school|museum|chair))",
    re.IGNORECASE,
)
_TRUST = re.compile(
    r"\b(?i:funded|financed|supported|support|under|through|within|framework|thanks|implemented|provided|met)\b[^.;]{0,40}?"
    r"(?P<party>[A-Z][\w’]+[ /-](?:(?:[A-Z][\w’]+|of|the)[ /-]){0,6}Funds?-in-Trust)"
)
_DENIED = re.compile(
    r"\b(?:not|never|no longer|neither|nor|without|former|formerly|outgoing|previous|previously|once|"
    r"rather than|instead of|pas|plus|jamais|ancienne?|anciennement|"
    r"nunca|no|ex|antigu[oa]|anteriormente|sin)\b[^,.;:]{0,25}$",
    re.IGNORECASE,
)


class Trigger(NamedTuple):
    """A phrase that gives a role to the parties behind it, or to its `subject`. `paper` says whether a word for a paper must stand
    shortly before it (True), must not (False), or does not matter (None)."""

    role: str
    language: Language
    pattern: re.Pattern[str]
    subject: bool
    paper: bool | None = None


def claims_in(text: str, url: str, field: str) -> list[Claim]:
    """The claims that the phrases of a text print, each once, in the order of the text."""
    found: dict[tuple[str, str], Claim] = {}
    for start, role, party in sorted(_roles(text), key=lambda each: each[0]):
        phrase = " ".join(text[start : party.end].split()).strip(" ,")
        found.setdefault((role, party.words), Claim(role, party.words, Evidence(url, field, phrase), party.country))
    return list(found.values())


def _roles(text: str) -> Iterator[tuple[int, str, Party]]:
    for trigger in triggers():
        for match in trigger.pattern.finditer(text):
            if not _denied(text, match.start()) and _fits(trigger, text, match.start()):
                yield from _played(trigger, text, match)
    yield from _places(text)
    yield from _holders(text)
    for match in _TRUST.finditer(text):
        words = re.sub(r"^(?:The\s+)?(?:UNESCO[/ -])?", "", match["party"])
        country = next((place.name for place in states_in(words) if place.start == 0), None)
        yield match.start(), "funder", Party(words, country, match.end())


def _places(text: str) -> Iterator[tuple[int, str, Party]]:
    """The States in which centres are to be established: they host them."""
    for match in _ESTABLISHED.finditer(text):
        for place in states_in(text[match.end() : match.end() + 120]):
            if of := _OF_A_CENTRE.match(text, match.end() + place.end):
                yield match.start(), "host", Party(place.name, place.name, of.end())
                break


def _holders(text: str) -> Iterator[tuple[int, str, Party]]:
    """Those who hold an office, in apposition: "the Chair of the group, Ms Ling (China), …"."""
    for role, pattern in holders():
        for match in pattern.finditer(text):
            if is_state(match["state"]) and not _denied(text, match.start()):
                yield match.start(), role, Party(match["person"], match["state"], match.end())


def _denied(text: str, at: int) -> bool:
    return _DENIED.search(text[max(0, at - 40) : at]) is not None


def _played(trigger: Trigger, text: str, match: re.Match[str]) -> Iterator[tuple[int, str, Party]]:
    if not trigger.subject:
        yield from ((match.start(), trigger.role, party) for party in parties_after(text, match.end(), trigger.language))
        return
    for party in parties_before(text, match.start(), trigger.language):
        start = max(0, text.rfind(party.words, 0, match.start()))
        yield start, trigger.role, party._replace(end=clause_end(text, match.end()))


def _fits(trigger: Trigger, text: str, at: int) -> bool:
    return trigger.paper is None or trigger.paper == bool(_papers().search(text, max(0, at - 120), at))


@cache
def triggers() -> Sequence[Trigger]:
    """All phrases of phrases.toml as patterns."""
    told = _told()
    found = []
    for entry in told["passive"]:
        paper = {"near": True, "far": False}.get(entry.get("paper", ""))
        for language, verbs in _spoken(entry):
            by = rf"\b(?:{verbs})\b{_FURTHER}(?:\s+{_ADVERB})?\s+{_BY[language]}\b\s*"
            found.append(Trigger(entry["role"], language, _pattern(by), subject=False, paper=paper))
    for entry in told["noun"]:
        found += [
            Trigger(entry["role"], language, _pattern(rf"\b(?:{nouns})\s+{_OF[language]}"), subject=False)
            for language, nouns in _spoken(entry)
        ]
    for entry in told["with"]:
        found += [
            Trigger(entry["role"], language, _pattern(rf"\b(?:{phrases})\s+"), subject=False)
            for language, phrases in _spoken(entry)
        ]
    for entry in told["active"]:
        will = _pattern(rf"\s(?={_WILL}(?:{'|'.join(entry['will'])})\b)")
        found.append(Trigger(entry["role"], "en", will, subject=True))
        for language, verbs in _spoken(entry):
            does = rf"\s(?={_AUXILIARY}(?:{verbs})\b(?!\s+(?:by|par|por)\b))"
            found.append(Trigger(entry["role"], language, re.compile(does), subject=True))  # "UNESCO Chairs" is no verb
    for entry in told["office"]:
        offices = "|".join(entry["words"])
        as_office = rf"(?=(?:(?!\s+as\s)[^.;]){{2,80}}\s+as\s+(?:(?:its|the|new)\s+)*(?:{offices}))"
        elects, elects_too = rf"\belected\s+{as_office}", rf"\belected\b[^.;]{{2,160}}?\sas\s[\w -]{{3,40}}?,?\s+and\s+{as_office}"
        turned = rf"\belected\s+(?:(?:to|as|the|a)\s+)*(?:{offices})[^.;:]{{0,80}}?(?:\s+(?:was|were)\s+|:\s*)"
        found += [Trigger(entry["role"], "en", _pattern(each), subject=False) for each in (elects, elects_too, turned)]
        found += [
            Trigger(entry["role"], language, _pattern(rf"\s(?={_ELECTED[language]}(?:{offices}))"), subject=True)
            for language in LANGUAGES
        ]
    return found


@cache
def holders() -> Sequence[tuple[str, re.Pattern[str]]]:
    """The patterns of "the Chair of the group, Ms Ling (China), …" by role."""
    of = r"(?:of|de|del|du)\b[^.,;:()]{2,90}"
    named = r",\s+(?P<person>[^.,;:()]*(?:\b[A-Z][a-z]{0,3}\.[^.,;:()]+)*)\s+\((?P<state>[^()]{3,60})\)"
    return [
        (entry["role"], re.compile(rf"(?<![\w-])(?i:{'|'.join(entry['words'])})(?:\s+{of})?{named}"))
        for entry in _told()["office"]
        if entry["role"] != "member"
    ]


def _spoken(entry: dict[str, Any]) -> Iterator[tuple[Language, str]]:
    return ((language, "|".join(entry[language])) for language in LANGUAGES if language in entry)


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


@cache
def _papers() -> re.Pattern[str]:
    return _pattern(rf"\b(?:{'|'.join(_told()['papers'])})")


@cache
def _told() -> dict[str, Any]:
    return tomllib.loads(files("sources").joinpath("unesco", "phrases.toml").read_text(encoding="utf-8"))
