"""Step 3, check: is the whole answer plausible? Beyond what the source declares, the run is held for a person."""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from bot.errors import Implausible
from bot.parse import Harvest, Reading
from sources.base import Expect
from state.model import Capture, Record, Value
from state.store import OWN, Held


def look(harvest: Harvest, readings: Iterable[Reading], expect: Expect, held: Mapping[str, Held]) -> None:
    """Note on the harvest which of the fields that the source expects are empty in some readings; `held` are the records as we
    hold them. Raises Implausible when a key comes twice, for two records of one key cannot be told apart."""
    for record in (reading.record for reading in readings):
        if record.key in harvest.seen:
            raise Implausible(f"two records have the key {record.key}")
        harvest.seen.add(record.key)
        for name in expect.filled:
            if not value(record, name):
                harvest.empty[name] += 1
        for name in expect.keeps:
            if not value(record, name) and value_held(held, record, name):
                harvest.lost.setdefault(name, []).append(record.reference or record.key)


def plausible(harvest: Harvest, expect: Expect, held: int, absent: Collection[str]) -> None:
    """Raise Implausible, with the reason, unless the answer may be believed. All its readings have been looked at; `held` is how
    many records we held before, `absent` are those among them that the answer lacks."""
    unambiguous(harvest, expect, held, absent)
    _fields(harvest, expect)
    if not harvest.gaps:  # an incomplete answer removes nothing, so its size says nothing
        _size(harvest, expect, held, absent)


def unambiguous(harvest: Harvest, expect: Expect, held: int, absent: Collection[str]) -> None:
    """Raise Implausible when two records have one key: the least that any answer must keep to, a person's word or not."""
    if len(harvest.shown) < harvest.count:
        raise Implausible("the answer shows records twice: some that are unchanged come once more")


def _size(harvest: Harvest, expect: Expect, held: int, absent: Collection[str]) -> None:
    least, most = expect.records
    if not least <= harvest.count <= most:
        raise Implausible(f"{harvest.count} records, expected {least} to {most}")
    if len(absent) > expect.max_gone * held:
        raise Implausible(f"{len(absent)} of {held} known records are absent at once, at most {expect.max_gone:.0%} may be")


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


def _fields(harvest: Harvest, expect: Expect) -> None:
    for name, share in expect.filled.items():
        empty = harvest.empty[name]
        if harvest.count - empty < round(share * harvest.count, 6):  # 0.55 * 100 is more than 55
            raise Implausible(f"{empty} of {harvest.count} records have no {name}, at least {share:.0%} must have one")
    for name, lost in harvest.lost.items():
        raise Implausible(f"{lost[0]} has no {name} any more, and {len(lost) - 1} others")


def value(record: Record, name: str) -> Value:
    """A field of a record by name, without a copy of all of them."""
    return getattr(record, name) if name in OWN else record.fields.get(name)


def value_held(held: Mapping[str, Held], record: Record, name: str) -> Value:
    return value(held[record.key].record, name) if record.key in held else None
