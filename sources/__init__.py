"""What the bodies publish: one folder a body, one file a source. Pure: no network, no clock, no database."""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from sources.base import Claim, Mention, Source
from sources.unesco import roles

_configured: dict[str, Source] = {}


def all_sources() -> dict[str, Source]:
    """Return all sources by name: those that are shipped, and those of the configuration, which may replace a shipped one."""
    return dict(sorted({**shipped(), **_configured}.items()))


def configure(sources: Iterable[Source]) -> None:
    """Set the sources that a configuration describes, in place of those of an earlier one: a process has one configuration."""
    _configured.clear()
    _configured.update({source.name: source for source in sources})


@cache
def shipped() -> dict[str, Source]:
    """Return each `source` (or list `sources`) declared in a module below this package; walking replaces a list to edit."""
    found: dict[str, Source] = {}
    for module in pkgutil.walk_packages(__path__, prefix="sources."):
        declared = importlib.import_module(module.name)
        for source in getattr(declared, "sources", [getattr(declared, "source", None)]):
            if isinstance(source, Source):
                found[source.name] = source
    return found


class SentenceReader(NamedTuple):
    """Functions that return the claims and the mentions of a text; both take the text, its page address and its field."""

    claims_in: Callable[[str, str, str], Sequence[Claim]]
    mentions_in: Callable[[str, str, str], Sequence[Mention]]


READERS: Mapping[str, SentenceReader] = {"UNESCO": SentenceReader(roles.claims_in, roles.mentions_in)}


def readers(body: str | None) -> dict[str, SentenceReader]:
    """Return the readers by body: of one body (none where its sources read no running text), or all where no body is given."""
    return {name: reader for name, reader in READERS.items() if body is None or name == body.upper()}
