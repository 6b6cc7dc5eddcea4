"""Seats and officers of a council, committee or board, as its page or an election result prints them.

Layouts: "Group IV – China, Viet Nam, Japan." · "Group IV (6 seats to be filled)" with one State a line below · "Group IV:
Afghanistan, India and Mongolia" · a table whose headings are terms ("elected from 38th to end of 40th session … (2015-2019):") and
whose rows have one State a term. The term is that of the seat, of the column, or of the election that the page reports. Officers:
"Name - IFAP Chair (Dominican Republic)", "Chairperson: Name (Egypt)", "Vice-Chairs: China, Peru", "Vice-Chairs" above lines "• Name
(Peru) Group III".
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sources.unesco.states import is_state, states_in

LONGEST = 4000
_GROUP = re.compile(
    r"^(?:electoral )?(?:group|groupe|grupo)(?: electoral| électoral)?\s+(V\s?\(?[ab]\)?|IV|I{1,3}|V)(?![A-Za-z(])\s*"
    r"(?:\((\d+)[^()]*\))?\s*[:–—-]?\s*(.*)$",
    re.IGNORECASE,
)
_YEARS = r"\((\d{4})\s*[-–]\s*(\d{4})\)"
_TERM = re.compile(rf"elected[^:()]*{_YEARS}\s*:", re.IGNORECASE)
_BULLET = re.compile(r"^(?:[\s•·▪◦*–—-]|\d{1,2}[.)](?=\s))+")
_JOINS = re.compile(r"[,;]|\b(?:and|et|y|the|le|la|les|el|los|las)\b|\bl[’']", re.IGNORECASE)
_NAME = re.compile(r"[^\W\d_a-z][\w’'-]*(?: (?:of|de|du|del|and|[^\W\d_a-z][\w’'-]*)){0,5}$")
_BEHIND = re.compile(rf"[\s*†.]+$|\s*{_YEARS}\s*$")
_OFFICES = (
    ("vice-chair", r"vice[- ]?(?:chair(?:person|man|woman)?s?|président(?:e|s|es)?|president(?:e|a|es)?|presidents?)"),
    ("rapporteur", r"rapporteure?s?|relator(?:a|es)?"),
    ("chair", r"chair(?:person|man|woman)?|président(?:e)?|president[ea]?"),
)
_NAMED = re.compile(
    r"^(?P<person>[^():]{3,80}?)\s*[-–—,]\s*(?P<office>[^(),:]{3,80}?)\s*\((?P<state>[^()]+(?:\([^()]*\))?)\)\s*\.?$"
)
_LISTED = re.compile(r"^[\s•·▪*–—-]*(?P<person>[^():•]{3,80}?) \((?P<state>[^()]+(?:\([^()]*\))?)\)")
_LABELLED = re.compile(r"^(?P<office>[^():]{3,60}?)\s*:\s*(?P<rest>.+)$")


class Seat(NamedTuple):
    """Seat of a State: electoral group ("IV", "Va"; empty where none is printed), name as printed, term ("2009-2013", "2009"
    when only its beginning is known, or empty), and the line it stands in."""

    group: str
    state: str
    term: str
    line: str

    def __str__(self) -> str:
        return f"{' '.join(filter(None, [self.group, self.term])) or 'seat'}: {self.state}"


class Officer(NamedTuple):
    """Office as printed: role, State, person (may be empty) and line."""

    role: str
    state: str
    person: str
    line: str


def seats(lines: Sequence[str]) -> list[Seat]:
    """Return all seats that the lines of a page print, in any layout; lines of more than 4,000 characters are no lists of
    States."""
    lines = [line for line in lines if len(line) <= LONGEST]
    return [*_by_group(lines, election_term(lines)), *_by_term(lines)]


def officers(lines: Sequence[str]) -> Iterator[Officer]:
    """Yield the officers that the lines of a page print with their States, also one a line below a line that has only their
    office."""
    below = None
    for line in lines:
        if len(line) > LONGEST:
            continue
        heading, below = below, _office(line, whole=True) if line.strip() else below
        if below:
            continue
        if heading and (found := _LISTED.match(line)) and is_state(found["state"]):
            below = heading
            yield Officer(heading, found["state"].strip(), found["person"].strip(), line)
        elif (found := _NAMED.match(line)) and (role := _office(found["office"])) and is_state(found["state"]):
            yield Officer(role, found["state"].strip(), found["person"].strip(), line)
        elif (found := _LABELLED.match(line)) and (role := _office(found["office"], whole=True)):
            yield from _labelled(role, found["rest"], line)


def _labelled(role: str, rest: str, line: str) -> Iterator[Officer]:
    listed = _listed(rest)
    places = list(states_in(rest))
    if listed and all(is_state(each) for each in listed):
        yield from (Officer(role, state, "", line) for state in listed)
        return
    end = 0
    for place in places:
        if rest[: place.start].rstrip().endswith("(") and rest[place.end :].lstrip().startswith(")"):
            person = _JOINS.sub("", rest[end : place.start], count=1) if end else rest[: place.start]
            yield Officer(role, place.name, person.strip(" (),;"), line)
            end = place.end + 1


def _office(text: str, whole: bool = False) -> str | None:
    pattern = r"^\W*(?:%s)\W*(?:of the .*)?$" if whole else r"\b(?:%s)$"
    return next((role for role, words in _OFFICES if re.search(pattern % words, text.strip(), re.IGNORECASE)), None)


def _by_group(lines: Sequence[str], term: str) -> Iterator[Seat]:
    group = ""
    for line in (" ".join(raw.split()) for raw in lines):
        if head := _GROUP.match(line):
            group = re.sub(r"[\s()]", "", head[1]).replace("A", "a").replace("B", "b")
            named, last = _listed(head[3]), bool(head[3])  # what begins like a heading may be a sentence
        elif group and line:
            item = _BEHIND.sub("", _BEHIND.sub("", _BULLET.sub("", line)))
            last = not is_state(item)
            named = _listed(item) if last else [item]
        else:
            continue
        yield from (Seat(group, state, _own_term(line, state) or term, line) for state in named)
        group = "" if last else group


def _by_term(lines: Sequence[str]) -> Iterator[Seat]:
    terms: list[str] = []
    for line in lines:
        if found := [f"{first}-{last}" for first, last in _TERM.findall(line)]:
            terms = [*terms, *found] if len(found) == 1 and terms and len(terms) < 3 else found
        elif terms and line.strip():
            named = list(states_in(line))
            if not named or len(named) > len(terms) or _left_over(line):
                terms = []
            yield from (Seat("", place.name, term, line) for term, place in zip(terms, named, strict=False))


def _own_term(line: str, state: str) -> str:
    """Return the term printed in brackets behind a State: "China (2021-2025)"."""
    found = re.search(rf"{re.escape(state)}[\s*†]*{_YEARS}", line)
    return f"{found[1]}-{found[2]}" if found else ""


def _listed(text: str) -> list[str]:
    """Return the names in a list like "Bulgaria, Hungary and Peru"; empty when the text is no such list.

    An unknown name is taken as printed when it looks like a name and most of the others are known.
    """
    places = list(states_in(text))
    for number, place in reversed(list(enumerate(places))):
        text = f"{text[: place.start]}<{number}>{text[place.end :]}"
    items = [item.strip(" .*•–—-<>") for item in _JOINS.split(re.sub(_YEARS, "", text))]
    items = [item for item in items if item]
    names = [places[int(item)].name if item.isdigit() else item for item in items]
    return names if len(places) * 2 > len(items) and all(item.isdigit() or _NAME.match(item) for item in items) else []


def _left_over(text: str) -> str:
    """Return the text of a table row without its States."""
    for place in reversed(list(states_in(text))):
        text = text[: place.start] + text[place.end :]
    return _JOINS.sub("", text).strip(" .*•–—-")


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


def election_term(lines: Sequence[str]) -> str:
    """Return the term that the lines of a page report: "2009-2013", "2009" without a length, "" without a year."""
    text = "\n".join(lines)
    if whole := _WHOLE.search(text):
        return f"{whole[1]}-{whole[2]}"
    year = _year(lines, text)
    lasts = _LASTS.search(text)
    if year is None or lasts is None:
        return str(year or "")
    return f"{year}-{year + (_LENGTHS.get(lasts[1].lower()) or int(lasts[1]))}"


def _year(lines: Sequence[str], text: str) -> int | None:
    """Return the year in which the election was held, or None."""
    for line in lines:
        if found := _DAY.match(line):
            return int(found[1])
    if held := _HELD.search(text):
        return int(held[1])
    code = _CODE.search(text)
    return 2000 + int(code[1]) if code else None
