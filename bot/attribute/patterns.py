"""Rules that read what a name says of itself, where no list knows it: a country set apart, a people's name, a country or a
place in the name, a legal form or a word of one language. Surer ones first."""

from collections.abc import Callable

from bot.attribute.countries import printed_suffix
from bot.attribute.finding import Finding, Name
from bot.attribute.lexicon import Hit
from bot.attribute.normalise import key
from bot.attribute.studied import only_studied
from bot.attribute.words import FORM, KIND, LEGAL, LOOSE_COUNTRIES, PUBLIC

Pattern = Callable[[Name], Finding | None]


def by_pattern(name: Name) -> Finding | None:
    """The finding of the first pattern that fits."""
    if not name.hits:
        return None
    return next((found for rule in _PATTERNS if (found := rule(name))), None)


def printed_country(name: Name) -> Finding | None:
    """Rule printed-country: the party ends in a country that a comma or a bracket sets apart."""
    last = name.hits[-1]
    if last.entry.sort != "country" or last.end != len(name.words):
        return None
    suffix = printed_suffix(name.text)
    if suffix is None or key(suffix) not in _tails(name, last):
        return None
    if last.entry.country == "CN" and _is_company(name):
        return Finding("CN", name.text, "domicile-only", 0.65)
    return Finding(last.entry.country, name.text, "printed-country", 0.9)


def demonym(name: Name) -> Finding | None:
    """Rule people-in-name: "Swedish Security Service", "University of Chinese Academy …"; not "… of Chinese in America"."""
    first = next((h for h in name.hits if h.entry.sort == "demonym"), None)
    if first is None or not _has_kind(name) or only_studied(name, first):
        return None
    lead = name.words[: first.start]
    if lead and lead != ["the"] and lead[-1] not in ("of", "the", "at") and not KIND.intersection(lead):
        return None
    if (first.end < len(name.words) and name.words[first.end] == "in") or _others(name, first):
        return None
    return Finding(first.entry.country, name.text, "people-in-name", 0.8)


def country_in_name(name: Name) -> Finding | None:
    """Rule country-in-name: "China … Association", "Bank of Japan", "Internet Initiative Japan Inc.". Two countries decide nothing
    unless the name ends in one of them."""
    hits = [h for h in name.hits if h.entry.sort == "country" and not _loose(name, h) and not only_studied(name, h)]
    if not hits:
        return None
    countries = {h.entry.country for h in hits}
    last = hits[-1]
    at_end = all(w in LEGAL for w in name.words[last.end :])
    if len(countries) > 1 and not (at_end and len(countries) == 2 and "(" in name.text):
        return Finding(None, name.text, "countries-in-name", 0.0)
    if _others(name, last):
        return None
    if (
        at_end
        and last.start > 0
        and name.words[last.start - 1] not in ("of", "de", "du")
        and last.entry.country == "CN"
        and _is_company(name)
    ):
        return Finding("CN", name.text, "domicile-only", 0.65)
    return Finding(last.entry.country, name.text, "country-in-name", 0.85 if at_end or last.start == 0 else 0.8)


def place(name: Name) -> Finding | None:
    """Rule place-in-name: a city or region beside a word that tells an organisation, or set apart by a comma."""
    hits = [h for h in name.hits if h.entry.sort == "place"]
    if not hits:
        return None
    last = hits[-1]
    apart = printed_suffix(name.text)
    is_apart = apart is not None and "," in name.text and key(apart) == " ".join(name.words[last.start : last.end])
    if not (is_apart or _has_kind(name) or any(w.isdigit() for w in name.words)):
        return None
    countries = {h.entry.country for h in hits}
    others = {h.entry.country for h in name.hits if h.entry.sort == "country" and not _loose(name, h)} - countries
    if others or (len(countries) > 1 and not is_apart and "CN" in countries):
        return Finding(None, name.text, "places-in-name", 0.0)
    return Finding(last.entry.country if is_apart else hits[0].entry.country, name.text, "place-in-name", 0.8)


def language(name: Name) -> Finding | None:
    """Rule word-in-name: a legal form or an office word that one country uses ("S.p.A.", "Oy", "Bundesamt")."""
    found = {h.entry.country for h in name.hits if h.entry.sort == "word"}
    if len(found) != 1 or len(name.words) < 2:
        return None
    return Finding(found.pop(), name.text, "word-in-name", 0.6)


_PATTERNS: tuple[Pattern, ...] = (printed_country, demonym, country_in_name, place, language)


def _has_kind(name: Name) -> bool:
    return not KIND.isdisjoint(name.words)


def _is_company(name: Name) -> bool:
    """Whether a name ends or goes on in a legal form, or says nothing of what it is: then a country in it is a domicile. A public
    body with no such form is none, whatever small words ("of the") stand in its name."""
    if not PUBLIC.isdisjoint(name.words) and not any(w in FORM and (len(w) > 2 or w == "co") for w in name.words):
        return False
    return any(w in LEGAL for w in name.words) or not _has_kind(name)


def _tails(name: Name, last: Hit) -> tuple[str, ...]:
    end = " ".join(name.words[last.start :])
    return end, "the " + end


def _others(name: Name, hit: Hit) -> bool:
    """Whether another country's name, people or place stands in the name too."""
    return any(
        h.entry.country != hit.entry.country
        for h in name.hits
        if h.entry.sort in ("country", "place") and not _in(name, h) and not _loose(name, h)
    )


def _in(name: Name, hit: Hit) -> bool:
    """Whether a country only says where: "… in China"."""
    return hit.start > 0 and name.words[hit.start - 1] in ("in", "en", "for", "on")


def _loose(name: Name, hit: Hit) -> bool:
    return hit.end - hit.start == 1 and name.words[hit.start] in LOOSE_COUNTRIES
