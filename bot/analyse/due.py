"""Dates to act on: ballots, consultations, last calls and plans ahead, with who leads and who of a group of countries is there."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from bot.analyse.dates import PRINTED, next_dates
from bot.analyse.group import CountryGroup
from bot.decide.participation import Group, Participation, ParticipationLookup
from bot.decide.record_topics import Topic, TopicFinder
from sources import all_sources
from state.db import connection_of
from state.queries import holdings
from state.queries.committees import load_owners
from state.queries.holdings import Due, Fact, Holding


@dataclass(frozen=True, slots=True)
class DatedItem:
    """Item with its next date, the holder of its leading role (None while unknown), its topics, and the participation of our group
    in its committee (None where the body does not print members)."""

    fact: Fact
    due: Due
    leader: Holding | None
    topics: tuple[Topic, ...]
    participation: Participation | None


def dated_items(
    db: Database, we: CountryGroup, when: datetime, days: int, tags: Collection[str] | None = None, absent: bool = False
) -> list[DatedItem]:
    """Return the items with a date in the next `days`, soonest first: of all topics, or with one of the `tags`. With `absent` only
    those whose committee prints its members, and has none of ours taking part."""
    facts = holdings.facts(db, holdings.dated_records(db, when, [name for name, _ in PRINTED]))
    last = (when + timedelta(days=days)).date().isoformat()
    dates = {record: due for record, due in next_dates(facts.values(), all_sources(), when).items() if due.day <= last}
    found = sorted(items(db, we, when, [facts[record] for record in dates], dates), key=lambda i: (i.due.day, i.fact.reference))
    return [
        item
        for item in found
        if (tags is None or not {topic.tag for topic in item.topics}.isdisjoint(tags))
        and (not absent or (item.participation is not None and not item.participation.takes_part))
    ]


def items(db: Database, we: CountryGroup, when: datetime, facts: list[Fact], dates: dict[int, Due]) -> Iterator[DatedItem]:
    """Yield each fact with what belongs to its date."""
    connection, group = connection_of(db), Group(we.title, tuple(sorted(we.countries)))
    finder, leaders = TopicFinder(connection), holdings.leaders_of(db, dates, when)
    members = {
        body: ParticipationLookup(connection, load_owners(connection, body, when), group, when) for body in {f.body for f in facts}
    }
    for fact in facts:
        known = members[fact.body].in_committee(fact.owner)
        yield DatedItem(fact, dates[fact.id], leaders.get(fact.id), finder.of_fact(fact), known[1] if known else None)
