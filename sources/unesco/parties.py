"""The parties that stand behind a phrase in running text, in English, French and Spanish, as they are printed.

"co-hosted by the Ministry of Culture of the Kingdom of Bahrain and Tongji University, in Manama" names two. A place, a bare
adjective ("Chinese students") and UNESCO itself are no parties. A country is given only where it is printed as the party's own.
"""

import re
from typing import NamedTuple

from sources.unesco import party_words as w
from sources.unesco.names import name_end, named_firm, piece_of
from sources.unesco.stretch import Language, Stretch

REACH = 260  # characters within which a list of parties must end

SENTENCE = re.compile(r"(?<!\bMr)(?<!\bMs)(?<!\bDr)(?<!\bMrs)(?<!\bProf)(?<!\bSr)(?<!\bSra)(?<!\b[A-Z])[.;:!?](?=\s|$)|[\n«»“”\"]")

_TITLED = re.compile(r"(?:Professor|Prof|Dr|Mr|Ms|Mrs|Mme|M|Sr|Sra|Profesora?|Professeure?)\b")


class Party(NamedTuple):
    """A party as printed, the country as printed beside it or in it (None where none is), and where its words end in the text."""

    words: str
    country: str | None
    end: int


def parties_after(text: str, at: int, language: Language) -> list[Party]:
    """The parties in the list that begins at a place of a text."""
    stretch = Stretch(_sentence(text[at : at + REACH]), language)
    found, place = list[Party](), 0
    while True:
        place = named_firm(stretch, stretch.skip_articles(place))
        last = name_end(stretch, place)
        if last == place or _is_adjective(stretch, place, last):
            break
        words = stretch.printed(stretch.at(place).start, stretch.at(last - 1).end)
        itself = w.BODY_ITSELF.match(stretch.printed(stretch.at(place).start, len(stretch.text))) is not None
        country, behind = _beside(stretch, last, itself or stretch.at(last - 1).is_state)
        country = country or own_state(stretch, place, last) or _seat(stretch, last, words)
        end = at + len(stretch.printed(0, stretch.at(behind - 1).end))
        if found and _is_affiliation(stretch, place, words, found[-1]):
            begins = text.rfind(found[-1].words, at, end)
            printed = text[begins : at + len(stretch.printed(0, stretch.at(last - 1).end))]
            found[-1] = Party(" ".join(printed.split()), country, end)
        elif not itself:
            found.append(Party(words, country, end))
        further = _next_party(stretch, behind)
        if further is None:
            break
        place = further
    return found


def _is_affiliation(stretch: Stretch, place: int, words: str, person: Party) -> bool:
    """Whether a name behind a comma is the institution of the person before it: "Professor Li, Peking University"."""
    before = place - 1
    while stretch.at(before).word in w.ARTICLES | w.AGAIN:
        before -= 1
    titled = _TITLED.match(person.words) and person.country is None
    return bool(titled and stretch.at(before).text == "," and w.INSTITUTION.search(words))


def _is_adjective(stretch: Stretch, place: int, last: int) -> bool:
    """Whether the capitals only begin a common noun: "Chinese students"."""
    after = stretch.at(last)
    if stretch.language != "en" or stretch.at(place).is_state or not after.text[0].isalpha() or after.is_capital:
        return False
    named = any(token.is_state or w.INSTITUTION.search(token.text) for token in stretch.tokens[place:last])
    return after.word not in w.AFTER_NAME and not named


def _beside(stretch: Stretch, last: int, settled: bool) -> tuple[str | None, int]:
    """The country that is printed beside a name (in brackets, behind a comma, in its bearer's office), and the place behind."""
    if stretch.at(last).text == "(":
        close = next((at for at in range(last, min(last + 12, len(stretch.tokens))) if stretch.at(at).text == ")"), last)
        if close == last + 2 and stretch.at(last + 1).is_state:
            return stretch.printed(stretch.at(last + 1).start, stretch.at(last + 1).end), close + 1
        last = max(last, close + 1 if close > last else last)
    if stretch.at(last).text == "," and not settled:
        for at in range(last + 1, min(last + 9, len(stretch.tokens))):
            token = stretch.at(at)
            if token.is_state:
                from_it = at <= last + 3 and stretch.at(last + 1).word in w.AGAIN  # "Sra. Li, de China"
                near = at == last + 1 or from_it or w.BEARER.search(stretch.text, stretch.at(last).end, token.start)
                return (stretch.printed(token.start, token.end), at + 1) if near else (None, last)
            if token.text in ",;.(":
                break
    return None, last


def _seat(stretch: Stretch, last: int, words: str) -> str | None:
    """The State behind "in Windhoek, Namibia", where a museum or centre sits; a university abroad is no university of the place."""
    at = last + 1
    local = w.LOCAL_BODY.search(words) and not re.search("universi|college", words, re.IGNORECASE)
    if stretch.at(last).word not in ("in", "en", "à") or not local:
        return None
    while at < last + 4 and stretch.at(at).is_capital and not stretch.at(at).is_state:
        at += 1
    at += stretch.at(at).text in (",", "(")
    state = stretch.at(at)
    return stretch.printed(state.start, state.end) if state.is_state and at > last + 1 else None


def own_state(stretch: Stretch, place: int, last: int) -> str | None:
    """The State that is a party's own: alone, first before its commission or fund, or last behind "of"."""
    tokens = stretch.tokens[place:last]
    first = tokens[0]
    if first.is_owner and len(tokens) > 1:
        return stretch.printed(first.start, first.start + 1)
    if first.is_state and (len(tokens) == 1 or tokens[1].word in ("national", "funds-in-trust", "fund-in-trust", "unesco")):
        return stretch.printed(first.start, first.end)
    for number in range(len(tokens) - 1, 0, -1):
        behind = tokens[number + 1 :]
        if tokens[number].is_state and (not behind or behind[0].word in w.FOR):
            owner = [token for token in tokens[:number] if token.word not in w.LINKS]
            of = any(token.word in ("of", "de", "du", "d'", "del", "des") for token in tokens[max(0, number - 2) : number])
            foreign = owner and re.match(r"universi|bank|college", owner[-1].word)
            return stretch.printed(tokens[number].start, tokens[number].end) if of and not foreign else None
    return None


def _next_party(stretch: Stretch, behind: int) -> int | None:
    """Where the next party of the list begins, or None when the list ends."""
    word, at = stretch.at(behind).word, behind + 1
    if word == "," and stretch.at(at).word not in w.JOINERS:
        start = at = stretch.skip_articles(at + 1 if stretch.at(at).word in w.AGAIN else at)
        piece = piece_of(stretch, start)
        named = stretch.at(start).is_state or any(w.INSTITUTION.search(token.text) for token in piece)
        return at if piece and named and _in_list(stretch, start + len(piece)) else None
    if word == ",":
        at += 1
    elif words := next((each for each in w.AS_WELL if each == tuple(stretch.at(behind + n).word for n in range(len(each)))), ()):
        at = behind + len(words)
    elif word not in w.JOINERS:
        return None
    start = stretch.skip_articles(at + 1 if stretch.at(at).word in w.AGAIN else at)
    if w.BEARING.match(stretch.at(start).text) or stretch.at(start).word in w.OFFICES:
        return None  # "… and Rapporteur Mr Diop"
    if start > at and stretch.at(at).word in w.AGAIN:  # "de la République d’Iran et de la Chine"
        piece = piece_of(stretch, start)
        at = start
        return at if any(token.is_state or w.INSTITUTION.search(token.text) for token in piece) else None
    headed = stretch.at(start).word in w.GOVERNMENTS and start > at and name_end(stretch, start) > start  # "et la ville de Lyon"
    return at if stretch.at(start).is_capital or headed else None


def _in_list(stretch: Stretch, behind: int) -> bool:
    """Whether a name behind a comma is one of a list, not the subject of what follows."""
    return stretch.at(behind).text in (" ", ",", "(", ")") or stretch.at(behind).word in w.JOINERS


def sentence_before(text: str, at: int) -> str:
    """What stands before a place of a text in the same sentence."""
    before = text[max(0, at - REACH) : at]
    return before[max((end.end() for end in SENTENCE.finditer(before)), default=0) :]


def _sentence(text: str) -> str:
    end = SENTENCE.search(text)
    return text[: end.start()] if end else text


def clause_end(text: str, at: int, most: int = 90) -> int:
    """Where the clause ends that goes on at a place of a text, within so many characters."""
    end = re.compile(r"[.;:]").search(text, at, at + most)
    return end.start() if end else min(len(text), at + most)
