"""The next date to act on an item: as an alert told it, as the body prints it, or as the stage implies it. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime

import orjson

from sources.base import Source
from state.encode import load
from state.model import Record
from state.queries.holdings import Due, Fact

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
PRINTED = (("timing_until", "planned to be done by"), ("closes", "closes"), ("deadline", "deadline"), ("due", "due"))


def next_dates(facts: Iterable[Fact], told: Iterable[Due], sources: Mapping[str, Source], when: datetime) -> dict[int, Due]:
    """The soonest date of each record that is not past; of one date the words of the body come before those of an alert."""
    found: dict[int, Due] = {}
    today = when.date().isoformat()
    every = [due for fact in facts if not fact.removed for due in (*printed(fact), *implied(fact, sources))]
    every += [replace(due, text=first_words(due.text.rpartition("): ")[2])) for due in told]
    for due in every:
        if due.day >= today and (due.record not in found or due.day < found[due.record].day):
            found[due.record] = due
    return found


def printed(fact: Fact) -> list[Due]:
    """The dates that the body itself prints."""
    return [
        Due(fact.id, value, False, words)
        for name, words in PRINTED
        if isinstance(value := fact.fields.get(name), str) and _DAY.fullmatch(value)
    ]


def implied(fact: Fact, sources: Mapping[str, Source]) -> list[Due]:
    """What the source makes of the stage that the record is in, counted from the day on which it was first seen."""
    source = sources.get(fact.source)
    if source is None or source.history.means is None:
        return []
    record = Record(fact.key, fact.kind, fact.title, fact.reference, fact.url, fact.status, load(orjson.dumps(fact.fields)))
    meanings = source.history.means(None, record, fact.staged.date())
    return [Due(fact.id, iso(m.due), m.estimated, first_words(m.text)) for m in meanings if m.due is not None]


def iso(day: date) -> str:
    return day.isoformat()


def first_words(text: str) -> str:
    """What a meaning says before it comes to its date: "DIS ballot opened (40.20)"."""
    return text.removeprefix("new in the list: ").split(";")[0].split(", planned")[0]


def finished(fact: Fact) -> bool:
    """Whether an item is no longer worked on: it is gone, published, or its last state is reached."""
    stage = fact.text("stage")
    over = stage >= "60.60" or stage.endswith((".98", "95.99"))
    return fact.removed or (bool(stage) and over) or fact.text("state") in ("approved", "agreed", "dropped", "carried")
