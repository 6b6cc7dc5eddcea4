"""Writer of a run: stores compared records, batch by batch, in the transaction of their run."""

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.errors import SourceError
from bot.parse.cache import reader
from bot.run.attribution import apply_corrections
from bot.run.compare import Comparison, with_removed
from state import crawl_cache, records
from state.changes import save
from state.corrections import in_force
from state.records import Difference
from state.runs import Run


@dataclass(slots=True)
class Written:
    """Result of writing. `changed`: differences with changes, corrected. `changes`: ids of the changes by record key and place.
    `mentions`: differences made by the body whose records have mentions. `highlights`: meanings in a first poll that concern
    everybody. `committees`: a committee differs."""

    changed: list[Difference] = field(default_factory=list)
    changes: dict[tuple[str, int], int] = field(default_factory=dict)
    mentions: list[Difference] = field(default_factory=list)
    highlights: list[str] = field(default_factory=list)
    committees: bool = False

    def count(self, *kinds: str) -> int:
        """Return the number of records with a change of some kinds."""
        return sum(any(change.kind in kinds for change in d.changes) for d in self.changed)


def write_all(
    connection: sqlite3.Connection, run: Run, compared: Comparison, captures: Mapping[str, int], gone: Callable[[], set[str]]
) -> Written:
    """Write the records, past states, changes and attributions of a comparison, and the lines by which records are known; then the
    removal of those that are `gone` (keys). `captures` are ids by address. Raises SourceError when a name was erased since."""
    source = compared.attributor.source
    if compared.names.outdated(connection):
        raise SourceError("a name was erased during this poll, which may have read it; the next poll reads again")
    written, corrections = Written(), in_force(connection)
    for batch in with_removed(compared, gone):
        found = batch.differences
        written.changes |= save(connection, run, source.body, found, captures)
        records.end_attributions(connection, [d.earlier.id for d in found if d.earlier], run.observed_at)
        crawl_cache.keep_lines(connection, run, reader(source), batch.lines)
        written.changed += [apply_corrections(d, corrections) for d in found if d.changes]
        written.mentions += [d for d in batch.news if d.record.mentions]
        if compared.mode == "baseline":
            written.highlights += [meaning.text for d in found for meaning in d.meanings]
        written.committees |= any(d.record.kind == "committee" for d in found)
    return written
