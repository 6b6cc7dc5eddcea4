"""Rule `state`: a State that acts through its government, permanent delegation or mission, embassy, national commission for UNESCO,
funds-in-trust or delegate; named by its name or its people, in English, French and Spanish.

Hong Kong, Macao and Taiwan, parts of States ("Government of Scotland"), provinces and cities do not count as States; other rules
match them. The whole text must fit, so that "China Government Securities Ltd" does not."""

import re
from collections.abc import Sequence

from bot.attribute.gazetteer import Gazetteer
from bot.attribute.lexicon import PartyMatch, PrintedName
from bot.attribute.normalise import key
from bot.attribute.words import word_set

CONFIDENCE = 0.95
_GOVERNMENT = (
    r"(?:(?:royal|federal|central(?: people's)?|national) )?government|gouvernement(?: royal| fédéral)?|gobierno(?: federal)?"
)
_DELEGATION = (
    r"permanent (?:delegation|mission|representation)|(?:d[ée]l[ée]gation|mission|repr[ée]sentation) permanente|"
    r"(?:delegaci[óo]n|misi[óo]n|representaci[óo]n) permanente|delegation|d[ée]l[ée]gation|delegaci[óo]n|embassy|ambassade|"
    r"embajada|(?:permanent )?(?:delegate|representative)|ambassador|ambassadeur|ambassadrice|embajadora?|"
    r"(?:d[ée]l[ée]gu[ée]e?|repr[ée]sentante?)(?: permanente?)?|"
    r"(?:delegad[oa]|representante)(?: permanente)?"
)
_COMMISSION = r"(?:national )?commission for unesco|national commission|commission nationale|comisi[óo]n nacional"
_FUNDS = r"funds?[- ]in[- ]trust|fonds[- ]en[- ]d[ée]p[ôo]t|fonds fiduciaires?|fondos? (?:fiduciarios?|en fideicomiso)"
_AUTHORITIES = r"authorities|autorit[ée]s|autoridades"
_OFFICE = rf"(?:{_GOVERNMENT}|{_AUTHORITIES}|{_DELEGATION}|{_COMMISSION}|{_FUNDS})"
_UNESCO = r"(?: (?:for|of|pour|para|de|de coop[ée]raci[óo]n con)(?: (?:la|the)| l')? ?unesco)"
_THE = r"(?:the |la |le |el |l')?"
_TO = rf"(?:{_UNESCO}|,? (?:to|auprès|aupres|près|ante|in|en|au|aux|a) .+)?"
_NAMED = re.compile(rf"{_THE}{_OFFICE}{_UNESCO}? (?:of |de |du |des |del |d')(?P<state>.{{2,80}}?){_TO}", re.IGNORECASE)
_LED = re.compile(rf"{_THE}(?P<state>\S+(?: \S+){{0,4}}?) {_OFFICE}{_TO}", re.IGNORECASE)
_FOLLOWED = re.compile(rf"{_THE}{_OFFICE} (?P<state>\S+){_TO}", re.IGNORECASE)
_MEMBER = re.compile(rf"{_THE}(?:member state|[ée]tat membre|estado miembro):? (?P<state>.{{2,80}})", re.IGNORECASE)
_PATTERNS: Sequence[re.Pattern[str]] = (_NAMED, _LED, _FOLLOWED, _MEMBER)
_OFFICE_WORDS = word_set(
    """government gouvernement gobierno delegation delegacion mission mision representation representacion embassy ambassade
    authorities autorites autoridades embajada commission comision member etat estado trust depot fiduciaire
    fiduciaires fiduciario fiduciarios fideicomiso delegate representative delegue deleguee representant representante
    delegado delegada ambassador ambassadeur ambassadrice embajador embajadora"""
)
_NO_STATES = frozenset(("HK", "MO", "TW"))
_PARTS = word_set("england scotland wales britain dubai english scottish welsh") | {
    "northern ireland",
    "abu dhabi",
    "great britain",
}
_SHARED = {"georgia": word_set("unesco itu")}  # a State only in the fields of bodies whose members are States


def by_state(name: PrintedName, gazetteer: Gazetteer, context: str) -> PartyMatch | None:
    """Return the match of a party that is a State's government, delegation, embassy or national commission, else None; `context` is
    the body whose field it is."""
    if _OFFICE_WORDS.isdisjoint(name.words) or len(name.text) > 200:
        return None
    text = name.text.strip(" .,;")
    for pattern in _PATTERNS:
        if (found := pattern.fullmatch(text)) and (country := _country(found["state"], gazetteer, context)):
            return PartyMatch(country, name.text, "state", CONFIDENCE)
    return None


def _country(printed: str, gazetteer: Gazetteer, context: str) -> str | None:
    printed = re.sub(r"'s$", "", printed)
    spelled = key(printed)
    known = gazetteer.countries.named(printed) or next(
        (entry.country for entry in gazetteer.lexicon.names.get(spelled, ()) if entry.sort == "demonym"), None
    )
    last = spelled.split()[-1] if spelled else ""
    if known is None or known in _NO_STATES or spelled in _PARTS:
        return None
    if last in _SHARED and (context not in _SHARED[last] or "state" in spelled.split()):
        return None
    return known
