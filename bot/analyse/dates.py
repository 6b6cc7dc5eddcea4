"""The next date to act on an item, as an alert gave it, as the body prints it, or as its stage implies it. Pure functions."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

import orjson

from sources.base import Source
from state.encode import load
from state.model import Record
from state.queries.holdings import Due, Fact

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
PRINTED = (("timing_until", "planned to be done by"), ("closes", "closes"), ("deadline", "deadline"), ("due", "due"))


def next_dates(facts: Iterable[Fact], alerted: Iterable[Due], sources: Mapping[str, Source], when: datetime) -> dict[int, Due]:
    """Return the soonest date of each record that is today or later. Of equal dates the one in the body's words wins over an
    alert's."""
    found: dict[int, Due] = {}
    today = when.date().isoformat()
    every = [due for fact in facts if not fact.removed for due in (*printed(fact), *implied(fact, sources))]
    every += [replace(due, text=due.text.partition(": ")[0]) for due in alerted]
    for due in every:
        if due.day >= today and (due.record not in found or due.day < found[due.record].day):
            found[due.record] = due
    return found


def printed(fact: Fact) -> list[Due]:
    """Return the dates that the body itself prints."""
    return [
        Due(fact.id, value, False, words)
        for name, words in PRINTED
        if isinstance(value := fact.fields.get(name), str) and _DAY.fullmatch(value)
    ]


def implied(fact: Fact, sources: Mapping[str, Source]) -> list[Due]:
    """Return the dates that the source derives from the record's stage, counted from the day on which that stage was first seen."""
    source = sources.get(fact.source)
    if source is None or source.history.means is None:
        return []
    record = Record(fact.key, fact.kind, fact.title, fact.reference, fact.url, fact.status, load(orjson.dumps(fact.fields)))
    meanings = source.history.means(None, record, fact.staged.date())
    return [Due(fact.id, m.due.isoformat(), m.estimated, m.text) for m in meanings if m.due is not None]


def finished(fact: Fact) -> bool:
    """Return True when an item is no longer under way: removed, published, or in the last state of its procedure."""
    stage = fact.text("stage")
    over = stage >= "60.60" or stage.endswith((".98", "95.99"))
    return fact.removed or (bool(stage) and over) or fact.text("state") in ("approved", "agreed", "dropped", "carried")
