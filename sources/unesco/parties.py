"""The parties that stand behind (or before) a phrase in running text, in English, French and Spanish, as they are printed.

"co-hosted by the Ministry of Culture of the Kingdom of Bahrain and Tongji University, in Manama" names two. A place, a bare adjective
("Chinese students") and UNESCO itself are no parties. A country is taken only where it is printed as the party's own.
"""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from sources.unesco.states import states_in

Language = Literal["en", "fr", "es"]
REACH = 260  # characters in which a list of parties must end

_PRIVATE = 0xE000  # States are put aside as one character each, so that their commas and their "and" are out of the way
_S = "[\ue000-\ue0ff]"
_CAP = rf"(?:{_S}|[^\W\d_a-zß-ÿ][\w’'&./‑-]*)"
_ARTICLE = r"(?:(?:the|a|an|la|le|les|el|los|las)\s+|l[’'])"
_ARTICLES = re.compile(rf"^\s*{_ARTICLE}?", re.IGNORECASE)
_LINK = r"(?:of|the|for|and|on|de|du|des|d[’']|la|le|les|l[’']|del|los|las|el|al|y|et|e|von|van|&)"
_HEAD = (
    r"(?:(?:permanent )?(?:government|delegation|authorities|ministry|municipality|city|mission|national commission)s? of "
    r"(?:the )?)"
)
_NAME = re.compile(
    rf"{_HEAD}?{_CAP}(?:\s*\((?:[A-Z][\w./-]{{1,12}})\)|(?:\s+{_LINK}|\s*(?<=\s)[dl][’'])*\s*(?<=[\s’']){_CAP})*"
    r"(?:\s+(?:government|authorities|delegation))?"
)
_STOP = {
    "fr": re.compile(
        r"\s(?:avec|à|au|aux|dans|sur|lors|pendant|sous|qui|dont|où|que|est|sera|sont|a|ont|était|afin|depuis|après|avant|grâce|"
        r"en(?!\s+[A-ZÉ])|pour(?!\s+(?:la |le |l[’'])?[A-ZÉ])|du(?=\s+\d)|le(?=\s+\d)|s[’']|se|visant|portant|concernant|relati\w+)\b"
    ),
    "es": re.compile(
        r"\s(?:con(?!\s+la\s+UNESCO)|a|al|durante|bajo|que|es|fue|será|son|sobre|desde|en|tras|se|ha|han|"
        r"para(?!\s+(?:la |el )?[A-ZÉ])|el(?=\s+\d)|del(?=\s+\d)|gracias|relativ\w+)\b"
    ),
}
_SENTENCE = re.compile(r"(?<!\bMr)(?<!\bMs)(?<!\bDr)(?<!\bMrs)(?<!\bProf)(?<!\bSr)(?<!\bSra)(?<!\b[A-Z])[.;:!?](?=\s|$)|[\n«»“”\"]")
_BETWEEN = re.compile(r"\s*,\s*(?:and|et|y|e|as well as)\s+|\s*,\s*|\s+(?:and|et|y|e|as well as|together with|jointly with|ainsi que|así como)\s+")
_BODY_ITSELF = re.compile(
    r"(?:UNESCO(?!\s+Chair)|Unesco|Director-General|Directrice générale|Directeur général|Directora? General|Secretariat|Secrétariat|"
    r"Secretaría|Executive Board|General Conference|Organization|Member States?|United Nations|Nations Unies|Naciones Unidas)\b"
)
_GROUP_OF_77 = re.compile(r"(?:group of 77|g-?77|groupe des 77|grupo de los 77)\b", re.IGNORECASE)
_INSTITUTION = re.compile(
    r"universi|institut|minist|commission|comisi|academ|académ|govern|gouvern|gobiern|council|conseil|consej|cent(?:re|er|ro)\b|"
    r"foundation|fondation|fundaci|associa|asocia|committee|comit|administra|bureau|office|oficina|agenc|delegat|déléga|delega|"
    r"federat|fédérat|federac|muse|bank|banque|banco|union|organi|munici|provinc|fund|fonds|fondo|compan|group|corporat|laborat|"
    r"societ|société|socied|school|college|department|network|palace|archiv|librar",
    re.IGNORECASE,
)
_OWN = re.compile(
    rf"(?:^|\b(?:republic|kingdom|government|governments|ministry|commission|delegation|embassy|academy|sciences|parliament|"
    rf"gouvernement|ministère|gobierno|ministerio|comisión|[^\W\d_]+)\s+(?:of|de|du|del|d[’'])\s*{_ARTICLE}?)({_S})(?=$|[^\ue000-\ue0ff]*$)",
    re.IGNORECASE,
)
_FIRST = re.compile(rf"^({_S})(?:$|['’]s\b|\s+(?:National Commission|(?:UNESCO )?Funds?-in-Trust))")
_NOT_OWN = re.compile(rf"\b(?:universit\w*|bank|college) (?:of|de|del|du|d[’'])\s*{_ARTICLE}?{_S}$", re.IGNORECASE)
_OFFICE_OF = re.compile(
    rf"\s*,\s*(?:the\s+)?(?:permanent delegate|ambassador|(?:vice-)?minister|representative|delegate|head)\b[^,;.{chr(0xE000)}-{chr(0xE0FF)}]"
    rf"{{0,60}}({_S})",
    re.IGNORECASE,
)


class Party(NamedTuple):
    """A party as printed, the country as printed beside it or in it (None where none is), and where its words end."""

    words: str
    country: str | None
    end: int


class _Aside(NamedTuple):
    """A stretch of text with its States put aside."""

    text: str
    names: tuple[str, ...]

    def back(self, text: str) -> str:
        return re.sub(_S, lambda match: self.names[ord(match[0]) - _PRIVATE], text)


def parties_after(text: str, at: int, language: Language) -> list[Party]:
    """The parties in the list that begins at a place of a text."""
    stretch = _sentence(text[at : at + REACH])
    aside = _put_aside(stretch)
    found = []
    for words, country, end in _listed(aside, language):
        printed = _ARTICLES.sub("", aside.back(words)).strip(" ,")
        if printed and not _BODY_ITSELF.match(printed) and not _GROUP_OF_77.match(printed):
            found.append(Party(printed, country and aside.back(country), at + len(aside.back(aside.text[:end]))))
    return found


def parties_before(text: str, at: int) -> list[Party]:
    """The parties that are the subject of the verb at a place of a text: States and institutions that begin a clause."""
    before = text[max(0, at - REACH) : at]
    start = max((match.end() for match in _SENTENCE.finditer(before)), default=0)
    aside = _put_aside(before[start:].strip())
    subject = _SUBJECT.search(aside.text)
    if subject is None:
        return []
    found = []
    for piece in _AND.split(subject["list"]):
        words = _ARTICLES.sub("", _after_adverb(piece.strip()))
        country = subject["state"] or _country(words)
        printed = _ARTICLES.sub("", aside.back(words))
        if printed and not _BODY_ITSELF.match(printed) and not _GROUP_OF_77.match(printed):
            found.append(Party(printed, country and aside.back(country), at))
    return found


_ONE = rf"{_ARTICLE}?(?:{_HEAD}{_S}|{_CAP}(?:(?:\s+(?!and\b|et\b|y\b){_LINK})*\s+{_CAP})*(?:\s+\([A-Z]\w+\)|\s+government)?)"
_AND = re.compile(r"\s*,\s*(?:and|et|y)\s+|\s*,\s*|\s+(?:and|et|y)\s+")
_SUBJECT = re.compile(
    rf"(?:^|[,:–—(-]\s*|\b(?:that|when|while|where|and|as|since|after|because|although|que|quand|lorsque|et|cuando|y|\d+)\s+)"
    rf"(?P<list>{_ONE}(?:(?:\s*,\s*(?:and\s+|et\s+|y\s+)?|\s+(?:and|et|y)\s+){_ONE})*)(?:\s*\((?P<state>{_S})\))?\s*,?$",
    re.IGNORECASE if False else 0,
)


def _after_adverb(words: str) -> str:
    """A State without the word that only begins its sentence ("Today China")."""
    match = re.fullmatch(rf"(?!The\b|La\b|Le\b|El\b|L[’'])[A-Z][a-z]+(?:ly|day|while|ever|in)?\s+({_S})", words)
    return match[1] if match else words


def _listed(aside: _Aside, language: Language) -> Iterator[tuple[str, str | None, int]]:
    at = 0
    while at < len(aside.text):
        article = _ARTICLES.match(aside.text, at) or re.match("", aside.text)
        name = _name(aside.text, article.end() if article else at, language)
        if name is None:
            return
        words, end = name
        country = _country(words)
        if bracket := re.match(rf"\s*\(({_S})\)", aside.text[end:]):
            country, end = bracket[1], end + bracket.end()
        elif other := re.match(r"\s*\([^()]*\)", aside.text[end:]):
            end += other.end()
        office = _OFFICE_OF.match(aside.text[end:])
        if office:
            country, end = office[1], end + office.end()
        itself = bool(_BODY_ITSELF.match(words))
        suffix = re.match(rf"\s*,\s*({_S})(?!\w)", aside.text[end:])
        if suffix and country is None and not itself:
            country, end = suffix[1], end + suffix.end()
        yield words, country, end
        between = _BETWEEN.match(aside.text, end)
        if between is None or not _goes_on(aside.text[between.end() :], between[0], words):
            return
        at = between.end()


def _name(text: str, at: int, language: Language) -> tuple[str, int] | None:
    """The name that begins here, and where it ends."""
    if language == "en":
        match = _NAME.match(text, at)
        if match is None:
            return None
        words = _cut(match[0])
        after = text[at + len(words) :]
        adjective = re.match(r"\s+(?!with|in|on|at|from|to|for|during|and|or|as|is|was|were|has|have|under|through|since|by|which|who|that|"
                             r"between|before|after|alongside|together|jointly|within|via|while|where|will|this|last|next|are|of)[a-z]", after)  # fmt: skip
        if adjective and not re.match(_S, words) and not _INSTITUTION.search(words):
            return None
    else:
        end = len(text)
        for pattern in (_STOP[language], re.compile(r"[,(]")):
            if stop := pattern.search(text, at):
                end = min(end, stop.start())
        words = _cut(text[at:end].rstrip())
        if not re.search(_CAP, words):
            return None
    return words, at + len(words)


def _cut(words: str) -> str:
    """A name up to the place where another begins: after a State that stands first, and at an "and" that joins two parties."""
    for joint in re.finditer(r"\s+(?:and|et|y|e)\s+", words):
        if _goes_on(words[joint.end() :], joint[0], words[: joint.start()]) and _apart(words[: joint.start()], words[joint.end() :]):
            words = words[: joint.start()]
            break
    if first := re.match(rf"({_S})\s+(?:of|for|on|de|du|pour|para|la|le|the|in|en)\b", words):
        return first[1]
    return words


def _apart(left: str, right: str) -> bool:
    """Whether what stands left and right of an "and" are two parties, not one name."""
    ends = re.search(rf"{_S}\)?$", left) is not None
    begins = re.match(rf"{_ARTICLE}?{_S}", right, re.IGNORECASE) is not None
    new = re.match(_ARTICLE, right, re.IGNORECASE) is not None and _INSTITUTION.search(right) is not None
    both = _INSTITUTION.search(left) is not None and re.match(rf"(?:{_CAP}\s+){{0,3}}(?:{_INSTITUTION.pattern})", right, re.IGNORECASE) is not None
    return ends or begins or new or (both and _heads(right))


def _heads(right: str) -> bool:
    """Whether a name begins like an institution's, not like the second half of one ("Technology", "Cultural Organization")."""
    return re.match(r"(?:\w+\s+)?(?:Univers|Minist|Institut|Academ|Académ|Commission|Comisi|National|Peking|UNESCO)", right) is not None


def _goes_on(rest: str, between: str, left: str) -> bool:
    """Whether a list of parties goes on behind a comma or an "and"."""
    if re.match(rf"{_ARTICLE}?{_S}", rest, re.IGNORECASE):
        return True
    piece = re.split(r"[,;]|\s+(?:and|et|y)\s+", rest)[0]
    capital = re.match(rf"{_ARTICLE}?{_CAP}", rest) is not None
    if not capital:
        return False
    return _INSTITUTION.search(piece) is not None or ("," not in between)


def _country(words: str) -> str | None:
    """The State that is printed as a party's own: alone, first before its commission, or last behind "of"."""
    words = _ARTICLES.sub("", words)
    if _NOT_OWN.search(words):
        return None
    if first := _FIRST.match(words):
        return first[1]
    own = _OWN.search(words)
    return own[1] if own else None


def _put_aside(text: str) -> _Aside:
    places = list(states_in(text))[:200]
    for number, place in reversed(list(enumerate(places))):
        text = f"{text[: place.start]}{chr(_PRIVATE + number)}{text[place.end :]}"
    return _Aside(text, tuple(place.name for place in places))


def _sentence(text: str) -> str:
    end = _SENTENCE.search(text)
    return text[: end.start()] if end else text
