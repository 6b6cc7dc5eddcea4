"""Whose a proposal, an invitation or a contribution is, by the possessive or the code: "China’s proposal to …", "at China’s
invitation", "draft decision 219 EX/DR.3 (China, Cuba)".
"""

import re
from collections.abc import Iterator

from sources.unesco.parties import Party
from sources.unesco.states import states_in
from sources.unesco.triggers import told

_DRAFT = re.compile(r"\b(?:DR|PLEN|COM [A-Z]{2,4}/DR)[./ ]?\d+[\w./ ]{0,12}?\s*\((?P<states>[^()]{3,200})\)")
_AT = re.compile(r"\b(?:[Aa]t|[Uu]pon|[Oo]n)\s+$")


def owned(text: str) -> Iterator[tuple[int, str, Party]]:
    """Where the words begin, the role, and the State whose it is."""
    for place in states_in(text) if "’s " in text or "'s " in text else ():
        behind, before = text[place.end :], text[: place.start]
        for entry in told()["owned"]:
            words = "|".join([*entry["en"], *(entry.get("at", []) if _AT.search(before) else [])])
            if found := re.match(rf"[’']s\s+(?:{words})\b", behind):
                yield place.start, entry["role"], Party(place.name, place.name, place.end + found.end())
    for match in _DRAFT.finditer(text):
        rest = re.sub(r"[,;&\s]|\b(?:and|et|y)\b", "", _without_states(match["states"]))
        for place in () if rest else states_in(match["states"]):
            yield match.start(), "submitter", Party(place.name, place.name, match.end())


def _without_states(text: str) -> str:
    for place in reversed(list(states_in(text))):
        text = text[: place.start] + text[place.end :]
    return text
