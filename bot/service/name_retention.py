"""Retention of names: the names of people whose last role ended some time ago are redacted, if the configuration says so.

They are taken out of everything that is past, as `forget` does, but no list of redacted names is kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

import structlog
from sqlite_utils import Database

from bot.parse.suppress import counts_text
from sources.base import Source, no_person
from state.db import connection_of
from state.encode import moment
from state.privacy.erase import REMOVED, WORD, erase_past, orders, spellings
from state.privacy.erase_archive import holds, past_bodies, take_out, tidy
from state.privacy.role_periods import claims_of, over, proved, role_periods

log = structlog.get_logger()
NAMES_A_NIGHT = 20  # names a run: each may be in dozens of archive files, and the first run finds those of years


@dataclass(slots=True)
class Person:
    """Person who holds or held roles: name as printed, ids of the records, URLs of the pages that prove the roles, and the ends
    of the roles (stamps; None: one goes on)."""

    name: str
    records: set[int] = field(default_factory=set)
    pages: set[str] = field(default_factory=set)
    ends: set[str | None] = field(default_factory=set)

    @property
    def left_at(self) -> datetime | None:
        """End of the last role; None while one goes on."""
        return None if None in self.ends else max(moment(end) for end in self.ends if end)


def expire_names(db: Database, data: Path, sources: Iterable[Source], now: datetime, days: int) -> int:
    """Redact the names of people whose last role ended more than `days` before `now` (aware UTC): earliest leavers first, at
    most NAMES_A_NIGHT. Returns the number of people."""
    people, ended = people_in_roles(db, sources)
    leaving = [(left, person) for person in people if (left := person.left_at) and left < now - timedelta(days=days)]
    in_turn = (
        person
        for _, person in sorted(leaving, key=lambda each: each[0])
        if can_be_found(person) and not still_named(db, person, ended)
    )
    gone = list(islice(in_turn, NAMES_A_NIGHT))
    if not gone:
        return 0
    names, pages = [person.name for person in gone], set().union(*(person.pages for person in gone))
    read = proved(connection_of(db), pages)
    records = set[int]().union(*read.values(), *(person.records for person in gone))
    bodies = past_bodies(db, data, pages, [page for page, proves in read.items() if proves - ended])
    tidy(bodies)
    files = {path: only for path, only in bodies.items() if holds(path, names, only)}
    for path, only in files.items():  # before the tables: they tell which names to look for, so an interrupted run starts again
        take_out(db, data, path, names, now, only)
    changed = erase_past(db, names, records, records & ended)
    log.info("names of people who left were taken out", people=len(gone), rows=counts_text(changed), files=len(files))
    return len(gone)


def people_in_roles(db: Database, sources: Iterable[Source]) -> tuple[Sequence[Person], set[int]]:
    """Return the people whom sources name, each once whatever the order of the name's words, and the ids of records that the
    bodies no longer list. Names of one word are left out: they would be redacted within other names too."""
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


def can_be_found(person: Person) -> bool:
    """Return True when a name can be found in texts: not when more than blanks and one sign stand between its words."""
    return spellings(person.name).search(person.name) is not None


def still_named(db: Database, person: Person, ended: set[int]) -> bool:
    """Return True when a record that is still listed names the person in any role, also in one that its source does not know as
    a person's."""
    patterns = [spellings(order) for order in orders(person.name)]
    claims = claims_of(connection_of(db), person.records - ended)
    return any(pattern.search(text) for text in claims for pattern in patterns)
