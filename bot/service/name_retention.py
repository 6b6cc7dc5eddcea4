"""Retention of names: those of people whose last role ended some time ago go out of all that is past, as the configuration says."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

import structlog
from sqlite_utils import Database

from sources.base import LayoutChanged, Source, no_person
from state.db import connection_of
from state.encode import stamp
from state.privacy.erase import REMOVED, WORD, erase_past, orders, spellings
from state.privacy.erase_archive import NameFinder, drop, find, past_bodies, tidy
from state.privacy.role_periods import claims_of, delisted, proven_records, role_periods

log = structlog.get_logger()
A_NIGHT = 20  # names at once: each may stand in dozens of archive files, and at first those of years are due
PRESENT = "9999"  # after every stamp


@dataclass(slots=True)
class Person:
    """Somebody who holds or held roles: the name as printed, the ids of the records that say so, the addresses of the pages that
    prove it, and when the last role ended (a stamp; `PRESENT` while one goes on)."""

    name: str
    records: set[int] = field(default_factory=set)
    pages: set[str] = field(default_factory=set)
    left: str = ""


def expire_names(db: Database, data: Path, sources: Iterable[Source], now: datetime, days: int) -> int:
    """Take out the names of people whose last role ended more than some days before `now` (aware UTC), those who left first before
    the others, at most `A_NIGHT` at a time. The archived responses that hold them are dropped, except the newest of pages that are
    still read. Return the number of people."""
    people, ended = known(db, sources)
    gone = list(islice(leaving(db, people, ended, now - timedelta(days=days)), A_NIGHT))
    if not gone:
        return 0
    names, pages = [person.name for person in gone], set().union(*(person.pages for person in gone))
    read = proven_records(connection_of(db), pages)
    records = set[int]().union(*read.values(), *(person.records for person in gone))
    finder, erased = NameFinder(names), 0
    tidy(db, data)
    bodies = past_bodies(db, data, pages, [page for page, proves in read.items() if proves - ended])
    for path, only in bodies.items():  # before the tables, which know for whom to look: after a kill the next night begins anew
        if found := find(path, finder, only):
            erased += len(drop(db, data, path, found))
    changed = erase_past(db, names, records, records & ended)
    log.info("names of people who left were taken out", people=len(gone), rows=changed, evidence=erased)
    return len(gone)


def known(db: Database, sources: Iterable[Source]) -> tuple[list[Person], set[int]]:
    """Return the people whom sources name, each once in whatever order the words of the name stand, and the ids of the records that
    the bodies list no more. A name of one word is left out: it would be taken out of other names, too."""
    connection, people, ended = connection_of(db), dict[tuple[str, ...], Person](), set[int]()
    for source in (each for each in sources if each.person is not no_person):
        listed_no_more = delisted(connection, source.name, source.history.part)
        ended |= listed_no_more.keys()
        for each in role_periods(connection, source.name, listed_no_more):
            try:
                name = source.person(each.claim)
            except LayoutChanged as error:
                log.error("a name cannot be told from a claim", source=source.name, reason=str(error))
                break
            words = tuple(sorted(WORD.findall(name.casefold())))
            if len(words) < 2 or REMOVED in name:
                continue
            person = people.setdefault(words, Person(name))
            person.records.add(each.record)
            person.pages.add(each.claim.evidence.url)
            person.left = max(person.left, each.until or PRESENT)
    return list(people.values()), ended


def leaving(db: Database, people: Iterable[Person], ended: set[int], before: datetime) -> Iterator[Person]:
    """Yield the people who left before a time (aware UTC), the first first. Left out are those whom a record that is still listed
    names in any role, also in one that its source does not know as a person's, and those whose name cannot be found in texts
    because more than blanks and a sign stand between its words."""
    for person in sorted((each for each in people if each.left < stamp(before)), key=lambda each: each.left):
        patterns = [spellings(order) for order in orders(person.name)]
        claims = claims_of(connection_of(db), person.records - ended)
        if patterns[0].search(person.name) and not any(each.search(text) for text in claims for each in patterns):
            yield person
