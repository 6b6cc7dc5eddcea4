"""What the bodies publish: one room a body, one file a source. Pure: no network, no clock, no database."""

import importlib
import pkgutil
from functools import cache

from sources.base import Source


@cache
def all_sources() -> dict[str, Source]:
    """Every `source` (or list `sources`) declared in a module below this package, by name; walking replaces a list to edit."""
    found: dict[str, Source] = {}
    for module in pkgutil.walk_packages(__path__, prefix="sources."):
        declared = importlib.import_module(module.name)
        for source in getattr(declared, "sources", [getattr(declared, "source", None)]):
            if isinstance(source, Source):
                found[source.name] = source
    return dict(sorted(found.items()))
