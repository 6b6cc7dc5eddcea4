"""What the bodies publish: one folder a body, one file a source. Pure: no network, no clock, no database."""

import importlib
import pkgutil
from collections.abc import Iterable
from functools import cache

from sources.base import Source

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
