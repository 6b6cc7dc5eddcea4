"""Roles in running text: the claims that its phrases print, and the sentences with a word of roles in them."""

import re
from collections.abc import Iterator

from sources.base import Mention
from sources.unesco.phrases import claims_in

__all__ = ["claims_in", "mentions_in"]
LONGEST = 300  # characters of a sentence that are kept
_WORD = re.compile(
    r"\b(?:host|fund|financ|sponsor|chair|secretariat|rapporteur|elect|submit|propos|convenor|accueil|présid|pays? hôte|anfitri)",
    re.IGNORECASE,
)
_END = re.compile(r"(?<=[.!?;])\s+(?=[^\W\d_a-zß-ÿ])")


def mentions_in(text: str, url: str, field: str) -> list[Mention]:
    """Return the sentences of a text that have a word of roles in them."""
    return [Mention(each[:LONGEST], url, field) for each in sentences(text) if _WORD.search(each)]


def sentences(text: str) -> Iterator[str]:
    """Yield the sentences of a text."""
    yield from filter(None, (each.strip() for each in _END.split(text)))
