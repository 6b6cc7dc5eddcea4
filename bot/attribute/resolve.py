"""Resolver: one party as printed → its country, by the first named rule that matches. Exact names first, patterns after, persons'
names never. Each rule has its own confidence; below 0.7 a person reviews it before any alert."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from bot.attribute.gazetteer import Gazetteer
from bot.attribute.han import by_script
from bot.attribute.lexicon import Entry, Hit, Lexicon, PartyMatch, PrintedName
from bot.attribute.normalise import key
from bot.attribute.patterns import by_domain, by_pattern
from bot.attribute.roles import Field
from bot.attribute.split import split_joined_words
from bot.attribute.states import by_state
from bot.attribute.words import FORM, GENERAL, LEGAL
from sources.formats.phrases import is_far_eastern

LONGEST = 600  # characters of a name
_GROUP = re.compile(
    r"^\s*(?:3gpp\s+)?(?:(?:sa|ct|ran|tsg|sg|wp|gsma)\s*(?:wg)?\s*\d|(?:iso|iec|iso/iec|itu)\b.*\b(?:tc|sc|wg|jtc|sg)\s*\d)",
    re.IGNORECASE,
)
_PERSON = re.compile(r"^\s*(?:[^\W\d_]\.[\s-]*){1,3}[^\W\d_][\w'-]+\s*$")
_TITLED = re.compile(  # "Ms Marie Dupont"
    r"\s*(?:H\.E\.,? )?(?:Mr|Ms|Mrs|Mme|M|Sra?)\.? [A-ZÀ-Þ][\w'’-]*(?: [A-ZÀ-Þ][\w'’-]*\.?){1,3}\s*$"
)
_ADDRESS = re.compile(r"[^\s@(<]{0,64}@[^\s@)>]{1,255}")
_MARK = re.compile(r"\[[^\[\]]{0,9}\]\s*$")
_BRACKETED_CODE = re.compile(r"\(([A-Za-z]{2})\)\s*$")
_POSSESSIVE = re.compile(r"([^\W_]+)'s\b")
_COMPANY = frozenset({"company", "SOE"})
_ALLIANCES = frozenset({"alliance", "association"})
_INSTITUTE = "research_institute"


UNKNOWN = "unknown"
_SHORT = frozenset({"uk", "usa", "uae", "u k"})


class Resolver:
    """The rules with their gazetteer."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self.lexicon = gazetteer.lexicon
        self._fillers: dict[str, bool] = {}
        self.party: Callable[[str, Field], PartyMatch] = lru_cache(maxsize=16_384)(self._party)

    def _party(self, text: str, field: Field) -> PartyMatch:
        """Return the match of one party, printed and cleaned (see normalise.clean)."""
        if len(text) > LONGEST:
            return PartyMatch(None, text[:80], "too-long", 0.0)
        if field.members and (found := self.member(text)):
            return found
        if _PERSON.match(text) and len(key(text)) > 3 and not self.gazetteer.countries.named(text):
            return PartyMatch(None, text, UNKNOWN, 0.0)
        if _TITLED.match(text):  # a person, even with the surname of a firm
            return PartyMatch(None, text, UNKNOWN, 0.0)
        name = self.name(_ADDRESS.sub(" ", text) if "@" in text else text, field)
        if not name.hits and _GROUP.match(text):
            return PartyMatch(None, text, "working-group", 0.0)
        found = self._by_rules(name, field) or by_domain(text, self.gazetteer.domains)
        if found is None and (plain := without_possessives(text, self.lexicon)) != text:
            found = self._by_rules(self.name(plain, field), field)
        if (found is None or found.rule == "ambiguous-name") and (
            apart := split_joined_words(name.words, self.gazetteer.vocabulary)
        ):
            again = self._by_rules(self.name(apart, field), field)
            if again and again.country:
                return again._replace(confidence=min(again.confidence, 0.75), rule=f"{again.rule}, words taken apart")
        return found or PartyMatch(None, text, UNKNOWN, 0.0)

    def _by_rules(self, name: PrintedName, field: Field) -> PartyMatch | None:
        return (
            self._country_itself(name)
            or (by_script(name.text, self.lexicon) if is_far_eastern(name.text) else None)
            or self._state(name, field)
            or self._institution(name, field)
            or self._registered(name)
            or by_pattern(name)
        )

    def member(self, text: str) -> PartyMatch | None:
        """Rule national-body: a member of ISO or IEC by its acronym, alone or in brackets after its country or name."""
        if len(text) > LONGEST:
            return None
        short = _MARK.sub("", text).strip()
        if country := self.gazetteer.acronyms.get(key(short)):
            return PartyMatch(country, short, "national-body", 0.98)
        before, bracket, inner = short.rstrip(" )").rpartition("(")
        if bracket and (country := self.gazetteer.countries.named(before)):
            return PartyMatch(country, inner.strip(), "national-body", 0.98)
        if bracket and (country := self.gazetteer.acronyms.get(key(inner))) and len(key(inner)) > 2:
            found = self.party(before.strip(), Field("party", "", False))
            return PartyMatch(country, before.strip(), "national-body", 0.95) if found.country in (country, None) else found
        return None

    def name(self, text: str, field: Field) -> PrintedName:
        """Return the party with all names of the lexicon that count in it."""
        words = key(text).split(" ")
        hits: list[Hit] = []
        for start, end, entries in self.lexicon.find(words):
            for entry in entries:
                if entry.sort != "institution" or (
                    self._counts(entry, words, start, end, field)
                    and not (start and self._ends_another_name(entry, text, words, start, end, hits))
                ):
                    hits.append(Hit(start, end, entry, entries))
                    break
        if (code := _BRACKETED_CODE.search(text)) and (country := self._coded(code[1], words)):
            hits = [*(hit for hit in hits if hit.end < len(words)), Hit(len(words) - 1, len(words), country)]
        return PrintedName(text, words, hits)

    def _coded(self, code: str, words: Sequence[str]) -> Entry | None:
        """Return the country of a code in brackets at the end of a name; none for a legal form or the initials of the name."""
        initials = "".join(word[0] for word in words[:-1] if word)
        country = self.gazetteer.countries.codes.get(code.lower())
        if country is None or code.lower() in FORM or code.lower() in initials:
            return None
        return Entry("country", country, country)

    def _ends_another_name(self, entry: Entry, text: str, words: Sequence[str], start: int, end: int, hits: Sequence[Hit]) -> bool:
        """Return True when a name of one word, or of an alliance, is the tail of another name: "Hugging Face" is not "Face"."""
        before = words[start - 1]
        if entry.acronym or len(before) < 4 or self.is_filler(before) or (hits and hits[-1].end == start):
            return False
        if entry.kind not in _ALLIANCES and (end - start > 1 or before in GENERAL):
            return False
        return f"{before} {words[start]}" in " ".join(text.casefold().split())

    def _counts(self, entry: Entry, words: Sequence[str], start: int, end: int, field: Field) -> bool:
        """Return True when the name of an institution counts at its place: an acronym in its contexts, a brand by its match
        rule."""
        if entry.contexts and field.context not in entry.contexts:
            return False
        if entry.acronym and (field.kind == "acronym" or _is_namesake(entry, words, start)):
            return False
        if entry.match == "anywhere":
            return True
        is_filler = self.is_filler
        return all(map(is_filler, words[:start])) and (entry.match == "start" or all(map(is_filler, words[end:])))

    def place(self, text: str) -> str | None:
        """Return the country of a text that is only a city or region ("Los Angeles"), or None."""
        return next((e.country for e in self.lexicon.names.get(key(text), ()) if e.sort == "place"), None)

    def is_filler(self, word: str) -> bool:
        """Return True when a word beside a name does not change the name: a legal form, a country, a place, a general word."""
        known = self._fillers.get(word)
        if known is None:
            entries = self.lexicon.names.get(word, ())
            known = word in LEGAL or word.isdigit() or any(e.sort in ("country", "place", "demonym") for e in entries)
            if len(self._fillers) < 50_000:
                self._fillers[word] = known
        return known

    def _country_itself(self, name: PrintedName) -> PartyMatch | None:
        """Rule country-name: the party is a State."""
        if not name.hits and name.text.isascii():
            return None  # the lexicon has the names of all countries
        if name.hits and (name.hits[0].entry.sort != "country" or name.hits[0].start > 2):
            return None
        spelled = " ".join(name.words)
        if (code := self.gazetteer.countries.named(name.text)) and (len(spelled) > 3 or spelled in _SHORT or not spelled.isascii()):
            return PartyMatch(code, name.text, "country-name", 0.95)
        return None

    def _state(self, name: PrintedName, field: Field) -> PartyMatch | None:
        """Rule state, except for institutions that the gazetteer has by name."""
        first = name.hits[0].entry if name.hits else None
        if first is None or (first.sort == "institution" and first.kind != "intergovernmental"):
            return None
        return by_state(name, self.gazetteer, field.context)

    def _institution(self, name: PrintedName, field: Field) -> PartyMatch | None:
        """Rules institution, group-control, joint-venture, no-country: a name of the gazetteer in the party."""
        found = [hit for hit in name.hits if hit.entry.sort == "institution"]
        if not found:
            return None
        hit = found[0]
        if hit.entry.kind == "ambiguous":  # another name beside it tells which is meant
            hit = next((h for h in found if h.entry.country), hit)
        if hit.entry.kind == "intergovernmental" and (
            len(found) > 1 or (_names_location(name) and (hit.start > 0 or field.kind == "host"))
        ):
            others = [h for h in found if h.entry.kind != "intergovernmental"]
            if not others:
                return None
            hit = others[0]
        entry = hit.entry
        printed = next(
            (h.entry.country for h in reversed(name.hits) if h.entry.sort in ("country", "place") and h.start >= hit.end), None
        )
        if entry.country is None:
            return self._without_country(entry, printed, _people_before(name, hit))
        domicile = (printed or entry.domicile) if printed != entry.country else None
        if domicile and entry.kind not in _COMPANY and _ends_in_country(name) and not _is_larger_country(entry.country, domicile):
            return PartyMatch(domicile, name.text, "printed-country", 0.85)
        if domicile and entry.kind == _INSTITUTE and _of_its_city(name, hit):
            return PartyMatch(domicile, name.text, "place-in-name", 0.8)
        also = (
            tuple(h.entry.country for h in found[1:] if h.entry.country and h.entry.kind != "intergovernmental")
            if "joint" in name.words
            else ()
        )
        whole = hit.end - hit.start == len(name.words)
        if domicile and entry.kind in _COMPANY:
            return PartyMatch(entry.country, entry.name, "group-control", 0.9, domicile, also, entry.kind)
        rule = "acronym" if entry.acronym else "institution"
        return PartyMatch(entry.country, entry.name, rule, 0.97 if whole and not entry.acronym else 0.9, domicile, also, entry.kind)

    def _without_country(self, entry: Entry, printed: str | None, people: str | None) -> PartyMatch | None:
        if entry.kind == "ambiguous":
            if printed is None and people is not None:
                return PartyMatch(people, entry.name, "ambiguous-name, people-in-name", 0.8)
            if printed is None:
                return PartyMatch(None, entry.name, "ambiguous-name", 0.0)
            return PartyMatch(printed, entry.name, "ambiguous-name, printed-country", 0.85)
        rule = "joint-venture" if entry.kind == "joint venture" else "no-country"
        return PartyMatch(None, entry.name, rule, 0.9, printed)

    def _registered(self, name: PrintedName) -> PartyMatch | None:
        """Rule registered: the whole name is in the second table. Registration of a company proves its domicile at most."""
        table = self.gazetteer.registered
        spelled = " ".join(name.words)
        one = table.get(spelled.replace(" ", "") if is_far_eastern(spelled) else spelled)
        if one is None:
            return None
        return PartyMatch(one.country, one.name, "registered", 0.7 if one.suffixed else 0.8)


def _is_namesake(entry: Entry, words: Sequence[str], at: int) -> bool:
    """Return True when an acronym stands for the words before it, which share none with the name that the entry gives it:
    "Automotive Edge Computing Consortium (AECC)" is no Aero Engine Corporation of China."""
    begun = [word for word in words[:at] if word not in _LINKS]
    if "".join(word[:1] for word in begun) != words[at]:
        return False
    return {word[:4] for word in begun}.isdisjoint(word[:4] for word in key(entry.name).split())


_LINKS = frozenset({"of", "for", "and", "the", "de", "la", "et", "y", "des", "du"})


def without_possessives(text: str, lexicon: Lexicon) -> str:
    """Return a clean text with "Algeria's" as "Algeria", but "People's" as it is."""
    if "'s" not in text:
        return text
    return _POSSESSIVE.sub(lambda match: match[0 if key(match[0]) in lexicon.heads else 1], text)


def _people_before(name: PrintedName, hit: Hit) -> str | None:
    """Return the country of a people or State named right before an institution: "Chinese Ministry of Education", or "China.
    Ministry of Education" as in catalogues."""
    return next((h.entry.country for h in name.hits if h.entry.sort in ("demonym", "country") and h.end == hit.start), None)


def _names_location(name: PrintedName) -> bool:
    """Return True when the party names a country, a people or a place."""
    return any(hit.entry.sort in ("country", "demonym", "place") for hit in name.hits)


def _ends_in_country(name: PrintedName) -> bool:
    """Return True when the party ends in a country, which is stronger evidence than "… in China"."""
    last = name.hits[-1]
    return last.end == len(name.words) and last.entry.sort == "country" and name.words[last.start - 1] not in ("in", "for")


def _of_its_city(name: PrintedName, hit: Hit) -> bool:
    """Return True when "of Dakar" follows the name of an institute: one of the same name in another city."""
    last = name.hits[-1]
    return last.entry.sort == "place" and last.start == hit.end + 1 and name.words[hit.end] in ("of", "de", "du")


def _is_larger_country(own: str, printed: str) -> bool:
    """Return True when the printed country is CN and the own code HK, MO or TW: some sources print both."""
    return printed == "CN" and own in ("HK", "MO", "TW")
