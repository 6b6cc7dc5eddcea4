"""Lists of parties typed into one line ("China Mobile; ZTE Corporation;"), and titles before names of persons."""

import re

from sources.base import Claim

_FORM = r"(?:Ltd|Limited|Inc|LLC|L\.L\.C|Corp|Corporation|Co|GmbH|S\.?A|S\.?p\.?A|plc|B\.?V|N\.?V|AB|AG|KK|S\.?L|S\.?A\.?S)"
# The look-aheads stand before the white space: after it, backtracking would get round them.
_COMMA = re.compile(rf",(?!\s*(?:{_FORM}\b\.?\s*)+(?:[,(]|$))(?![^()]*\))\s*")
_SEMICOLON = re.compile(r";(?![^()]*\))\s*")
_KEEPS_ITS_DOT = re.compile(r"\b(?:Ltd|Inc|Co|Corp|S\.A|B\.V|N\.V|S\.p\.A|L\.L\.C)\.$")
_NOBODY = frozenset({"-", "–", "—", "n/a", "none"})


def split_list(text: str) -> list[str]:
    """Return the members of a printed list in their order.

    Semicolons separate them where there are any, else commas. A comma before a legal form or within brackets does not separate. A
    lone dash is no member, and a full stop at the end of the list is dropped.
    """
    pieces = _SEMICOLON.split(text) if ";" in text else _COMMA.split(text)
    return [name for piece in pieces if (name := _trimmed(piece)) and name.lower() not in _NOBODY]


def _trimmed(piece: str) -> str:
    name = " ".join(piece.split()).strip(",;").strip()
    return name if _KEEPS_ITS_DOT.search(name) else name.rstrip(".").rstrip()


TITLES = re.compile(r"(?:(?:Mr|Mrs|Ms|Miss|Mx|Mme|Dr|Prof|Professor|H\. ?E|S\. ?E)\b\.?(?:-Ing\.?)?\s*)+", re.IGNORECASE)


def without_title(name: str) -> str:
    """Return a name without the titles before it."""
    return name[found.end() :] if (found := TITLES.match(name)) else name


def titled_person(claim: Claim) -> str:
    """Return the name of a claim's party that is printed with a title; empty for any other party."""
    return without_title(claim.party) if TITLES.match(claim.party) else ""
