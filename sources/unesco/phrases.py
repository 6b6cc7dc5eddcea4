"""Who plays which role, by the phrases that print it: "submitted by", "accueilli par", "financiado por", "was elected Chair".

A mention, a place or a language is no role, nor is what is denied or past ("formerly funded by"). What comes out are claims: the
role, the party and its country as printed, and the phrase itself as evidence. The phrases are data: phrases.toml.
"""

import re
from collections.abc import Iterator

from sources.base import Claim, Evidence
from sources.unesco import party_words as w
from sources.unesco.centres import places_of_centres
from sources.unesco.clauses import without_next_subject
from sources.unesco.denials import denied, past_aside, undone
from sources.unesco.funds import paid_for
from sources.unesco.having import only_has
from sources.unesco.inverted import inverted
from sources.unesco.offices import held
from sources.unesco.owned import owned
from sources.unesco.parties import Party, clause_end, parties_after
from sources.unesco.quoted import in_a_name
from sources.unesco.spokesmen import delegate_after, delegate_before
from sources.unesco.subjects import parties_before, subject_before
from sources.unesco.thanks import thanked
from sources.unesco.triggers import Trigger, roles_of, triggers

_SHARED = re.compile(  # "at the invitation of, and funded by, Oman"
    r",\s*(?:(?:and|or|et|ou|y|o)\b[^.;,]{2,50},\s*|(?:among others|inter alia|notamment|entre autres|entre otros),\s*)?"
)


def claims_in(text: str, url: str, field: str) -> list[Claim]:
    """The claims that the phrases of a text print, each once, in the order of the text."""
    found: dict[tuple[str, str], Claim] = {}
    told = (each for each in _roles(text) if not undone(text, each[1], each[0], each[2].end) and not in_a_name(text, each[0] + 1))
    roles = sorted(told, key=lambda each: each[0])
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
            if not denied(text, match.start()) and trigger.fits(text, match):
                yield from _played(trigger, text, match)
    yield from paid_for(text)
    for start, role, party in (*places_of_centres(text), *owned(text), *thanked(text), *inverted(text), *held(text, possible)):
        if not denied(text, start):
            yield start, role, party


def _played(trigger: Trigger, text: str, match: re.Match[str]) -> Iterator[tuple[int, str, Party]]:
    if not trigger.subject:
        at = shared.end() if (shared := _SHARED.match(text, match.end())) else match.end()
        for party in without_next_subject(parties_after(text, at, trigger.language), text, match):
            if not trigger.only or w.INSTITUTION.search(party.words):
                yield match.start(), trigger.role, party
        for party in delegate_after(text, match.end()):
            yield match.start(), trigger.role, party
        return
    if past_aside(text, match.start()) or only_has(text, match.start()):
        return
    parties = parties_before(text, match.start(), trigger.language) or subject_before(text, match.start(), trigger.language)
    if not parties and trigger.role == "chair":
        parties = delegate_before(text, match.start())
    for party in parties:
        start = max(0, text.rfind(party.words, 0, match.start()))
        yield start, trigger.role, party._replace(end=clause_end(text, match.end()))
