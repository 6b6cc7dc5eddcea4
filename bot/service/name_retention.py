"""Names of people whose last role ended some time ago go, if the configuration says so: out of all that is past, as `forget` takes
them out, but without a list of forgotten names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

import structlog
from sqlite_utils import Database

from bot.parse.suppress import cleaned
from sources.base import Source, no_person
from state.db import connection_of
from state.encode import moment
from state.privacy.erase import REMOVED, WORD, erase_past, orders, spellings
from state.privacy.erase_archive import holds, past_bodies, take_out, tidy
from state.privacy.role_periods import claims_of, over, proved, role_periods

log = structlog.get_logger()
A_NIGHT = 20  # names at once: each may lie in dozens of archive files, and at first those of years are due


@dataclass(slots=True)
class Person:
    """Somebody who holds or held roles: the name as printed, the records that say so (their rows), the pages that prove it, and
    when the roles ended (stamps; None: one goes on)."""

    name: str
    records: set[int] = field(default_factory=set)
    pages: set[str] = field(default_factory=set)
    ends: set[str | None] = field(default_factory=set)

    @property
    def left(self) -> datetime | None:
        """When the last role ended; None while one goes on."""
        return None if None in self.ends else max(moment(end) for end in self.ends if end)


def expire_names(db: Database, data: Path, sources: Iterable[Source], now: datetime, days: int) -> int:
    """Take out the names of people whose last role ended more than some days before `now` (aware UTC): those who left first before
    the others, and no more than a night's work. Returns of how many."""
    people, ended = known(db, sources)
    leaving = [(left, person) for person in people if (left := person.left) and left < now - timedelta(days=days)]
    in_turn = (
        person for _, person in sorted(leaving, key=lambda each: each[0]) if findable(person) and not stands(db, person, ended)
    )
    gone = list(islice(in_turn, A_NIGHT))
    if not gone:
        return 0
    names, pages = [person.name for person in gone], set().union(*(person.pages for person in gone))
    read = proved(connection_of(db), pages)
    records = set[int]().union(*read.values(), *(person.records for person in gone))
    bodies = past_bodies(db, data, pages, [page for page, proves in read.items() if proves - ended])
    tidy(bodies)
    files = {path: only for path, only in bodies.items() if holds(path, names, only)}
    for path, only in files.items():  # before the tables, which know for whom to look: whoever ends this in between begins anew
        take_out(db, data, path, names, now, only)
    changed = erase_past(db, names, records, records & ended)
    log.info("names of people who left were taken out", people=len(gone), rows=cleaned(changed), files=len(files))
    return len(gone)


def known(db: Database, sources: Iterable[Source]) -> tuple[Sequence[Person], set[int]]:
    """The people whom sources name, each once in whatever order the words of the name stand, and the records (their rows) that the
    bodies list no more. A name of one word is left out: it would be taken out of other names, too."""
    connection, people, ended = connection_of(db), dict[tuple[str, ...], Person](), set[int]()
    for source in (each for each in sources if each.person is not no_person):
        listed_no_more = over(connection, source.name, source.history.part)
        ended |= listed_no_more.keys()
        for each in role_periods(connection, source.name, listed_no_more):
            name = source.person(each.claim)
            words = tuple(sorted(WORD.findall(name.casefold())))
            if len(words) < 2 or REMOVED in name:
                continue
            person = people.setdefault(words, Person(name))
            person.records.add(each.record)
            person.pages.add(each.claim.evidence.url)
            person.ends.add(each.until)
    return list(people.values()), ended


def findable(person: Person) -> bool:
    """Whether a name can be found in texts: not where more than blanks and a sign stand between its words."""
    return spellings(person.name).search(person.name) is not None


def stands(db: Database, person: Person, ended: set[int]) -> bool:
    """Whether a record that is still listed names a person in any role, also in one that its source does not know as a person's."""
    patterns = [spellings(order) for order in orders(person.name)]
    claims = claims_of(connection_of(db), person.records - ended)
    return any(pattern.search(text) for text in claims for pattern in patterns)
