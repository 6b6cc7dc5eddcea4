"""The delegates who act for their States, as printed: "The Chinese delegate chaired", "présidée par le délégué de la Chine".

What a delegate presides over, or has submitted, is the State's.
"""

import re

from sources.unesco import party_words as w
from sources.unesco.parties import Party, clause_end, sentence_before
from sources.unesco.states import states_in

_EN = r"(?:permanent )?(?:delegate|representative|ambassador)"
_ELSE = r"(?:(?:délégué|représentant)e?|delegad[oa]|representante|ambassad(?:eur|rice)|embajadora?)(?: permanente?)?"
_THE = r"(?:(?:[Tt]he|[Ll]e|[Ll]a|[Ee]l)\s|[Ll][’'])"
_WHO = (
    rf"(?P<who>(?P<people>[A-ZÀ-Ý]\w+(?: [A-ZÀ-Ý]\w+)? {_EN})(?! of\b)|{_EN} of (?:the )?(?=[A-ZÀ-Ý])"
    rf"|{_ELSE} (?:del?|du|des|d[’'])\s?(?:la |l[’'])?(?=[A-ZÀ-Ý])|{_ELSE} (?!permanent|del?\b|des?\b|du\b)[a-zà-ÿ]{{4,}})"
)
_BEFORE = re.compile(rf"(?:^|[,;]\s|\b(?:and|et|y|where|when|that)\s){_THE}{_WHO}")
_AFTER = re.compile(rf"\s*{_THE}{_WHO}")


def delegate_before(text: str, at: int) -> list[Party]:
    """The delegate of a State who is the subject of the verb at a place of a text; none where another is."""
    before = sentence_before(text, at).lstrip()
    told = (_delegate(before, match) for match in _BEFORE.finditer(before))
    return [party._replace(end=at) for party in told if party and party.end == len(before)]


def delegate_after(text: str, at: int) -> list[Party]:
    """The delegate of a State who stands at a place of a text, behind "chaired by" or "tabled by"; none where none does."""
    match = _AFTER.match(text, at)
    party = _delegate(text[: clause_end(text, at)], match) if match else None
    return [party] if party else []


def _delegate(text: str, match: re.Match[str]) -> Party | None:
    who = match["who"]
    if w.BODY_ITSELF.match(who):
        return None
    if match["people"] or not re.search(r"(?:\s|[’'])$", who):
        return Party(who, None, match.end())
    place = next((each for each in states_in(text[match.end() :]) if each.start == 0), None)
    return Party(who + place.name, place.name, match.end() + place.end) if place else None
