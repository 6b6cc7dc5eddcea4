"""Who is elected to an office or holds it, by the sentence that tells of it, in English, French and Spanish.

"China was elected Chair" · "elected Ms Li (China) as Chair and Mr Diop of Senegal Rapporteur" · "Elected to the Council were …" ·
"Vice-Chairpersons: A, B were elected" · "the Chair of the group, Ms Li (China), …" · "Ms Li (China), Chair of the group, …".
Nobody who only stands for an office, or held it once.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from sources.unesco.parties import Party, clause_end, parties_after
from sources.unesco.spokesmen import delegate_before
from sources.unesco.states import is_state, states_in
from sources.unesco.stretch import Language
from sources.unesco.subjects import parties_before
from sources.unesco.triggers import LANGUAGES, told

_FREELY = (
    r"(?:,?\s*(?:by acclamation|by consensus|unanimously|again|par acclamation|par consensus|à l[’']unanimité|de nouveau|"
    r"por aclamación|por consenso|"
    r"por unanimidad|by the (?:\w+ ){0,4}?\w+|par (?:le|la) (?:\w+ ){0,3}?\w+|por (?:el|la) (?:\w+ ){0,3}?\w+|today|yesterday|"
    r"on \w+day|hier|lundi|mardi|mercredi|jeudi|vendredi|ayer|hoy|el (?:lunes|martes|miércoles|jueves|viernes))\b,?)*"
)
_AS = (
    r"(?:(?:the following|les|los siguientes|los)\s+(?:\w+\s+)?(?:countries|States|pays|États|Estados|países)\s*(?:suivants|"
    r"membres suivants|siguientes)?\s+)?"
    r"(?:(?:(?:serving |acting )?as|to be|to serve as|to act as|to serve on|to sit on|to serve in|"
    r"to the (?:post|office|position) of|to the|to|for|"
    r"en tant que|en qualité de|en calidad de|comme|"
    r"au poste de|aux postes de|à la|au|à|como|para (?:el cargo de|los cargos de|la|el)?|a la|al cargo de|para ser|al|a)\s+)?"
    r"(?:(?:be|its|the|a|an|new|one of the|two|three|four|la|le|les|l[’']|el|los|las|sa|son|su|sus|nouveau|nouvelle|nuev[oa]|"
    r"un|une|una|first|third|second|next)\s*\b\s*)*"
)
_PASSIVE = {
    "en": (
        r"(?:(?:was|were|is|are|ha[sd] been|have been|will be|being)\s+)(?:\w+ly\s+|also\s+|again\s+|"
        r"then\s+)*(?:re-?)?(?:elected|appointed|designated|named|chosen|returned|voted)"
    ),
    "fr": (
        r"(?:(?:a|ont|avait|avaient) été|est|sont|fut|furent|sera|seront)\s+(?:\w+ment\s+|également\s+|de nouveau\s+)?"
        r"(?:(?:ré)?élu|nommé|désigné)e?s?"
    ),
    "es": (
        r"(?:fue|fueron|ha sido|han sido|resultó|resultaron|salió|será|serán|quedó|quedaron)\s+(?:también\s+|"
        r"nuevamente\s+)?(?:(?:re)?elegid|elect|nombrad|designad)[oa]s?"
    ),
}
_PARTICIPLE = {
    "en": r"(?:newly |just |recently )?(?:re-?)?elected",
    "fr": r"(?:nouvellement |récemment )?(?:ré)?élue?s?(?: récemment)?",
    "es": r"(?:recién |recientemente )?(?:(?:re)?elegid|elect)[oa]s?",
}
_ELECTS = {
    "en": r"(?:re-?)?(?:elect(?:s|ed)?|appoint(?:s|ed)|designate[sd]|named|chose|voted)",
    "fr": r"(?:(?:a|ont|avait|a également|a ensuite)\s+(?:\w+ment\s+)?(?:ré)?(?:élu|nommé|désigné)|(?:ré)?élit|désigne|nomme)",
    "es": (
        r"(?:(?:ha|han)\s+(?:re)?(?:elegido|nombrado|designado)|(?:re)?eligi(?:ó|eron)|(?:re)?elig(?:e|en)|nombr(?:ó|aron)|"
        r"design(?:ó|aron))"
    ),
}
_WITH = {
    "en": r"with(?=[^.;]{2,90} as (?:the |its )?(?:new )?\w)",
    "fr": r"avec(?=[^.;]{2,90} (?:comme|pour|en qualité de) )",
    "es": r"con(?=[^.;]{2,90} como )",
}
_STANDS = re.compile(r"candidat|nomin|election|élection|elecci", re.IGNORECASE)
_NOT_THOSE = re.compile(
    r"\b(?:was|were|is|are|been|be|being|été|est|sont|fue|fueron|sido|not|never|newly|those|to|pas|no|the|its|may|to be|all|"
    r"states?|of|"
    r"member|members|fut|ser|être)\s+(?:\w+ly\s+|re-?)?$",
    re.IGNORECASE,
)
_OFFICE_OF = r"(?:\s+(?:of|for|du|de la|des|de l[’']|de|del|de los|pour|para)\b[^,.;:()]{2,70}?)?"
_OPENS = r"(?:^|[.;:]\s+|\n)(?:[^.;:,]{0,60},\s*)?"
_SERVES = {
    "en": (
        r"(?:(?:served|acted)(?![^.;]{0,60}\b(?:from|until|between|in) (?:19|20)\d\d)|serves|will serve|is serving|acts|"
        r"will act|is acting|continues|took over|takes over|took office|takes office)\s+(?:again\s+)?as\s+(?:(?:its|the|a|"
        r"an)\s+)*"
    ),
    "fr": (
        r"(?:assure|assurera|assume|assumera|exerce|exercera|occupe|occupera|(?:a )?fait office)\s+"
        r"(?:(?:la|les|le|une|un|de|du|fonctions?|poste|l[’'])\s*)*"
    ),
    "es": (
        r"(?:ocupa|ocupará|ejerce|ejercerá|asume|asumió|asumirá|desempeña|desempeñará|actúa|actuará|actuó)\s+(?:(?:la|las|el|"
        r"un|una|de|del|como|cargo|funciones)\s+)*"
    ),
}
_SPOKESMEN = (
    r"(?:(?:the|les?|la|el|los|las)?\s*(?:representatives?|représentante?s?|representantes?|candidats?|délégués?|"
    r"delegados?)\s+(?:of|de|du|des|del|d[’'])\s*)?"
)
_CHOSEN = re.compile(
    r"elect|elegi|eligi|élu|élit|appoint|designat|named|chose|voted|return|nomm|désign|nombr|design|serv|act(?:s|ing|úa|ed|"
    r"uó)|took|takes|"
    r"continues|assum|assur|exerc|occup|office|ocup|ejerc|asum|desempeñ|élect|elige",
    re.IGNORECASE,
)
_INSTITUTIONS = re.compile(
    r"national commission|commission nationale|comisión nacional|universi|academ|académ|federation|fédération|federación|compan|"
    r"ministr|ministèr|bank|banque|banco|foundation|fondation|fundación|association|asociación|parliament|museum|musée|museo",
    re.IGNORECASE,
)
_TITLE = r"(?:Mr|Ms|Mrs|Dr|Prof|Professor|H\.E|S\.E|M|Mme|Sr|Sra|Ambassador|Embajador|Embajadora)\b\.?"


class Held(NamedTuple):
    """A role that a text gives somebody, and where the words begin that give it."""

    start: int
    role: str
    party: Party


def held(text: str, possible: frozenset[str]) -> Iterator[Held]:
    """Who the sentences of a text say is elected or in office; `possible` are the roles whose words stand in it."""
    if possible.isdisjoint(role for role, _ in offices()):
        return
    chosen = _CHOSEN.search(text) is not None
    for language in LANGUAGES if chosen else ():
        yield from _subjects(text, language)
        yield from _turned(text, language)
        yield from _elected(text, language)
    if chosen:
        yield from _labelled(text)
    yield from _in_office(text)
    yield from _in_capacity(text)


def _subjects(text: str, language: Language) -> Iterator[Held]:
    """ "China was elected Chair", "Ms Li (China), elected Chair last week, …", "China serves as Chair"."""
    for role, office in offices():
        by = "|".join((rf"{_PASSIVE[language]}{_FREELY}\s+{_AS}", rf"{_PARTICIPLE[language]}\s+{_AS}", _SERVES[language]))
        for match in re.finditer(rf"\s(?=(?:{by}){office})", text, re.IGNORECASE):
            bare = re.match(rf"\s{_PARTICIPLE[language]}", text[match.start() :], re.IGNORECASE)
            if bare and not (text[: match.start()].endswith(",") or text[: match.start()].endswith(")")):
                continue
            for party in parties_before(text, match.start(), language) or delegate_before(text, match.start()):
                start = max(0, text.rfind(party.words, 0, match.start()))
                yield Held(start, role, party._replace(end=clause_end(text, match.end())))
            whole = re.compile(rf"\s(?:{by}){office}{_OFFICE_OF}(?=\s+(?:and|et|y|e)\s|,|;)", re.IGNORECASE).match(
                text, match.start()
            )
            further = whole and _next(text, whole.end())  # "… elected Chair and Peru Rapporteur"
            for own, party in _pairs(text, further, language) if further else ():
                yield Held(match.start(), own, party)


def _turned(text: str, language: Language) -> Iterator[Held]:
    """ "Elected to the Council were Ghana and Oman", "Fueron elegidos vicepresidentes el Sr. Kim …", "élus membres : …"."""
    be = r"(?:\s+(?:was|were|are|est|sont|fue|fueron)\s+|\s*:\s*)"
    for role, office in offices():
        participle = rf"\b(?:{_PARTICIPLE[language]}|{_PASSIVE[language]}){_FREELY}\s+{_AS}{office}"
        after = rf"{participle}[^.;:]{{0,110}}?{be}"
        straight = (
            rf"{_OPENS}{_PASSIVE[language]}{_FREELY}\s+{_AS}{office}{_OFFICE_OF},?\s+{_SPOKESMEN}(?=(?:(?:el|la|los|las|le|les|"
            rf"l[’'])\s*)?[A-ZÀ-Ý])"
        )
        elects = rf"\b{_ELECTS[language]}{_FREELY}\s+{_AS}{office}{_OFFICE_OF}\s*:\s*"
        for pattern in (after, straight if language != "en" else after, elects):
            for match in re.finditer(f"(?i:{pattern})" if pattern is not straight else _capital_kept(pattern), text):
                listed = list(_pairs(text, match.end(), language))
                for party in () if listed else parties_after(text, match.end(), language):
                    if role != "member" or pattern is not straight or is_state(party.words):
                        yield Held(match.start(), role, party)
                yield from (Held(match.start(), own, party) for own, party in listed)


def _capital_kept(pattern: str) -> str:
    head, _, tail = pattern.rpartition("(?=")
    return f"(?i:{head})(?={tail}"


def _elected(text: str, language: Language) -> Iterator[Held]:
    """ "elected Ms Li (China) as Chair and Mr Diop of Senegal Rapporteur", "eligió Presidente al Sr. Li (China)"."""
    for match in re.finditer(rf"\b(?:{_ELECTS[language]}|{_WITH[language]})\b{_FREELY}\s+", text, re.IGNORECASE):
        if _NOT_THOSE.search(text, max(0, match.start() - 20), match.start()):
            continue
        yield from (Held(match.start(), role, party) for role, party in _pairs(text, match.end(), language))


def _pairs(text: str, at: int | None, language: Language) -> Iterator[tuple[str, Party]]:
    """The parties with their offices in the list that begins at a place of a text."""
    while at is not None:
        found, at = _pair(text, at, language)
        yield from found


def _pair(text: str, at: int, language: Language) -> tuple[list[tuple[str, Party]], int | None]:
    """The parties and their office that stand at a place of a list, and where the next of the list begins."""
    for role, office in offices():
        if first := re.compile(
            rf"(?i:{_AS}{office}{_OFFICE_OF}\s*[,:]?\s*(?:al|a la|a los|a|à|le|la|in the person of|en la personne de|"
            rf"en la persona de)?\s*)(?<!\bof )(?<!\bof the )(?={_TITLE}|[A-ZÀ-Ý])"  # "Chair of the Committee" names nobody
        ).match(text, at):
            if role == "member" and (listed := _pair(text, first.end(), language))[0]:
                return listed  # "elected its Bureau: Ms Li (China) as Chair"
            parties = parties_after(text, first.end(), language) if role != "member" or ":" in first[0] else []
            return [(role, party) for party in parties], _next(text, parties[-1].end) if parties else None
    parties = parties_after(text, at, language)
    if not parties:
        return [], None
    for role, office in offices():
        if behind := re.compile(
            rf"{_FREELY}\s*,?\s*{_AS}{office}{_OFFICE_OF}(?=\s*(?:[,.;)]|$|\band\b|\bet\b|\by\b|\be\b|\w))", re.I
        ).match(text, parties[-1].end):
            return [(role, party) for party in parties], _next(text, behind.end())
    return [], None


def _next(text: str, at: int) -> int | None:
    further = re.compile(r"(?:[^.;:,()]{0,60}?)(?:\s*[,;]\s*(?:and|et|y|e)?|\s+(?:and|et|y|e))\s+(?:(?:of|de|del|du)\s+)?").match(
        text, at
    )
    return further.end() if further else None


def _labelled(text: str) -> Iterator[Held]:
    """ "Vice-Chairpersons: China and Peru were elected"."""
    for role, office in offices():
        chosen = r"(?=[^.;:]{2,200}\b(?:elected|élue?s?|elegid[oa]s)\b)"
        were = "|".join(_PARTICIPLE.values())
        for match in re.finditer(rf"(?i:{office}{_OFFICE_OF}(?:\s*:\s+{chosen}|\s+(?:{were})\s*:\s+))", text):
            for language in LANGUAGES:
                if parties := parties_after(text, match.end(), language):
                    yield from (Held(match.start(), role, party) for party in parties)
                    break


def _in_office(text: str) -> Iterator[Held]:
    """ "the Chair of the group, Ms Li (China), …", "Ms Li (China), Chair of the group" and "Ms Li, Chair (China)"."""
    state = r"(?:\s+\((?P<state>[^()]{3,60})\)|\s+(?:of|de|del|du|de la|de l[’'])\s*(?P<of>[A-ZÀ-Ý][^.,;:()]{2,60}?)(?=,))"
    for role, office in offices():
        if role == "member":
            continue
        before = (
            rf"(?i:{office}{_OFFICE_OF})(?:,?\s+|"
            rf"\s*:\s+)(?P<person>(?:(?i:{_TITLE})\s*)?[A-ZÀ-Ý][^.,;:()]*(?:\b[A-Z][a-z]{{0,3}}\.[^.,;:()]+)*?){state}"
        )
        behind = (
            rf"(?P<person>(?:(?i:{_TITLE})\s+)(?:[A-ZÀ-Ý][\w’'-]*\.?\s?){{1,5}}?){state},\s+(?i:(?:and|et|y)?\s*(?:(?:the|la|le|el|"
            rf"its|current|new|newly elected|en su calidad de|in (?:her|his) capacity as|actuel(?:le)?)\s+)*{office})"
        )
        beside = rf"(?P<person>{_TITLE}\s+[A-ZÀ-Ý][^.,;:()]{{1,40}}),\s+(?i:{office})\s+\((?P<state>[^()]{{3,60}})\)(?P<of>)"
        for match in (found for each in (before, behind, beside) for found in re.finditer(each, text)):
            country = match["state"] or match["of"]
            stands = ":" in match[0] and _STANDS.search(text, 0, match.start())
            another = _has_own_office(text, match) or _elsewhere(text[match.start() : match.start("person")])
            whole = any(place.start == match.start("person") for place in states_in(text))  # "the People’s Republic of China"
            if is_state(country) and not stands and not another and not whole:
                yield Held(match.start(), role, Party(match["person"].strip(), country, match.end()))


def _in_capacity(text: str) -> Iterator[Held]:
    """ "the Republic of Korea, as Chair of the Group, …", "China (Chair), Togo (Rapporteur)"."""
    as_one = r",?\s+(?:as|in its capacity as|en tant que|en sa qualité de|en su calidad de)\s+(?:(?:the|la|le|el|current)\s+)*"
    for place in states_in(text):
        for role, office in offices():
            if (
                match := re.compile(rf"{as_one}{office}(?=,|\s+(?:of|for|du|de|del)\b)|\s+\({office}\)", re.IGNORECASE).match(
                    text, place.end
                )
            ) or (
                role != "member"
                and (match := re.compile(rf",\s+(?:(?:the|current)\s+)*{office}{_OFFICE_OF}(?=,)", re.I).match(text, place.end))
                and not _elsewhere(match[0])
            ):
                yield Held(place.start, role, Party(place.name, place.name, match.end()))


def _elsewhere(office: str) -> bool:
    """Whether an office is none of UNESCO's bodies, but of a State or of an institution: "President of Tsinghua University"."""
    return _INSTITUTIONS.search(office) is not None or any(
        re.search(r"\b(?:of|de|du|des|del|d[’'])\s*(?:the |la |l[’'])?$", office[: place.start]) for place in states_in(office)
    )


def _has_own_office(text: str, match: re.Match[str]) -> bool:
    """Whether the person behind an office is of the next pair of a list: "was elected Chair, Ms Novak (Slovenia) Rapporteur"."""
    officers = (office for role, office in offices() if role != "member")
    return any(re.compile(rf"\s*,?\s*(?:as |comme |como )?{each}", re.IGNORECASE).match(text, match.end()) for each in officers)


@cache
def offices() -> Sequence[tuple[str, str]]:
    """The offices by role as patterns, those first whose names hold another's."""
    return [(entry["role"], rf"(?<![\w-])(?<!vice )(?<!Vice )(?:{'|'.join(entry['words'])})") for entry in told()["office"]]
