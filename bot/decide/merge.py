"""Step 6, decide, between its halves: what several events of one run tell together is told once. Pure."""

import re
from collections.abc import Iterable
from dataclasses import replace

from state.model import Event, Record

EDITION = re.compile(r"(?P<number>[^:]+):(?P<year>\d{4})\b")


def merge(events: Iterable[Event]) -> list[Event]:
    """The events with each block move as one, and each old edition's withdrawal told with the publication of its successor."""
    return _blocks(_successions(list(events)))


def _blocks(events: list[Event]) -> list[Event]:
    """Documents that went from the same committee to the same committee are one event, told of the first of them."""
    blocks: dict[object, list[Event]] = {}
    for number, event in enumerate(events):
        sides = tuple(side and side.standing for side in (event.before, event.after))
        key = (event.note, sides) if event.name == "moved" else number
        blocks.setdefault(key, []).append(event)
    return [replace(first, others=tuple(_name(each.record) for each in rest)) for first, *rest in blocks.values()]


def _successions(events: list[Event]) -> list[Event]:
    withdrawn = {(e.record.key, _country(e)): e for e in events if e.name == "withdrawn"}
    told: set[int] = set()
    merged = []
    for event in events:
        if event.name == "published":
            old = [w for (_, country), w in withdrawn.items() if country == _country(event) and _succeeds(event.record, w.record)]
            told |= {id(each) for each in old}
            if old:
                event = replace(event, note=f"{event.note}; replaces {', '.join(_name(w.record) for w in old)}, now withdrawn")
        merged.append(event)
    return [event for event in merged if id(event) not in told]


def _succeeds(new: Record, old: Record) -> bool:
    """Whether one takes the place of the other: as the body says, or as the references do (ISO 123:2025 after ISO 123:2010, with
    which its amendments fall)."""
    if new.key in _keys(old, "replaced_by") or old.key in _keys(new, "replaces"):
        return True
    edition, former = EDITION.fullmatch(new.reference), EDITION.match(old.reference)
    return bool(edition and former and edition["number"] == former["number"] and former["year"] < edition["year"])


def _keys(record: Record, name: str) -> frozenset[object]:
    value = record.fields.get(name)
    return frozenset(value) if isinstance(value, frozenset) else frozenset()


def _country(event: Event) -> str | None:
    return event.after.country if event.after else None


def _name(record: Record) -> str:
    return record.reference or record.key
