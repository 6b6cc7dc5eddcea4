"""Who plays a role in a clause whose verb stands before its subject: "Acogió la reunión el Gobierno de Chile", "Presentó China un
proyecto", "le centre qu’abrite le Qatar", "Hosting the event were Oman and Peru". The verbs are data: inverted.toml.

A name behind a Spanish verb is its object as often as its subject ("financió el Museo de …"): it is the subject where the object
stands as well, or is asked for by "que" and the name is a State's.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from sources.unesco import party_words as w
from sources.unesco.parties import Party, parties_after
from sources.unesco.states import states_in
from sources.unesco.stretch import Language
from sources.unesco.triggers import told, words_of

_OPENS = r"(?:^|[.;:(–—]\s*|,\s+|\b(?:y|e|pues|donde|cuando|que)\s+)(?:(?:también|además|nuevamente|asimismo)\s+)?"
_ASKS: dict[Language, str] = {"es": r"\b(?:que|donde)\s+", "fr": r"\b(?:que\s+|qu[’']|où\s+)"}
_OBJECT = re.compile(
    r"\s*,?\s+(?:(?:a|por|en) [^.,;:]{2,40},?\s+)?(?:un|una|el|la|los|las|su|sus|dos|tres|este|esta|que|\d[\d.]*)\s", re.IGNORECASE
)
_HEADS = "|".join(sorted(w.GOVERNMENTS))
_NAME = re.compile(rf"(?<![\w’'-])(?:(?:el|la|los|las)\s+(?=[A-ZÀ-Ý]|(?:{_HEADS})\b)|(?=[A-ZÀ-Ý]))")
_BEARER = re.compile(r"(?:Sra?|Dra?|Embajadora?|Prof)\b")
_AN_OBJECT = re.compile(r"\s+(?:el|la|los|las|un|una|su|sus|este|esta|dos|tres|del|de la|de los|\d+)\s+[a-zà-ÿ]")
_NO_SUBJECT = re.compile(
    r"\b(?:de|del|en|a|al|con|por|para|sobre|entre|desde|hacia|según|ante|sin|tras|contra|y|e|como|[A-ZÀ-Ý][\w’'-]*)$"
)
_OF_A_STATE = re.compile(r"(?:el |la |los |las )?(?:[Gg]obierno (?:de |del )(?:la )?)?")


class Verb(NamedTuple):
    """A verb that gives a role: its pattern, the words of which one must be near, and what finds its subject behind it."""

    role: str
    language: Language
    pattern: re.Pattern[str]
    near: re.Pattern[str] | None
    subject: Callable[[str, int], int | None]


def inverted(text: str) -> Iterator[tuple[int, str, Party]]:
    """Where the words begin, the role, and the subject that stands behind its verb."""
    for role, language, pattern, near, subject in _patterns():
        for match in pattern.finditer(text):
            if near is None or near.search(text, max(0, match.start() - 80), match.end() + 160):
                at = subject(text, match.end())
                for party in () if at is None else parties_after(text, at, language):
                    yield match.start(), role, party


def _there(text: str, at: int) -> int | None:
    """The place itself."""
    return at


def _a_state(text: str, at: int) -> int | None:
    """The place itself when a State or its government stands there."""
    behind = text[at : at + 80].lstrip()
    first = next(iter(states_in(behind)), None)
    return at if first and _OF_A_STATE.fullmatch(behind[: first.start]) else None


def _beside_its_object(text: str, at: int) -> int | None:
    """Where the subject begins of a verb that ends here: right there when an object follows, or behind the object."""
    end = re.compile(r"[.;:]").search(text, at)
    clause = text[at : end.start() if end else len(text)][:170]
    start = _first_name(clause)
    if start is None:
        return None
    if clause[:start].strip():
        return at + start if _AN_OBJECT.match(clause) else None
    parties = parties_after(text, at + start, "es")
    return at + start if parties and _OBJECT.match(text, parties[-1].end) else None


def _of_a_whole(text: str, at: int) -> int | None:
    """Where the subject begins of a verb that has its object with it."""
    start = _first_name(text[at : at + 120])
    return None if start is None else at + start


def _first_name(clause: str) -> int | None:
    """Where the first name stands in a clause that no preposition ties to what is before."""
    for found in _NAME.finditer(clause):
        bare = not found[0]
        if _NO_SUBJECT.search(clause[: found.start()].rstrip()):
            continue
        if not bare or _BEARER.match(clause, found.end()) or any(each.start == 0 for each in states_in(clause[found.end() :])):
            return found.start()
    return None


@cache
def _patterns() -> Sequence[Verb]:
    """The verbs as patterns, each with what finds its subject behind it."""
    found: list[Verb] = []
    for entry in told()["inverted"]:
        es, role, near = "|".join(entry["es"]), entry["role"], words_of(entry["near"]) if "near" in entry else None
        subject = _of_a_whole if entry.get("whole") else _beside_its_object
        found.append(Verb(role, "es", _pattern(rf"{_OPENS}(?:{es})(?!\w)(?:\s+\w+mente)?"), near, subject))
        found.append(Verb(role, "es", _pattern(rf"{_ASKS['es']}(?:{es})(?!\w)\s*"), near, _a_state))
        if "fr" in entry:
            found.append(Verb(role, "fr", _pattern(rf"{_ASKS['fr']}(?:{'|'.join(entry['fr'])})\b\s*"), near, _there))
    for entry in told()["listed"]:
        for language in ("fr", "es"):
            opened = _pattern(rf"(?:^|[.;]\s+)(?:{'|'.join(entry[language])})\b[^.;:]{{2,90}}?\s?:\s*")
            found.append(Verb(entry["role"], language, opened, None, _there))
    for entry in told()["headed"]:
        headed = _pattern(rf"(?:^|[.;:(]\s+)(?:{'|'.join(entry['en'])})(?:\s+[^.;:]{{2,80}}?)?\s+(?:is|are|was|were|will be)\s+")
        found.append(Verb(entry["role"], "en", headed, None, _there))
    return found


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(words, re.IGNORECASE)
