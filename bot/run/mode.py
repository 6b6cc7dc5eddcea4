"""Shadow mode: a source whose layout nobody has verified polls, archives and shows what it would say, but tells nobody until a
person says that it is to be trusted."""

from dataclasses import replace

from sqlite_utils import Database

from sources.base import Source
from state.corrections import trusted_since


def in_its_mode(db: Database, source: Source) -> Source:
    """The source in the mode in which it runs here: live as it was declared, or since it is trusted."""
    return replace(source, mode="live") if source.mode == "shadow" and trusted_since(db, source.name) else source
