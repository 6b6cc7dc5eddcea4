"""Step 3, check: is the whole answer plausible? Beyond what the source declares, the run is held for a person."""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from bot.diff import plain
from bot.errors import Implausible
from bot.parse.result import CrawlResult, Scraped
from sources.base import Expect
from state.model import Capture, Record, Value
from state.records import OWN, Held

ROLE = "role "  # before the name of a role, where it stands among fields

# The shares of records that may change together. Of those that had a field or role, so many may lose it, or show another value; of
# all that were known, so many may gain it. In ISO's real lists nothing was lost or gained in more than 0.2 % of records; members
# differed in 12 % of committees from one week to the next, and in 30 % after seven weeks.
MOST_LOST, MOST_CHANGED, MOST_GAINED = 0.25, 0.8, 0.25
# Fewer records than this, or a smaller part of all, may do anything: ten of eleven may well move on the same day.
FEWEST, LEAST_PART = 20, 0.05


def look(harvest: CrawlResult, readings: Iterable[Scraped], expect: Expect, held: Mapping[str, Held]) -> None:
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


def plausible(harvest: CrawlResult, expect: Expect, held: int, absent: Collection[str]) -> None:
    """Raise Implausible, with the reason, unless the answer may be believed. All its readings have been looked at; `held` is how
    many records we held before, `absent` are those among them that the answer lacks."""
    unambiguous(harvest, expect, held, absent)
    _fields(harvest, expect)
    _steps(harvest)
    if not harvest.gaps:  # an incomplete answer removes nothing, so its size says nothing
        _size(harvest, expect, held, absent)


def unambiguous(harvest: CrawlResult, expect: Expect, held: int, absent: Collection[str]) -> None:
    """Raise Implausible when two records have one key: the least that any answer must keep to, a person's word or not."""
    if len(harvest.shown) < harvest.count:
        raise Implausible("the answer shows records twice: some that are unchanged come once more")


def _size(harvest: CrawlResult, expect: Expect, held: int, absent: Collection[str]) -> None:
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


def _fields(harvest: CrawlResult, expect: Expect) -> None:
    for name, share in expect.filled.items():
        empty = harvest.empty[name]
        if harvest.count - empty < round(share * harvest.count, 6):  # 0.55 * 100 is more than 55
            raise Implausible(f"{empty} of {harvest.count} records have no {name}, at least {100 * share:g}% must have one")
    for name, lost in harvest.lost.items():
        raise Implausible(f"{lost[0]} has no {name} any more, and {len(lost) - 1} others")


def tally(harvest: CrawlResult, old: Record, new: Record, ignored: Collection[str]) -> None:
    """Count on the harvest which fields and roles of a known record are lost, gained or changed, but for the fields `ignored`."""
    was, now = aspects(old), aspects(new)
    for name in {**was, **now}:  # fields before roles
        if name not in ignored and was.get(name) != now.get(name):
            harvest.steps[name]["changed" if name in was and name in now else "lost" if name in was else "gained"] += 1


def aspects(record: Record) -> dict[str, object]:
    """The fields of a record that are not empty, and its roles, each with those who are claimed to play it."""
    roles: dict[str, set[object]] = {}
    for claim in record.claims:
        roles.setdefault(ROLE + claim.role, set()).add((claim.party_id or plain(claim.party), claim.country))
    return {name: known for name, each in record.compared().items() if (known := plain(each))} | roles


def many(harvest: CrawlResult) -> list[str]:
    """The fields and roles that differ in so many of the known records that it matters how many have them at all."""
    least = max(FEWEST, LEAST_PART * harvest.known)
    return [name for name, steps in harvest.steps.items() if steps.total() >= least]


def _steps(harvest: CrawlResult) -> None:
    for name, having in harvest.having.items():
        lost, gained, changed = (harvest.steps[name][step] for step in ("lost", "gained", "changed"))
        had = having + lost - gained
        for what, count, whole, most in (
            ("is empty in {} of {} records that had it", lost, had, MOST_LOST),
            ("differs in {} of {} records that had it", lost + changed, had, MOST_CHANGED),
            ("is new in {} of {} records", gained, harvest.known, MOST_GAINED),
        ):
            if count > most * whole:
                raise Implausible(f"`{name}` {what.format(count, whole)}; more than {most:.0%} at once is not believed")


def value(record: Record, name: str) -> Value:
    """A field of a record by name, without a copy of all of them."""
    return getattr(record, name) if name in OWN else record.fields.get(name)


def value_held(held: Mapping[str, Held], record: Record, name: str) -> Value:
    return value(held[record.key].record, name) if record.key in held else None
