"""Readers of running text by body, for a caller that has a sentence and no page."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from sources.base import Claim, Mention
from sources.unesco import roles


class Reader(NamedTuple):
    """Functions that return the claims and the mentions of a text; both take the text, its page address and its field."""

    claims_in: Callable[[str, str, str], Sequence[Claim]]
    mentions_in: Callable[[str, str, str], Sequence[Mention]]


READERS: Mapping[str, Reader] = {"UNESCO": Reader(roles.claims_in, roles.mentions_in)}


def readers(body: str | None) -> dict[str, Reader]:
    """Return the readers by body: of one body (none where its sources read no running text), or all where no body is given."""
    return {name: reader for name, reader in READERS.items() if body is None or name == body.upper()}
