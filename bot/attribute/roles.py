"""Roles: the kind of printed field behind a role (party, list, country, row, running text), and the verdict on its holders (leads,
supports, takes part). Both follow from the words of the role, so that unknown roles are read sensibly too."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

from bot.attribute.words import word_set
from state.model import DOMICILE, LEADING_ROLES, Verdict

Kind = Literal["party", "list", "country", "row", "host", "text", "acronym", "topic"]

_KINDS: tuple[tuple[Kind, frozenset[str]], ...] = (
    (
        "topic",
        word_set("title titles topic scope summary abstract keyword keywords subject place venue location city meeting"),
    ),
    ("text", word_set("text page note comment paragraph body remark description")),
    ("row", frozenset({"row", "line"})),
    ("host", frozenset({"host", "hosts", "hosting"})),
    ("country", word_set("country countries nationality state states economy economies flag domicile")),
    (
        "list",
        word_set("source sources supporting supporters supporter header organisations organizations contributors cosigners"),
    ),
    ("list", word_set("submitters proponents companies affiliations institutions cosource cosources sponsors")),
)
_MEMBER_WORDS = word_set("member members secretariat secretariats acronym row committee owner nsb p o membership")
_BODIES = {"iso": "iso", "iec": "iso", "jtc": "iso", "itu": "itu", "3gpp": "3gpp", "etsi": "3gpp", "ietf": "ietf", "irtf": "ietf",
           "ieee": "ieee", "unesco": "unesco", "apt": "itu", "gb": "gb", "ror": "ror"}  # fmt: skip
CONTEXTS = frozenset(_BODIES.values()) | {"any"}
"""Contexts of fields; `any` is for acronyms that hold in all."""


class Field(NamedTuple):
    """Kind of a printed field, its context (the body whose field it is, "" when unknown), and `members`: national members of ISO
    and IEC appear by their acronyms."""

    kind: Kind
    context: str
    members: bool


@lru_cache(maxsize=1024)
def field_of(role: str | None, body: str | None) -> Field:
    """Return the field of a role of a body; either may be None."""
    words = re.split(r"[^a-z0-9]+", (role or "").lower())
    context = next((_BODIES[w] for w in re.split(r"[^a-z0-9]+", (body or "").lower()) + words if w in _BODIES), "")
    kind: Kind = next((kind for kind, known in _KINDS if known.intersection(words)), "party")
    if kind == "topic" and "host" in words:
        kind = "host"
    members = context == "iso" and (not role or bool(_MEMBER_WORDS.intersection(words)))
    if "acronym" in words and not members:
        kind = "acronym"
    return Field(kind, context, members and kind not in ("topic", "text"))


MAJORITY_ROLES = frozenset({"supporting-member"})  # a strict majority of the parties leads
SOLE_ROLES = frozenset({"source"})  # leads only when all holders are of one country
SHARED_ROLES = MAJORITY_ROLES | SOLE_ROLES
JOINT_ROLES = frozenset({"host", "submitter", "funder"})  # each of several holders leads: each answers for the whole


Holder = tuple[str | None, str]
"""Country of a party, None while unknown, and its organisation."""


def verdicts(role: str, holders: Sequence[Holder]) -> list[Verdict]:
    """Return the verdict on each party of a role, in their order. An organisation counts once, however often it is printed.

    Supporting members of a country lead when they are more than half of all, unknown ones counted; sources of a contribution when
    all are of that country. A single party leads. All others support."""
    if role not in SHARED_ROLES:
        return ["leads" if role in LEADING_ROLES else "takes part"] * len(holders)
    counted = dict.fromkeys((country, organisation.partition(DOMICILE)[0]) for country, organisation in holders)
    total, of = len(counted), Counter(country for country, _ in counted)
    return ["leads" if total == 1 or _leads(role, of[country], total, country) else "supports" for country, _ in holders]


def _leads(role: str, count: int, total: int, country: str | None) -> bool:
    if country is None:
        return False
    return count == total if role in SOLE_ROLES else 2 * count > total


def verdict_periods(role: str, holders: Sequence[tuple[str, str, Holder]]) -> list[list[tuple[str, str, Verdict]]]:
    """Return for each holder of a role (start, end, who) its consecutive periods with one verdict (start, end, verdict)."""
    found: list[list[tuple[str, str, Verdict]]] = [[] for _ in holders]
    moments = sorted({moment for since, until, _ in holders for moment in (since, until)})
    for start, end in pairwise(moments):
        there = [n for n, (since, until, _) in enumerate(holders) if since <= start < until]
        for n, verdict in zip(there, verdicts(role, [holders[n][2] for n in there]), strict=True):
            begun = found[n].pop()[0] if found[n] and found[n][-1][2] == verdict else start
            found[n].append((begun, end, verdict))
    return found
