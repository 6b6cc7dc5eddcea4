"""For which term an election was held, as the page or decision that tells of it prints it.

"for the term 2025-2029" says it whole. Else the term begins in the year of the day that the text prints ("15.10.2009", "elected on
14 October 2009") or of the paper's own code ("ITH/14/5.GA/10"), and lasts as long as it says ("a term of four years").
"""

import re
from collections.abc import Sequence

_WHOLE = re.compile(
    r"\b(?:term|mandat[eo]?|period|período|période)\b[^.:;()]{0,30}?\b((?:19|20)\d\d)\s*[-–/]\s*((?:19|20)\d\d)\b", re.I
)
_DAY = re.compile(r"^\W*\d{1,2}[./]\d{1,2}[./]((?:19|20)\d\d)\b")
_MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december|janvier|février|mars|avril|mai|juin|"
    "juillet|août|septembre|octobre|novembre|décembre|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|"
    "noviembre|diciembre"
)
_HELD = re.compile(rf"\b(?:elect|élu|élection|elecci|elegid)[^.;]{{0,160}}?\b(?:{_MONTHS})\s+(?:de\s+)?((?:19|20)\d\d)\b", re.I)
_CODE = re.compile(r"\b[A-Z]{2,4}[/-](\d\d)/\d{1,3}\.?\s?(?:GA|COM)\b")
_LASTS = re.compile(
    r"\b(?:term|mandat[eo]?) (?:of|de) (?:office of )?(two|four|six|deux|quatre|dos|cuatro|seis|[246])\s+(?:years|ans|años)", re.I
)
_LENGTHS = {"two": 2, "deux": 2, "dos": 2, "four": 4, "quatre": 4, "cuatro": 4, "six": 6, "seis": 6}


def told_term(lines: Sequence[str]) -> str:
    """The term that the lines of a page tell of: "2009-2013", "2009" when nothing says how long, "" when nothing says when."""
    text = "\n".join(lines)
    if whole := _WHOLE.search(text):
        return f"{whole[1]}-{whole[2]}"
    year = _year(lines, text)
    lasts = _LASTS.search(text)
    if year is None or lasts is None:
        return str(year or "")
    return f"{year}-{year + (_LENGTHS.get(lasts[1].lower()) or int(lasts[1]))}"


def _year(lines: Sequence[str], text: str) -> int | None:
    """The year in which the election was held."""
    for line in lines:
        if found := _DAY.match(line):
            return int(found[1])
    if held := _HELD.search(text):
        return int(held[1])
    code = _CODE.search(text)
    return 2000 + int(code[1]) if code else None
