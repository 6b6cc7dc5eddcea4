"""Replay of recorded captures as polls on their days. Every capture whose address a source recognises is parsed; captures of one
source less than six hours apart are one run."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import NoReturn

from bot.context import RunContext
from bot.errors import ConfigError, LayoutChanged
from bot.fetch.replay import ArchiveReader, redirects_among
from bot.run.pipeline import poll
from bot.run.sources import depth
from sources.base import Source
from state import runs
from state.archive.reader import BadArchive, Recorded, read_archive
from state.runs import Run

ONE_RUN = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Session:
    """Captures of one source that make one run, by address; of several for an address the last counts. With a `fault` the source
    failed on an address, and so does the run."""

    source: Source
    pages: dict[str, Recorded]
    fault: LayoutChanged | None = None

    @property
    def observed_at(self) -> datetime:
        """Time of the observation (aware UTC): that of the last capture."""
        return max(page.fetched_at for page in self.pages.values())


def sessions(archives: Iterable[Path], sources: Sequence[Source]) -> list[Session]:
    """Return the sessions of archives in order of date, those of a source after all of the sources that it needs. Raises
    ConfigError when an archive cannot be read."""
    found: dict[str, list[Session]] = {source.name: [] for source in sources}
    for recorded in sorted(captures(archives), key=lambda each: each.fetched_at):
        for source in sources:
            own = found[source.name]
            try:
                if not source.recognises(recorded.url):
                    continue
                address = source.access.canonical(recorded.url)
            except LayoutChanged as error:
                own[:] = own or [Session(source, {recorded.url: recorded}, error)]
                continue
            if not own or recorded.fetched_at - min(page.fetched_at for page in own[-1].pages.values()) >= ONE_RUN:
                own.append(Session(source, {}))
            own[-1].pages[address] = recorded
    every = (session for own in found.values() for session in own)
    return sorted(every, key=lambda session: (depth(session.source), session.observed_at))


def captures(archives: Iterable[Path]) -> Iterator[Recorded]:
    for path in archives:
        try:
            yield from read_archive(path)
        except BadArchive as error:
            raise ConfigError(str(error)) from error


def replay(context: RunContext, session: Session) -> Run:
    """Poll one recorded session. A session already on record is returned as it was, so that a replay can be repeated or continued
    after a kill. A session older than the stored state cannot be inserted before it."""
    past = runs.on_record(context.db, session.source.name, session.observed_at)
    if past:
        return past
    if session.fault:
        return poll(context, session.source, partial(refuse, session.fault), session.observed_at, "replay")
    redirects = redirects_among(session.source, session.pages.values())
    reader = ArchiveReader(session.source, context.data, session.pages, redirects, context.db)
    extra = redirects.start_names(session.pages)
    return poll(context, session.source, lambda run: nullcontext(reader), session.observed_at, "replay", extra=extra)


def refuse(fault: LayoutChanged, run: Run) -> NoReturn:
    """Raise a fault in place of opening a run."""
    raise fault
