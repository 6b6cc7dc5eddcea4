"""Step 3, check: is the whole answer plausible? Beyond what the source declares, the run is held for a person."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from bot.errors import Implausible
from bot.parse import Harvest
from sources.base import Expect
from state.model import Capture, Record, Value
from state.store import Held


def plausible(harvest: Harvest, expect: Expect, present: Collection[str], held: Mapping[str, Held]) -> None:
    """Raise Implausible, with the reason, unless the answer may be believed. `present` are the keys that we hold, `held` the
    records as we hold them, for those that were read anew."""
    unambiguous(harvest, expect, present, held)
    _fields(harvest, expect, held)
    if not harvest.gaps:  # an incomplete answer removes nothing, so its size says nothing
        _size(harvest, expect, present)


def _size(harvest: Harvest, expect: Expect, present: Collection[str]) -> None:
    least, most = expect.records
    if not least <= harvest.count <= most:
        raise Implausible(f"{harvest.count} records, expected {least} to {most}")
    gone = set(present).difference(harvest.keys())
    if len(gone) > expect.max_gone * len(present):
        raise Implausible(f"{len(gone)} of {len(present)} known records are absent at once, at most {expect.max_gone:.0%} may be")


def not_older(now: Capture, last: Capture | None) -> None:
    """Raise Implausible when a bulk file is older than the one that we hold: a cache served a copy of before, and all that changed
    since would be told backwards."""
    if last and last.last_modified and now.last_modified and dated(now.last_modified) < dated(last.last_modified):
        raise Implausible(f"{now.url} is of {now.last_modified}, older than the copy of {last.last_modified} that we hold")


def dated(header: str) -> datetime:
    """The time of a Last-Modified header, aware UTC; the beginning of time for one that is none."""
    try:
        return parsedate_to_datetime(header).astimezone(UTC)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)


def unambiguous(harvest: Harvest, expect: Expect, present: Collection[str], held: Mapping[str, Held]) -> None:
    """Raise Implausible when two records have one key: the least that any answer must keep to, a person's word or not."""
    if twice := [key for key, count in Counter(harvest.keys()).items() if count > 1]:
        raise Implausible(f"{len(twice)} records come twice, the first with key {twice[0]}")


def _fields(harvest: Harvest, expect: Expect, held: Mapping[str, Held]) -> None:
    records = [reading.record for reading in harvest.readings]
    for name, share in expect.filled.items():
        # what was not parsed again was filled last time; what has this field empty can only be among the new ones
        empty = sum(1 for record in records if not record.compared().get(name))
        if empty > (1 - share) * harvest.count:
            raise Implausible(f"{empty} of {harvest.count} records have no {name}, at least {share:.0%} must have one")
    for name in expect.keeps:
        if lost := [record for record in records if not value(record, name) and value_held(held, record, name)]:
            raise Implausible(f"{lost[0].reference or lost[0].key} has no {name} any more, and {len(lost) - 1} others")


def value(record: Record, name: str) -> Value:
    return record.compared().get(name)


def value_held(held: Mapping[str, Held], record: Record, name: str) -> Value:
    return value(held[record.key].record, name) if record.key in held else None
