"""Who plays which role, by the phrases that print it: "submitted by", "accueilli par", "financiado por", "was elected Chair".

A mention, a place or a language is no role. What comes out are claims: the role, the party and its country as printed, and the
phrase itself as evidence.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from sources.base import Claim, Evidence
from sources.unesco.parties import Language, Party, clause_end, parties_after, parties_before
from sources.unesco.states import states_in


class Trigger(NamedTuple):
    """A phrase that gives a role to the party behind it (or before it). `near` must stand shortly before the phrase."""

    role: str
    language: Language
    pattern: re.Pattern[str]
    subject: bool = False
    near: re.Pattern[str] | None = None


_DRAFT = r"draft|resolution|decision|proposal|item|document|nomination|amendment|candidatur|text|request|recommendation|file|dossier|note"
_PAPER = re.compile(rf"\b(?:{_DRAFT}|projet|résolution|décision|amendement|proposition|candidature|texte|point|proyecto|resolución|"
                    r"decisión|enmienda|propuesta|candidatura|punto|texto|explicativa|explicative)", re.IGNORECASE)  # fmt: skip
_FUNDING = re.compile(r"\b(?:fund\w*|financ\w*|support\w*|under|through|within|framework|thanks|implemented)\b", re.IGNORECASE)
_CENTRE = r"(?=[^.;]{0,160}\b(?:cent(?:re|er|ro)|institut|category|catégorie|categoría|network|red|réseau|school|museum|chair))"


def _by(role: str, language: Language, verbs: str, near: re.Pattern[str] | None = None) -> Trigger:
    """The passive: "hosted by", "hosted and funded jointly by"."""
    by = {"en": "by", "fr": "par", "es": "por"}[language]
    adverb = r"(?:jointly|conjointement|conjuntamente|also|originally|generously|entirely|largely|partly|principalement|principalmente|en partie)"
    others = r"(?:\s*(?:,|/|and|or|et|y)\s*[\w-]+){0,3}?"
    return Trigger(role, language, re.compile(rf"\b(?:{verbs})\b{others}(?:\s+{adverb})?\s+{by}\b\s*", re.IGNORECASE), near=near)


def _of(role: str, language: Language, phrases: str, near: re.Pattern[str] | None = None) -> Trigger:
    """A noun with its "of": "at the request of", "sous la présidence de"."""
    of = {"en": r"(?:of|from|by|made by)", "fr": r"(?:de\s+|du\s+|des\s+|d[’'])", "es": r"(?:del?)"}[language]
    end = "" if language == "fr" else r"\b\s*"
    return Trigger(role, language, re.compile(rf"\b(?:{phrases})\s+{of}{end}", re.IGNORECASE), near=near)


def _does(role: str, language: Language, verbs: str) -> Trigger:
    """The active: "China hosted"; not when "by" follows."""
    aux = r"(?:(?:has|have|had|will|would|is to|also|jointly|then|a|ont|avait|ha|han|había)\s+){0,3}"
    return Trigger(role, language, re.compile(rf"\s(?={aux}(?:{verbs})\b(?!\s+(?:by|par|por)\b))", re.IGNORECASE), subject=True)


def _elected(role: str, office: str) -> Iterator[Trigger]:
    """An election: "China was elected …", "a été élue …", "fue elegida …"."""
    en = rf"\s(?=(?:was|were|is|has been|have been|had been)\s+(?:unanimously |again )?(?:re-?)?elected\s+(?:(?:as|to|the|a|its|new|serve as)\s+)*(?:{office}))"
    fr = rf"\s(?=(?:a|ont) été (?:ré)?élue?s?\s+(?:(?:à|au|la|le|l[’'])\s*)*(?:{office}))"
    es = rf"\s(?=(?:fue|fueron|ha sido|han sido) (?:re)?elegid[oa]s?\s+(?:(?:como|a|al|la|el)\s+)*(?:{office}))"
    yield Trigger(role, "en", re.compile(en, re.IGNORECASE), subject=True)
    yield Trigger(role, "fr", re.compile(fr, re.IGNORECASE), subject=True)
    yield Trigger(role, "es", re.compile(es, re.IGNORECASE), subject=True)


_MONEY = r"(?:US\$|\$|USD|EUR|€|[\d,.]+\s+(?:million|US dollars|dollars|euros))"
TRIGGERS = (
    _by("submitter", "en", r"submitted|proposed|put forward|initiated|co-?sponsored"),
    _by("submitter", "en", r"presented|tabled|introduced|sponsored|nominated", near=_PAPER),
    _of("submitter", "en", r"proposals?|at the (?:request|initiative|proposal)|upon (?:the )?(?:request|proposal|initiative)|on the (?:initiative|proposal)"),
    _by("submitter", "fr", r"soumise?s?|proposée?s?|déposée?s?"),
    _by("submitter", "fr", r"présentée?s?|parrainée?s?|coparrainée?s?", near=_PAPER),
    _of("submitter", "fr", r"à la demande|à l[’']initiative|(?:sur )?proposition"),
    _by("submitter", "es", r"sometid[oa]s?|propuest[oa]s?"),
    _by("submitter", "es", r"presentad[oa]s?|patrocinad[oa]s?|copatrocinad[oa]s?", near=_PAPER),
    _of("submitter", "es", r"a (?:petición|solicitud|iniciativa|propuesta)|propuesta"),
    _does("submitter", "en", rf"submit(?:s|ted)|propose[sd]|(?:introduced|tabled|presented) (?:a|an|the) (?:{_DRAFT})"),
    _does("submitter", "fr", r"soumis|soumet|proposé|propose|présenté (?:un|une|le|la) (?:projet|proposition|candidature|amendement)"),
    _does("submitter", "es", r"presentó (?:un|una|el|la) (?:proyecto|propuesta|candidatura|enmienda)|propuso|sometió"),
    _by("host", "en", r"(?:co-?)?hosted|(?:co-?)?organi[sz]ed|(?:co-?)?convened"),
    _of("host", "en", r"at the invitation|upon the invitation|on the invitation"),
    _by("host", "fr", r"accueillie?s?|(?:co-?)?organisée?s?|hébergée?s?|abritée?s?|convoquée?s?"),
    _of("host", "fr", r"[àsur]+ l[’']invitation"),
    _by("host", "es", r"acogid[oa]s?|(?:co)?organizad[oa]s?|albergad[oa]s?|convocad[oa]s?"),
    _of("host", "es", r"por invitación|a invitación"),
    _does("host", "en", r"(?:co-?)?host(?:s|ed)?|(?:co-?)?organi[sz]e[sd]|(?:co-?)?convene[sd]"),
    _does("host", "fr", r"accueilli|accueille|accueillera|organisé|organise|organisera|abrite|abritera"),
    _does("host", "es", r"acogió|acoge|acogerá|organizó|organiza|organizará|alberga"),
    _by("funder", "en", r"(?:co-?)?funded|(?:co-?)?financed|financially supported"),
    _by("funder", "en", r"sponsored"),
    _of("funder", "en", r"with (?:the )?(?:generous )?financial (?:support|assistance|contribution)|through (?:the )?(?:generous )?(?:financial )?(?:support|generosity|funding)|"
                        r"thanks to (?:the |a )?(?:generous )?(?:financial )?(?:support|contribution|funding|generosity)|with (?:generous )?funding|"
                        r"made possible (?:by|through|thanks to) (?:the |a )?(?:generous )?(?:support|contribution|funding|generosity)"),
    _by("funder", "fr", r"(?:co)?financée?s?"),
    _of("funder", "fr", r"grâce (?:au|à la|à une|à un|aux) (?:généreu[xs]e? )?(?:soutien|appui|contribution|financement|concours|générosité)(?: financi[eè]re?)?|"
                        r"avec (?:le|la) (?:soutien|appui|contribution|concours) financi[eè]re?"),
    _by("funder", "es", r"(?:co)?financiad[oa]s?"),
    _of("funder", "es", r"gracias a(?:l| la| una) (?:generos[oa] )?(?:apoyo|contribución|financiación|aportación|generosidad)(?: financier[oa])?|con (?:el|la) (?:apoyo|contribución) financier[oa]"),
    _does("funder", "en", rf"fund(?:s|ed)|finance[sd]|(?:contributed|donated|pledged|provided|granted) {_MONEY}"),
    _does("funder", "fr", r"financé|finance|financera"),
    _does("funder", "es", r"financió|financia|financiará"),
    _by("chair", "en", r"(?:co-?)?chaired|presided over"),
    _of("chair", "en", r"under the (?:chairmanship|chairpersonship|presidency)"),
    _by("chair", "fr", r"(?:co-?)?présidée?s?"),
    _of("chair", "fr", r"sous la présidence"),
    _by("chair", "es", r"(?:co)?presidid[oa]s?"),
    _of("chair", "es", r"bajo la presidencia"),
    _does("chair", "en", r"(?:co-?)?chair(?:s|ed)|presided over|presides over"),
    _does("chair", "fr", r"préside|présidera|présidé"),
    _does("chair", "es", r"presidió|preside|presidirá"),
    *_elected("chair", r"chair(?:person|man|woman)?\b|president[ea]?\b|présidente?\b|présidence"),
    *_elected("vice-chair", r"vice-?\s?(?:chair|president|président|présidence)"),
    *_elected("rapporteur", r"rapporteur|relator"),
    *_elected("member", r"member|membre|miembro|(?:the )?(?:executive board|(?:intergovernmental |world heritage )?(?:committee|council)|conseil|comité|consejo|comité)"),
)  # fmt: skip
_ESTABLISHED = re.compile(
    rf"\b(?:establishment|création|établissement|creación|establecimiento)\s*,?\s+(?:in|en|au|aux|à|a)\s+(?P<where>[^.;]{{2,80}}?)\s*,?\s+"
    rf"(?:of|d[’']|de)\s*(?:an?|une?|the)?\b{_CENTRE}",
    re.IGNORECASE,
)
_TRUST = re.compile(r"\bFunds?-in-Trust\b|\bFITs?\b")
_NOT = re.compile(
    r"\b(?:not|never|no longer|neither|nor|without|formerly|previously|once|rather than|instead of|pas|plus|jamais|anciennement|nunca|no|"
    r"anteriormente|sin)\b[^,.;:]{0,25}$",
    re.IGNORECASE,
)


def claims_in(text: str, url: str, field: str) -> list[Claim]:
    """The claims that the phrases of a text print, each once, in the order of the text."""
    found: dict[tuple[str, str], tuple[int, Claim]] = {}
    for role, party, start in sorted(_roles(text), key=lambda each: each[2]):
        phrase = " ".join(text[start : party.end].split()).strip(" ,")
        found.setdefault((role, party.words), (start, Claim(role, party.words, Evidence(url, field, phrase), party.country)))
    return [claim for _, claim in found.values()]


def _roles(text: str) -> Iterator[tuple[str, Party, int]]:
    for trigger in TRIGGERS:
        for match in trigger.pattern.finditer(text):
            if _NOT.search(text[max(0, match.start() - 40) : match.start()]):
                continue
            if trigger.near and not trigger.near.search(text[max(0, match.start() - 120) : match.start()]):
                continue
            if trigger.subject:
                for party in parties_before(text, match.start(), trigger.language):
                    yield trigger.role, party._replace(end=clause_end(text, match.end())), text.rfind(party.words, 0, match.start())
            else:
                for party in parties_after(text, match.end(), trigger.language):
                    yield trigger.role, party, match.start()
    for match in _ESTABLISHED.finditer(text):
        for place in list(states_in(match["where"]))[-1:]:
            yield "host", Party(place.name, place.name, match.end()), match.start()
