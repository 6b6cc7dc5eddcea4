"""Shadow mode: a source whose layout nobody has verified is polled, archived and shown, but sends no alerts until a person approves
it."""

from dataclasses import replace

from sqlite_utils import Database

from sources.base import Source
from state.corrections import approved_since


def effective_mode(db: Database, source: Source) -> Source:
    """Return the source with its mode in this database: live when declared so, or once it is approved."""
    return replace(source, mode="live") if source.mode == "shadow" and approved_since(db, source.name) else source
