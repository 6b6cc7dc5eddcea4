"""The next date to act on an item, as the body prints it or as its stage implies it. Pure functions."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

import orjson

from sources.base import Source
from state.encode import load
from state.model import Meaning, Record
from state.queries.holdings import Due, Fact

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
RULE = "date: "  # how a source begins the detail that says how it counted
PRINTED = (("timing_until", "planned to be done by"), ("closes", "closes"), ("deadline", "deadline"), ("due", "due"))


CLOSED = ("approved", "agreed", "dropped", "carried")  # states in which nothing more is asked


def next_dates(facts: Iterable[Fact], sources: Mapping[str, Source], when: datetime) -> dict[int, Due]:
    """Return the soonest date of each record that is today or later, as its present state has it: the date of a ballot ends with
    the stage that opened it."""
    found: dict[int, Due] = {}
    today = when.date().isoformat()
    for due in (due for fact in facts if not fact.removed for due in (*printed(fact), *implied(fact, sources))):
        if due.day >= today and (due.record not in found or due.day < found[due.record].day):
            found[due.record] = due
    return found


def printed(fact: Fact) -> list[Due]:
    """Return the dates that the body itself prints."""
    return [
        Due(fact.id, value, False, words, "printed by the body")
        for name, words in PRINTED
        if fact.text("state") not in CLOSED and isinstance(value := fact.fields.get(name), str) and _DAY.fullmatch(value)
    ]


def implied(fact: Fact, sources: Mapping[str, Source]) -> list[Due]:
    """Return the dates that the source derives from the record's stage, counted from the day on which that stage was first seen."""
    source = sources.get(fact.source)
    if source is None or source.history.means is None:
        return []
    record = Record(fact.key, fact.kind, fact.title, fact.reference, fact.url, fact.status, load(orjson.dumps(fact.fields)))
    meanings = source.history.means(None, record, fact.staged.date())
    return [Due(fact.id, m.due.isoformat(), m.estimated, m.text, rule_of(m)) for m in meanings if m.due is not None]


def rule_of(meaning: Meaning) -> str:
    """Return how the date of a meaning was found, in words."""
    rules = [line.removeprefix(RULE) for line in meaning.details if line.startswith(RULE)]
    return rules[0] if rules else "estimated from the step" if meaning.estimated else "printed by the body"


def finished(fact: Fact) -> bool:
    """Return True when an item is no longer under way: removed, published, or in the last state of its procedure."""
    stage = fact.text("stage")
    over = stage >= "60.60" or stage.endswith((".98", "95.99"))
    return fact.removed or (bool(stage) and over) or fact.text("state") in CLOSED
