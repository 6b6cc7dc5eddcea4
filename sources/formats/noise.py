"""What is only noise against what is held: a number that always moves a little, a field that today's page does not print."""

from collections.abc import Callable
from dataclasses import replace

from sources.base import Record

Steady = Callable[[Record, Record], Record]


def in_turn(*every: Steady) -> Steady:
    """A `steady` that sets back what each of some others sets back."""

    def steady(old: Record, new: Record) -> Record:
        for each in every:
            new = each(old, new)
        return new

    return steady


def unsaid(field: str, role: str) -> Steady:
    """A `steady` that keeps the `field` held, with the claims of its `role`, while the page read has no place for it (None)."""

    def steady(old: Record, new: Record) -> Record:
        if new.fields[field] is not None or not old.fields.get(field):
            return new
        kept = tuple(claim for claim in old.claims if claim.role == role)
        return replace(new, fields={**new.fields, field: old.fields[field]}, claims=(*new.claims, *kept))

    return steady


def within(field: str, percent: int) -> Steady:
    """A `steady` that keeps the number held in `field` while the one read is off by less than so many percent of it."""

    def steady(old: Record, new: Record) -> Record:
        before, now = old.fields.get(field), new.fields.get(field)
        if isinstance(before, int) and isinstance(now, int) and abs(now - before) * 100 < percent * before:
            return replace(new, fields={**new.fields, field: before})
        return new

    return steady
