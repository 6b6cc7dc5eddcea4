"""Funds-in-trust, and States by adjectives, that pay for something: "supported by the Japanese Funds-in-Trust", "The China
Funds-in-Trust covers …", "a China-funded programme".
"""

import re
from collections.abc import Iterator

from sources.unesco.parties import Party
from sources.unesco.states import is_state, states_in

_FUND = r"[A-Z][\w’]+[ /-](?:(?:[A-Z][\w’]+|of|the)[ /-]){0,6}Funds?-in-Trust"
_USED = re.compile(
    r"\b(?i:funded|financed|supported|support|under|through|within|framework|thanks|implemented|provided|met)\b[^.;]{0,40}?"
    rf"(?P<fund>{_FUND})"
)
_PAYS = re.compile(
    rf"(?:^|[.;:]\s+)(?:The\s+)?(?P<fund>{_FUND})(?: \([^()]{{2,20}}\))?\s+(?:has |have |will |also )*"
    r"(?:supports?|supported|finances?|financed|funds?|funded|covers?|covered|provides?|provided)\b"
)
_ITS = re.compile(rf"^(?:The\s+)?(?P<fund>{_FUND})\s+(?:project|programme|initiative|scheme)\b")
_ADJECTIVE = re.compile(r"\b(?P<state>[A-Z]\w+(?: [A-Z]\w+){0,2})-(?:funded|financed|sponsored)\b")


def paid_for(text: str) -> Iterator[tuple[int, str, Party]]:
    """Where the words begin, the role "funder", and the fund or State with the country that is printed."""
    for match in (*_USED.finditer(text), *_PAYS.finditer(text), *_ITS.finditer(text)):
        words = re.sub(r"^(?:The\s+)?(?:UNESCO[/ -])?", "", match["fund"])
        country = next((place.name for place in states_in(words) if place.start == 0), None)
        yield match.start(), "funder", Party(words, country, match.end())
    for match in _ADJECTIVE.finditer(text):
        if is_state(match["state"]):
            yield match.start(), "funder", Party(match["state"], match["state"], match.end())
