"""Codes of the documents of UNESCO's governing bodies: "42 C/21", "206 EX/19 Part V", "ITH/14/5.GA/10" → body, session, item.

They are printed with or without spaces, with kinds of spaces and hyphens, and with the marks of revisions behind.
"""

import re
import unicodedata
from typing import NamedTuple

BODIES = {"C": "General Conference", "EX": "Executive Board"}
_MAIN = re.compile(r"(?<![\w/])(\d{1,3})\s*(C|EX)\s*/\s*(.+)$", re.IGNORECASE)
_ORGAN = re.compile(
    r"^(?P<sector>[A-Z]{2,4})[/-](?P<year>\d{2,4})/(?P<session>\d{1,3})\s*\.?\s*(?P<organ>[A-Z]{2,5}(?:\s?WG)?)\s*/\s*(?P<item>.+)$"
)
_PART = re.compile(r"\bPart\s+([IVXLC]+|\d+)\b", re.IGNORECASE)
_MARKS = re.compile(r"[\s.,/(-]+(REV|CORR|ADD|INF|PROV)\b\.?\s*(\d*)\)?", re.IGNORECASE)
_STATES = re.compile(r"\(([^()]+)\)\s*$")


class Code(NamedTuple):
    """A governing-body document: which body met in which session, and the item or paper. `marks` are those of revisions and
    addenda; `states` is what a draft resolution prints in brackets: the States that submit it."""

    body: str
    session: int
    item: str
    part: str = ""
    marks: tuple[str, ...] = ()
    states: str = ""


def governing(printed: str) -> Code | None:
    """The code of a governing-body document, or None for any other code."""
    text = " ".join(unicodedata.normalize("NFKC", printed).replace("‑", "-").replace("–", "-").split())
    if found := _MAIN.search(text):
        return _code(BODIES[found[2].upper()], int(found[1]), found[3])
    if found := _ORGAN.match(text):
        return _code(f"{found['sector']} {found['organ']}", int(found["session"]), found["item"])
    return None


def _code(body: str, session: int, rest: str) -> Code:
    states = ""
    if rest.upper().startswith("DR") and (bracket := _STATES.search(rest)):
        states, rest = bracket[1].strip(), rest[: bracket.start()]
    part = found[1].upper() if (found := _PART.search(rest)) else ""
    marks = tuple(f"{mark.upper()}{f'.{number}' if number else ''}" for mark, number in _MARKS.findall(rest))
    item = _MARKS.sub("", _PART.sub("", rest)).strip(" .,;/-")
    return Code(body, session, item, part, marks, states)
