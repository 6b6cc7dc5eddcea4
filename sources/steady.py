"""Numbers that always move a little: a small move is noise against what is held, and only a large one is news."""

from collections.abc import Callable
from dataclasses import replace

from sources.base import Record


def within(field: str, percent: int) -> Callable[[Record, Record], Record]:
    """A `steady` that keeps the number held in `field` while the one read is off by less than so many percent of it."""

    def steady(old: Record, new: Record) -> Record:
        before, now = old.fields.get(field), new.fields.get(field)
        if isinstance(before, int) and isinstance(now, int) and abs(now - before) * 100 < percent * before:
            return replace(new, fields={**new.fields, field: before})
        return new

    return steady
