"""Rules by pattern, for names in no list: a country set apart, a people, a country or place in the name, a legal form, a mail
domain. Surer rules come first. A people or country that an institution only studies ("Institute of Chinese Studies") does not
count."""

import re
from collections.abc import Callable, Mapping

from bot.attribute.countries import printed_suffix
from bot.attribute.lexicon import Hit, PartyMatch, PrintedName
from bot.attribute.normalise import key
from bot.attribute.words import FORM, KIND, LEGAL, LOOSE_COUNTRIES, LOOSE_PLACES, PUBLIC, word_set

Pattern = Callable[[PrintedName], PartyMatch | None]


def by_pattern(name: PrintedName) -> PartyMatch | None:
    """Return the match of the first pattern that fits, or None."""
    if not name.hits:
        return None
    return next((found for rule in _PATTERNS if (found := rule(name))), None)


def printed_country(name: PrintedName) -> PartyMatch | None:
    """Rule printed-country: the party ends in a country after a comma or in brackets."""
    last = name.hits[-1]
    if last.entry.sort != "country" or last.end != len(name.words):
        return None
    suffix = printed_suffix(name.text)
    if suffix is None or key(suffix) not in _tails(name, last):
        return None
    if last.entry.country == "CN" and _is_company(name):
        return PartyMatch("CN", name.text, "domicile-only", 0.65)
    return PartyMatch(last.entry.country, name.text, "printed-country", 0.9)


def people_in_name(name: PrintedName) -> PartyMatch | None:
    """Rule people-in-name: "Swedish Security Service", "University of Chinese Academy …"; not "… of Chinese in America"."""
    first = next((h for h in name.hits if h.entry.sort == "demonym"), None)
    if first is None or not _has_kind(name) or is_studied(name, first) or _is_of_a_place(name, first):
        return None
    lead = name.words[: first.start]
    if lead and lead[-1] not in ("of", "the", "at") and not KIND.intersection(lead) and not _begins_part(name, first):
        return None
    if (first.end < len(name.words) and name.words[first.end] == "in") or _has_other_country(name, first):
        return None
    return PartyMatch(first.entry.country, name.text, "people-in-name", 0.8)


def country_in_name(name: PrintedName) -> PartyMatch | None:
    """Rule country-in-name: "China … Association", "Bank of Japan", "Internet Initiative Japan Inc.". Of two countries neither
    counts, unless the name ends in one of them."""
    hits = [
        h
        for h in name.hits
        if h.entry.sort == "country" and not (_is_loose(name, h) or is_studied(name, h) or _is_of_a_place(name, h))
    ]
    if not hits or _is_bare_brand(name, hits[0]):
        return None
    countries = {h.entry.country for h in hits}
    last = hits[-1]
    at_end = all(w in LEGAL for w in name.words[last.end :])
    if len(countries) > 1 and not (at_end and len(countries) == 2 and "(" in name.text):
        return PartyMatch(None, name.text, "countries-in-name", 0.0)
    if _has_other_country(name, last):
        return None
    if (
        at_end
        and last.start > 0
        and name.words[last.start - 1] not in ("of", "de", "du")
        and last.entry.country == "CN"
        and _is_company(name)
    ):
        return PartyMatch("CN", name.text, "domicile-only", 0.65)
    within = last.start > 0 and not at_end and name.words[last.start - 1] not in _LINKS
    if within and last.entry.country == "CN":
        return None  # "Little China Girl Music"
    if within or (last.start == 0 and not _has_kind(name)):
        return PartyMatch(last.entry.country, name.text, "country-in-name", 0.65)  # "China Uicom": a word alone is a hint
    return PartyMatch(last.entry.country, name.text, "country-in-name", 0.85 if at_end or last.start == 0 else 0.8)


def place_in_name(name: PrintedName) -> PartyMatch | None:
    """Rule place-in-name: a city or region in a name with a word for an organisation, or set apart by a comma."""
    hits = [h for h in name.hits if h.entry.sort == "place" and not (_is_of_a_place(name, h) or _is_loose_place(name, h))]
    if not hits:
        return None
    last = hits[-1]
    apart = printed_suffix(name.text)
    is_apart = apart is not None and "," in name.text and key(apart) == " ".join(name.words[last.start : last.end])
    if not (is_apart or _has_kind(name) or any(w.isdigit() for w in name.words)):
        return None
    countries = {h.entry.country for h in hits}
    others = {h.entry.country for h in name.hits if h.entry.sort == "country" and not _is_loose(name, h)} - countries
    if others or (len(countries) > 1 and not is_apart and "CN" in countries):
        return PartyMatch(None, name.text, "places-in-name", 0.0)
    return PartyMatch(last.entry.country if is_apart else hits[0].entry.country, name.text, "place-in-name", 0.8)


def word_in_name(name: PrintedName) -> PartyMatch | None:
    """Rule word-in-name: a legal form or an office word that one country uses ("S.p.A.", "Oy", "Bundesamt"), as it is
    printed there: "A/S" is Danish and "A.Ş." Turkish, but "a.s." may be Czech, Slovak or Turkish."""
    text = _undotted(name.text)
    words = [entry for h in name.hits if h.entry.sort == "word" for entry in h.entries]
    found = {entry.country for entry in words if _undotted(entry.name) in text}
    if len(found) != 1 or len(name.words) < 2:
        return None
    return PartyMatch(found.pop(), name.text, "word-in-name", 0.6)


_PATTERNS: tuple[Pattern, ...] = (printed_country, people_in_name, country_in_name, place_in_name, word_in_name)


def _undotted(printed: str) -> str:
    return printed.casefold().translate({ord("."): None, ord(" "): None})


_LANDSCAPE = word_set(
    """basin bay beach bend camp clay clipper cove creek doll dragon duck girl falls flat garden gardens grove hall harbor harbour
    heights hill hills island lake landing palace peak plain plains plate point pond ranch ridge river rose spring
    springs street town township valley village wok"""
)
_PORCELAIN = word_set("fine bone vitreous antique porcelain blue")


def _is_of_a_place(name: PrintedName, hit: Hit) -> bool:
    """Return True when the name of a country, people or city is a part of another name ("China Grove", "Turkey Hill") or a word
    ("fine china")."""
    behind = name.words[hit.end] if hit.end < len(name.words) else ""
    return behind in _LANDSCAPE or (name.words[hit.start] == "china" and hit.start > 0 and name.words[hit.start - 1] in _PORCELAIN)


def _is_bare_brand(name: PrintedName, hit: Hit) -> bool:
    """Return True when only one general word stands behind a country ("China Systems")."""
    return hit.start == 0 and [word in LEGAL for word in name.words[hit.end :] if word not in FORM] == [True]


def _is_loose_place(name: PrintedName, hit: Hit) -> bool:
    """Return True for the name of a city that is a word or a name of people, too, and neither set apart nor beside a university."""
    beside = {*name.words[max(hit.start - 1, 0) : hit.start], *name.words[hit.end : hit.end + 1]}
    apart = key(printed_suffix(name.text) or "") == " ".join(name.words[hit.start : hit.end])
    return LOOSE_PLACES.issuperset(name.words[hit.start : hit.end]) and _SEATED.isdisjoint(beside) and not apart


def _begins_part(name: PrintedName, hit: Hit) -> bool:
    """Return True when a people begins a part of its own: "BIPT - Belgian Institute"."""
    begun = " ".join(name.words[hit.start : hit.end])
    return any(key(part).startswith(begun) for part in _PARTS.split(name.text)[1:])


_PARTS = re.compile(r"\s-\s|[,(:/]")
_SEATED = word_set("university universitat universite universita universiteit college hospital of in at city")


def _has_kind(name: PrintedName) -> bool:
    return not KIND.isdisjoint(name.words)


def _is_company(name: PrintedName) -> bool:
    """Return True when a name has a legal form, or no word for any kind of organisation: a country in it is then a domicile. A
    public body without a legal form is not a company, even with small words ("of the") that legal forms share."""
    if not PUBLIC.isdisjoint(name.words) and not any(w in FORM and (len(w) > 2 or w == "co") for w in name.words):
        return False
    return any(w in LEGAL for w in name.words) or not _has_kind(name)


def _tails(name: PrintedName, last: Hit) -> tuple[str, ...]:
    end = " ".join(name.words[last.start :])
    return end, "the " + end


def _has_other_country(name: PrintedName, hit: Hit) -> bool:
    """Return True when another country's name or place is part of the name."""
    return any(
        h.entry.country != hit.entry.country
        for h in name.hits
        if h.entry.sort in ("country", "place") and not _is_location(name, h) and not _is_loose(name, h)
    )


def _is_location(name: PrintedName, hit: Hit) -> bool:
    """Return True when a country only gives the location: "… in China"."""
    return hit.start > 0 and name.words[hit.start - 1] in ("in", "en", "for", "on")


def _is_loose(name: PrintedName, hit: Hit) -> bool:
    return hit.end - hit.start == 1 and name.words[hit.start] in LOOSE_COUNTRIES


_LINKS = word_set("of de du des da do del della the la in en d") | KIND
_STUDIES = word_set("studies study estudios etudes")
_FIELDS = word_set(
    """language languages literature art arts medicine culture history calligraphy music philosophy cinema opera ceramics painting
    civilization civilisation cuisine tea"""
)
_FIELDS_BEFORE = word_set("lengua idioma langue langues medicina medecine arte cultura historia histoire literatura litterature")
_OF = word_set("of for the traditional classical ancient de d des du sobre sur")


def is_studied(name: PrintedName, hit: Hit) -> bool:
    """Return True when the country or people of a hit is a subject of study, which says nothing about the country of the
    institution."""
    behind = name.words[hit.end] if hit.end < len(name.words) else ""
    before = [word for word in name.words[: hit.start] if word not in _OF]
    if behind in _STUDIES or (before and before[-1] in _STUDIES | _FIELDS_BEFORE):
        return True
    return behind in _FIELDS and hit.start > 1 and name.words[hit.start - 1] in _OF


_DOMAIN = re.compile(r"(?:@|www\.|^)((?:[a-z0-9-]{1,40}\.){1,4}[a-z]{2,6})\b", re.IGNORECASE)
_FREE = word_set("gmail.com 163.com 126.com qq.com outlook.com hotmail.com yahoo.com foxmail.com sina.com sohu.com icloud.com")
_STATES = word_set(
    "CN HK MO TW JP KR DE FR IT ES NL BE CH AT SE FI DK NO PL CZ RU IN AU CA BR ZA SG MY TR IL PT IE GR MX NZ AE SA ID TH VN"
)
_NATIONAL = {code.lower(): code for code in _STATES} | {"uk": "GB", "gov": "US", "mil": "US", "edu": "US"}


def by_domain(text: str, domains: Mapping[str, tuple[str, str]]) -> PartyMatch | None:
    """Rule mail-domain: the employer by the domain of a printed address or site; free mail providers do not count. The address
    itself is not kept."""
    if "." not in text or not (match := _DOMAIN.search(text)):
        return None
    domain = match[1].lower()
    labels = domain.split(".")
    for start in range(len(labels) - 1):
        tail = ".".join(labels[start:])
        if tail in _FREE:
            return None
        if tail in domains:
            country, name = domains[tail]
            return PartyMatch(country or None, name, "mail-domain", 0.85)
    country_of_zone = _NATIONAL.get(labels[-1])
    known = country_of_zone and len(labels) > 1 and "@" in text
    return PartyMatch(country_of_zone, domain, "national-domain", 0.7) if known else None
