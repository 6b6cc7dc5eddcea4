"""Step 3, check: hold a run for a person when its answer is not plausible, by counts, fill rates and mass changes."""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from bot.diff import comparable
from bot.errors import Implausible
from bot.parse.result import CrawlResult, Scraped
from sources.base import Expect
from state.model import Capture, Record, Ref, Value
from state.records import OWN, Held

ROLE = "role "  # prefix of role names among the names of fields

# Limits of mass changes. MOST_LOST and MOST_CHANGED: share of the records that had a field or role. MOST_GAINED: share of all
# known records. In ISO's real lists at most 0.2 % of records lost or gained a field; members differed in 12 % of committees after
# one week and in 30 % after seven weeks.
MOST_LOST, MOST_CHANGED, MOST_GAINED = 0.25, 0.8, 0.25
# Changes in fewer records than FEWEST, or in a smaller share than LEAST_PART, are not checked: ten of eleven may move together.
FEWEST, LEAST_PART = 20, 0.05


def tally_fields(result: CrawlResult, scraped: Iterable[Scraped], expect: Expect, held: Mapping[str, Held]) -> None:
    """Count the empty fields among scraped records, and name records that lost a field which the source keeps. `held` are the
    stored records by key. Raises Implausible when a key comes twice: two records with one key cannot be told apart."""
    for record in (item.record for item in scraped):
        if record.key in result.seen_keys:
            raise Implausible(f"two records have the key {record.key}")
        result.seen_keys.add(record.key)
        check_bounds(record, expect)
        for name in expect.filled:
            if not field_value(record, name):
                result.empty[name] += 1
        for name in expect.keeps:
            if not field_value(record, name) and held_value(held, record, name):
                result.lost.setdefault(name, []).append(record.reference or record.key)


def check_bounds(record: Record, expect: Expect) -> None:
    """Raise Implausible when a record has more members or a longer text than its source may print, or a nested value."""
    name = record.reference[:80] or record.key[:80]
    sets = {field: value for field, value in record.fields.items() if isinstance(value, frozenset)}
    for field, count in {"claims": len(record.claims), **{field: len(value) for field, value in sets.items()}}.items():
        if count > expect.members:
            raise Implausible(f"{name} has {count:,} members in `{field}`, at most {expect.members:,} are believed")
    own = {"title": record.title, "reference": record.reference, "status": record.status, "url": record.url, "key": record.key}
    single = [
        *own.items(),
        *record.fields.items(),
        *(("claims", text) for c in record.claims for text in (c.party, c.evidence.text)),
    ]
    for field, value in (*single, *((field, each) for field, members in sets.items() for each in members)):
        text = value.name if isinstance(value, Ref) else value
        if not isinstance(text, str | int | float | bool | frozenset | None):
            raise Implausible(f"`{field}` of {name} is a nested value, where a text, a number or a set of them is expected")
        if isinstance(text, str) and len(text) > expect.text:
            raise Implausible(f"`{field}` of {name} has {len(text):,} characters, at most {expect.text:,} are believed")


def check_plausible(result: CrawlResult, expect: Expect, held: int, absent: Collection[str]) -> None:
    """Raise Implausible, with the reason, when the answer is not plausible. All scraped records must have been tallied. `held` is
    the number of stored records, `absent` are the keys of those that the answer lacks."""
    check_keys_unique(result, expect, held, absent)
    _check_filled(result, expect)
    _check_mass_changes(result)
    if not result.missing_lists:  # an incomplete answer removes nothing, so its size says nothing
        _check_size(result, expect, held, absent)


def check_keys_unique(result: CrawlResult, expect: Expect, held: int, absent: Collection[str]) -> None:
    """Raise Implausible when two records have one key. This holds for every answer, even one that a person accepted."""
    if len(result.listed_keys) < result.count:
        raise Implausible("the answer shows records twice: some that are unchanged come once more")


def _check_size(result: CrawlResult, expect: Expect, held: int, absent: Collection[str]) -> None:
    least, most = expect.records
    if not least <= result.count <= most:
        raise Implausible(f"{result.count} records, expected {least} to {most}")
    if len(absent) > expect.max_gone * held:
        raise Implausible(f"{len(absent)} of {held} known records are absent at once, at most {expect.max_gone:.0%} may be")


def check_not_older(now: Capture, last: Capture | None) -> None:
    """Raise Implausible when a bulk file is older than the stored capture. A cache served an earlier copy; its changes would be
    reported in reverse."""
    if last and last.last_modified and now.last_modified and header_time(now.last_modified) < header_time(last.last_modified):
        raise Implausible(f"{now.url} is of {now.last_modified}, older than the copy of {last.last_modified} that we hold")


def header_time(header: str) -> datetime:
    """Return the time of a Last-Modified header as aware UTC, or the earliest datetime when it cannot be read."""
    try:
        return parsedate_to_datetime(header).astimezone(UTC)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)


def _check_filled(result: CrawlResult, expect: Expect) -> None:
    for name, share in expect.filled.items():
        empty = result.empty[name]
        if result.count - empty < round(share * result.count, 6):  # 0.55 * 100 is more than 55
            raise Implausible(f"{empty} of {result.count} records have no {name}, at least {100 * share:g}% must have one")
    for name, lost in result.lost.items():
        raise Implausible(f"{lost[0]} has no {name} any more, and {len(lost) - 1} others")


def tally_changes(result: CrawlResult, old: Record, new: Record, ignored: Collection[str]) -> None:
    """Count which fields and roles of a known record are lost, gained or changed, without the `ignored` fields."""
    was, now = fields_and_roles(old), fields_and_roles(new)
    for name in {**was, **now}:  # fields before roles
        if name not in ignored and was.get(name) != now.get(name):
            result.change_counts[name]["changed" if name in was and name in now else "lost" if name in was else "gained"] += 1


def fields_and_roles(record: Record) -> dict[str, object]:
    """Return the non-empty fields of a record, and its roles with the parties and countries claimed for each."""
    roles: dict[str, set[object]] = {}
    for claim in record.claims:
        roles.setdefault(ROLE + claim.role, set()).add((claim.party_id or comparable(claim.party), claim.country))
    return {name: known for name, each in record.compared().items() if (known := comparable(each))} | roles


def often_changed(result: CrawlResult) -> list[str]:
    """Return the fields and roles that changed in so many known records that a mass change must be ruled out."""
    least = max(FEWEST, LEAST_PART * result.known_count)
    return [name for name, counts in result.change_counts.items() if counts.total() >= least]


def _check_mass_changes(result: CrawlResult) -> None:
    for name, filled in result.filled_counts.items():
        lost, gained, changed = (result.change_counts[name][kind] for kind in ("lost", "gained", "changed"))
        had = filled + lost - gained
        for what, count, whole, most in (
            ("is empty in {} of {} records that had it", lost, had, MOST_LOST),
            ("differs in {} of {} records that had it", lost + changed, had, MOST_CHANGED),
            ("is new in {} of {} records", gained, result.known_count, MOST_GAINED),
        ):
            if count > most * whole:
                raise Implausible(f"`{name}` {what.format(count, whole)}; more than {most:.0%} at once is not believed")


def field_value(record: Record, name: str) -> Value:
    """Return a field of a record by name, without copying all fields."""
    return getattr(record, name) if name in OWN else record.fields.get(name)


def held_value(held: Mapping[str, Held], record: Record, name: str) -> Value:
    return field_value(held[record.key].record, name) if record.key in held else None
