"""Roles in running text: "submitted by", "accueilli par", "Chairperson: …", "establishment in …", in English, French and Spanish.

The States of a text are found once; each becomes one character. A sentence with a word of roles makes a claim where a pattern of
`roles.toml` stands right before or behind a list of States, of those who speak for one, or of institutions, and is a mention, too.
Sentences are cut at 1,000 characters and repetitions of patterns are bounded: work is linear in the length of the text.
"""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import islice, takewhile
from typing import NamedTuple

from sources.base import Claim, Evidence, Mention
from sources.unesco.states import states_in

STATE = "\ue000"
MENTION, NEAR = 300, 140  # characters
OFFICES = ("vice-chair", "rapporteur", "chair", "member")
_BLANKS = re.compile(r"[^\S\n]+")
_END = re.compile(r"(?<!\b[A-Z])(?<!\b[A-Z][a-z])(?<!\b(?:Mrs|Mme|Sra|Vol))(?<!\bProf)[.!?]['”»)]{0,2}\s+(?=\W?[A-ZÀ-Þ\ue000])")
_PIECE = re.compile(r"(?s).{1,1000}(?=\s|$)|.{1,1000}")  # cut between words where there are any
_LINE = re.compile(r"(?<![:,;\s])(?<! and)(?<! et)(?<! y)(?<! by)(?<! of)\s*\n\s*")
_SMALL = re.compile(r"(\\.|\(\?P<\w+>)|[A-ZÀ-Þ]")  # what is matched against small letters: all but escapes and names of groups
_Role = tuple[str, int, int, "list[_Party]"]


class _Party(NamedTuple):
    """Member of a list: its kind, its start with and without its article, its end, and the position of its State (-1 for none)."""

    kind: str
    start: int
    name: int
    end: int
    state: int


class _Parties(NamedTuple):
    """List of parties; `joined` says that "and" stands before the last of them."""

    members: list[_Party]
    joined: bool


class _Sentence(NamedTuple):
    """Sentence as printed with one character for each State, the same in small letters, and the States' names in order."""

    printed: str
    text: str
    names: list[str]

    def words(self, start: int, end: int) -> str:
        """Return the text between two positions, as printed."""
        at = self.printed.count(STATE, 0, start)
        if end - start == 1:
            return self.names[at]
        names = iter(self.names[at : at + self.printed.count(STATE, start, end)])
        return " ".join(re.sub(STATE, lambda _: next(names), self.printed[start:end]).split()).strip(" ,;")


def claims_in(text: str, url: str, field: str) -> list[Claim]:
    """Return the claims that a text prints in certain forms, each role of a party once, in the order of the text."""
    found: dict[tuple[str, str], Claim] = {}
    for claim in (claim for sentence in _sentences(text) for claim in _claims(sentence, url, field)):
        found.setdefault((claim.role, claim.party.casefold()), claim)
    return list(found.values())


def mentions_in(text: str, url: str, field: str) -> list[Mention]:
    """Return the sentences with a word of roles near a name, with or without a claim; at most 300 characters of each."""
    forms, found = _patterns(), dict[str, None]()
    for sentence in _sentences(text):
        words = (word.start() for word in forms["roles"].finditer(sentence.text))
        near = (at for at in words if forms["named"].search(sentence.printed, max(0, at - NEAR), at + NEAR))
        found.update((_cut(sentence, at), None) for at in islice(near, 1))
    return [Mention(each, url, field) for each in found]


def _cut(sentence: _Sentence, at: int) -> str:
    """Return the whole words around a position, as printed, at most 300 characters."""
    start = min(at, sentence.printed.find(" ", at - NEAR) + 1) if at > NEAR else 0
    words = sentence.words(start, len(sentence.printed))
    return words if len(words) <= MENTION else words[: MENTION + 1].rpartition(" ")[0] or words[:MENTION]


def _sentences(text: str) -> Iterator[_Sentence]:
    """Yield the sentences of a text that have a word of roles, in pieces of at most 1,000 characters."""
    text = _BLANKS.sub(" ", text.replace(STATE, " ").replace("İ", "I"))  # small letters stand where the capitals did
    pieces, names, at, seen = list[str](), list[str](), 0, 0
    for place in states_in(text):
        pieces += [text[at : place.start], STATE]
        names.append(place.name)
        at = place.end
    for line in _LINE.split("".join([*pieces, text[at:]])):
        for sentence in _END.sub(lambda end: f"{end[0].rstrip()}\n\n", line).split("\n\n"):
            for piece in _PIECE.findall(sentence.replace("\n", " ")):
                small, count = piece.lower(), piece.count(STATE)
                if _patterns()["roles"].search(small):
                    yield _Sentence(piece, small, names[seen : seen + count])
                seen += count


def _claims(sentence: _Sentence, url: str, field: str) -> Iterator[Claim]:
    forms, text = _patterns(), sentence.text
    denials = [match.end() for match in forms["denied"].finditer(text)]
    for role, start, end, parties in _roles(sentence.printed, text):
        denied = any(0 <= start - at <= 40 and not re.search("[;:]", text[at:start]) for at in denials)
        for party in [] if denied or forms["undone"].match(text, end) else parties:
            state = sentence.words(party.state, party.state + 1) if party.state >= 0 else ""
            person = party.kind == "person" and role in OFFICES
            name = sentence.words(party.name, party.end)
            if person:
                name = re.split(r",|\s?\(| (?:of|de|du|from) ", name)[0].strip()
            elif party.kind not in ("gov", "institution") and state:
                name = state
            evidence = sentence.words(min(start, party.start), max(end, party.end))[:MENTION]
            yield Claim(role, name, Evidence(url, "officers" if person else field, evidence), state or None)


def _roles(printed: str, text: str) -> Iterator[_Role]:
    """Yield each role of a sentence with the start and end of its words, and the parties that play it."""
    forms, lists = _patterns(), list(_lists(printed))
    begins = {each.members[at].start: _Parties(each.members[at:], each.joined) for each in lists for at in range(len(each.members))}
    for match in forms["after"].finditer(text) if any(forms["led"].search(text, max(0, at - 6), at) for at in begins) else ():
        if each := begins.get(match.end()):
            members, backs = _without_next_subject(text, each, match), match.lastgroup == "backer"
            counted = [one for one in members if _counts(text, one) and not (backs and one.kind == "institution")]
            yield "funder" if backs else match.lastgroup or "", match.start(), members[-1].end, counted
    if forms["founding"].search(text):
        for name in ("centre_in", "centre_at") if forms["auspices"].search(text) else ("centre_in",):
            for match in forms[name].finditer(text):
                at = match.end() - 1
                yield "host", match.start(), match.end(), [_Party("state", at, at, match.end(), at)]
    for each in lists:
        yield from _acts(text, each)
    if forms["office"].search(text):
        yield from _offices(text, lists, begins)


def _offices(text: str, lists: list[_Parties], begins: dict[int, _Parties]) -> Iterator[_Role]:
    """Yield offices printed behind persons or States ("Ms X (China) as Chair") or before them ("Chair: China")."""
    forms, elected = _patterns(), _patterns()["elected"].search(text) is not None
    for each in lists:
        holders, behind = _alike(each.members[::-1])[::-1], forms["office_behind"].match(text, each.members[-1].end)
        if (
            holders
            and behind
            and (forms["elected"].search(behind["how"]) or not forms["untold"].match(text, behind.end("how") + 1))
        ):
            how = behind["how"].strip(" ,")
            if how or elected or holders[0].kind == "person" or text.startswith(" (", each.members[-1].end):
                role = next(role for role in OFFICES if behind[role.replace("-", "_")])
                yield role, holders[0].start, behind.end(), holders if each.joined or how else holders[-1:]
    for match in forms["office_first"].finditer(text):
        holders = _alike(begins[match.end()].members) if match.end() in begins else []
        if holders and not forms["office_behind"].match(text, holders[-1].end):
            yield (match.lastgroup or "").replace("_", "-"), match.start(), holders[-1].end, holders


def _alike(members: list[_Party]) -> list[_Party]:
    """Return the first members of a list that are all persons, or all States; none when the first is neither."""
    return list(takewhile(lambda one: one.kind == members[0].kind and one.kind in ("person", "state"), members))


def _acts(text: str, each: _Parties) -> Iterator[_Role]:
    """Yield the acts of the parties of a list: a verb behind them, a fund, "China’s proposal"."""
    forms, first = _patterns(), each.members[0]
    for one in each.members:
        if one.kind == "fund" or (one.kind == "gov" and forms["fund"].search(text, one.start, one.end)):
            yield "funder", one.start, one.end, [one]
        elif one.kind == "state" and (found := forms["own"].match(text, one.end)):
            role = found.lastgroup or ""
            if role != "at":
                yield role, one.start, found.end(), [one]
            elif re.search(r"\b(?:at|upon|on) $", text[max(0, one.start - 6) : one.start]):
                yield "host" if "invitation" in found[0] else "submitter", one.start, found.end(), [one]
    last = each.members[-1]
    comma = text.startswith(",", last.end) and (last.kind == "person" or (each.joined and len(each.members) > 1))
    does = forms["does"].match(text, last.end + comma)
    verb = forms["behind"].match(text, does.end()) if does else None
    thanked = verb is not None and re.match(r"(?:for|pour|por|d)\b", verb[0]) is not None
    if verb and (thanked or not forms["no_subject"].search(text, max(0, first.start - 12), first.start)):
        role = verb.lastgroup or ""
        kinds = {"state", "gov", "institution", *(["person"] if role in ("chair", "host") else [])}
        members = [one for one in (each.members if each.joined else each.members[-1:]) if one.kind in kinds and _counts(text, one)]
        yield role, members[0].start if members else 0, verb.end(), members


def _lists(text: str) -> Iterator[_Parties]:
    """Yield the lists of parties of a sentence from left to right."""
    forms, at = _patterns(), 0
    while match := forms["party"].search(text, at):
        members, joined = [_party(match)], False
        while (between := forms["separator"].match(text, members[-1].end)) and (match := forms["party"].match(text, between.end())):
            members.append(_party(match))
            joined = any(letter.isalpha() or letter == "&" for letter in between[0])
        at = members[-1].end
        yield _Parties(members, joined)


def _party(match: re.Match[str]) -> _Party:
    kind, text, end = match.lastgroup or "other", match.string, match.end()
    states = text.count(STATE, match.start(), end)
    ends = text[end - 1] == STATE or text[end - 2 : end] == f"{STATE})"
    state = text.rfind(STATE, match.start(), end) if states == 1 or ends else -1
    if kind == "gov" and state >= 0 and _patterns()["plural"].match(match[kind]):
        kind = "state"
    name = match.start(kind) if kind in match.groupdict() and match[kind] else match.start()
    return _Party({"titled": "person"}.get(kind, kind), match.start(), name, end, state)


def _counts(text: str, party: _Party) -> bool:
    """Return True if a list member is a party: a State, a body that speaks for one, or an institution that is not UNESCO's own."""
    if party.kind == "institution":
        return " " in text[party.name : party.end] and not _patterns()["ours"].match(text, party.name)
    return party.kind != "other"


def _without_next_subject(text: str, each: _Parties, phrase: re.Match[str]) -> list[_Party]:
    """Return the parties behind a phrase, less the last of several when it is the subject of another verb behind it."""
    forms = _patterns()
    if len(each.members) < 2 or not forms["verb"].match(text, each.members[-1].end):
        return each.members
    passive = forms["passive"].search(text, max(0, phrase.start() - 24), phrase.start())
    return each.members[:-1] if passive or not each.joined else each.members


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """Return the expressions of `roles.toml` by name, put together from their parts."""
    table = tomllib.loads(files("sources").joinpath("unesco", "roles.toml").read_text(encoding="utf-8"))
    parts = {"S": STATE}

    def filled(shape: str) -> str:
        return re.sub(r"(?<!P)<(\w+)>", lambda name: parts[name[1]], shape.replace("\n", ""))

    def groups(name: str) -> str:
        return "|".join(f"(?P<{role}>{'|'.join(map(filled, shapes))})" for role, shapes in table[name].items())

    for name, part in table["parts"].items():
        parts[name] = filled(part)
    shapes = {name: filled(shape) for name, shape in (table["shapes"] | table["words"]).items()}
    shapes |= {name: rf"\b{parts[name]}\b" for name in ("elected", "fund", "founding", "auspices")}
    shapes["after"] = rf"(?<![\w-])(?:{groups('after')})"
    shapes["behind"] = rf"(?:{groups('behind')})(?! (?:by|par|por) )"
    shapes["own"] = rf"[’']s? (?:{groups('own')})"
    cased = {name: re.compile(shapes.pop(name), re.IGNORECASE) for name in ("party", "named", "plural", "separator")}
    return cased | {name: re.compile(_SMALL.sub(lambda part: part[1] or part[0].lower(), shape)) for name, shape in shapes.items()}
