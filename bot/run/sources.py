"""Sources as a run takes them: after the sources that they need, and live or in shadow mode. Deliverables are attributed through
their committees, so committees are read first."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from sqlite_utils import Database

from sources import all_sources
from sources.base import Source
from state import records
from state.corrections import approved_since


def in_order(sources: Iterable[Source]) -> list[Source]:
    """Sort sources so that each comes after those that it needs."""
    return sorted(sources, key=depth)


def depth(source: Source) -> int:
    """Return how many sources must be read, one after the other, before this one."""
    known = all_sources()
    return max((1 + depth(known[name]) for name in source.needs if name in known), default=0)


def waits_for(db: Database, source: Source, enabled: Callable[[Source], bool]) -> list[str]:
    """Return the names of enabled sources that must have an accepted poll before the first one of this source."""
    if not source.needs or records.accepted(db, source.name):
        return []
    needed = [all_sources()[name] for name in source.needs if name in all_sources()]
    return [each.name for each in needed if enabled(each) and records.accepted(db, each.name) is None]


def effective_mode(db: Database, source: Source) -> Source:
    """Return the source with its mode in this database: live when declared so, or once it is approved."""
    return replace(source, mode="live") if source.mode == "shadow" and approved_since(db, source.name) else source
