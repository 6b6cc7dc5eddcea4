"""Known names nearest to one that no rule knows. A likeness decides nothing: it is shown to people, who may add the name."""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple

from bot.attribute.gazetteer import Gazetteer
from bot.attribute.lexicon import Entry
from bot.attribute.normalise import clean, key
from bot.attribute.words import LEGAL

LEAST = 0.85  # likeness (0 to 1) of a name worth showing
SHORTEST = 5  # letters of a name that may be a typing error; acronyms of fewer are all alike
_CANDIDATES = 25


class Near(NamedTuple):
    """A known name like a printed one; `difference` says how the printed one differs."""

    name: str
    country: str | None
    kind: str
    difference: str


def nearest(printed: str, gazetteer: Gazetteer, limit: int = 3) -> list[Near]:
    """Return the institutions whose names are most like a printed one, the nearest first, each once."""
    spelled = _bare(key(clean(printed)))
    if len(spelled) < SHORTEST:
        return []
    names, postings = _index(gazetteer)
    shared = Counter(at for gram in _grams(spelled) for at in postings.get(gram, ()))
    ranked = sorted(
        ((ratio, at) for at, _ in shared.most_common(_CANDIDATES) if (ratio := _likeness(spelled, names[at][0])) >= LEAST),
        key=lambda each: (-each[0], names[each[1]][0]),
    )
    found = {names[at][1].name: names[at] for _, at in reversed(ranked)}
    best = [found[name] for name in dict.fromkeys(names[at][1].name for _, at in ranked)]
    return [Near(entry.name, entry.country, entry.kind, _difference(known, spelled)) for known, entry in best[:limit]]


def line_to_add(printed: str, near: Near | None, seen: str) -> str:
    """Return the row of institutions_world.csv that makes a printed name known: that of the nearest name, or one to fill in."""
    kind, country = (near.kind, near.country or "") if near else ("company", "??")
    where = f"{seen}; differs from {near.name} by {near.difference}" if near else seen
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow([printed, "", "", "", kind, country, "", "whole", where])
    return line.getvalue()


@lru_cache(maxsize=2)
def _index(gazetteer: Gazetteer) -> tuple[list[tuple[str, Entry]], dict[str, list[int]]]:
    """Return the names of institutions without their legal forms, and where in that list each three letters occur."""
    names = [
        (spelled, entry)
        for name, entries in gazetteer.lexicon.names.items()
        for entry in entries
        if entry.sort == "institution" and not entry.acronym and len(spelled := _bare(name)) >= SHORTEST
    ]
    postings: dict[str, list[int]] = defaultdict(list)
    for at, (spelled, _) in enumerate(names):
        for gram in _grams(spelled):
            postings[gram].append(at)
    return names, postings


def _bare(spelled: str) -> str:
    """Return a key without spaces, and without legal forms unless nothing else stands in it."""
    return "".join([word for word in spelled.split() if word not in LEGAL] or spelled.split())


def _grams(spelled: str) -> set[str]:
    padded = f"^{spelled}$"
    return {padded[at : at + 3] for at in range(len(padded) - 2)}


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _difference(known: str, printed: str) -> str:
    return ", ".join(_changes(known, printed)) or "nothing but spaces, legal forms and general words"


def _changes(known: str, printed: str) -> Iterator[str]:
    for tag, i, j, k, m in SequenceMatcher(None, known, printed, autojunk=False).get_opcodes():
        if tag == "insert":
            yield f"an extra “{printed[k:m]}”"
        elif tag == "delete":
            yield f"a missing “{known[i:j]}”"
        elif tag == "replace":
            yield f"“{printed[k:m]}” for “{known[i:j]}”"
