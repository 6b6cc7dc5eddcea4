"""Step 3, check: hold a run for a person when its answer is not plausible, by counts, fill rates and mass changes."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from bot.diff import comparable
from bot.errors import Implausible
from bot.parse.result import CrawlResult, Scraped
from sources.base import Expect, Source
from state.model import Capture, Record, Ref, Value
from state.records import OWN, Difference, Held

ROLE = "role "  # prefix of role names among the names of fields

# Limits of mass changes. MOST_LOST and MOST_CHANGED: share of the records that had a field or role. MOST_GAINED: share of all
# known records. In ISO's real lists at most 0.2 % of records lost or gained a field; members differed in 12 % of committees after
# one week and in 30 % after seven weeks.
MOST_LOST, MOST_CHANGED, MOST_GAINED = 0.25, 0.8, 0.25
# Changes in fewer records than FEWEST, or in a smaller share than LEAST_PART, are not checked: ten of eleven may move together.
FEWEST, LEAST_PART = 20, 0.05


def check_bounds(record: Record, expect: Expect) -> None:
    """Raise Implausible when a record has more members or a longer text than its source may print, or a nested value."""
    name = record.reference[:80] or record.key[:80]
    sets = {place: value for place, value in record.fields.items() if isinstance(value, frozenset)}
    for place, count in {"claims": len(record.claims), **{each: len(value) for each, value in sets.items()}}.items():
        if count > expect.members:
            raise Implausible(f"{name} has {count:,} members in `{place}`, at most {expect.members:,} are believed")
    own = {"title": record.title, "reference": record.reference, "status": record.status, "url": record.url, "key": record.key}
    single = [
        *own.items(),
        *record.fields.items(),
        *(("claims", text) for c in record.claims for text in (c.party, c.evidence.text)),
    ]
    for place, value in (*single, *((place, each) for place, members in sets.items() for each in members)):
        text = value.name if isinstance(value, Ref) else value
        if not isinstance(text, str | int | float | bool | frozenset | None):
            raise Implausible(f"`{place}` of {name} is a nested value, where a text, a number or a set of them is expected")
        if isinstance(text, str) and len(text) > expect.text:
            raise Implausible(f"`{place}` of {name} has {len(text):,} characters, at most {expect.text:,} are believed")


@dataclass(slots=True)
class Tally:
    """Counts of one poll, from which it is judged whether its answer is plausible.

    Of scraped records: `seen` are their keys, `count` is their number. `empty`: field → records without it. `lost`: field →
    references of records that had it before. `changes`: field or role → known records that "lost", "gained" or "changed" it;
    `new`: keys of records without a known state.

    Of the whole answer, once it is read (`sum_up`): `listed` are the keys of all records that it shows, `unread` those of them that
    were not scraped, `incomplete`: lists are missing. `held`: number of stored records; `absent`: keys of those that the answer
    lacks. `filled`: for fields and roles that changed often, the known records that have it now."""

    source: Source
    seen: set[str] = field(default_factory=set)
    count: int = 0
    empty: Counter[str] = field(default_factory=Counter)
    lost: dict[str, list[str]] = field(default_factory=dict)
    changes: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    new: set[str] = field(default_factory=set)
    listed: set[str] = field(default_factory=set)
    known: set[str] = field(default_factory=set)
    incomplete: bool = False
    held: int = 0
    absent: set[str] = field(default_factory=set)
    filled: dict[str, int] = field(default_factory=dict)

    def add(self, scraped: Iterable[Scraped], held: Mapping[str, Held]) -> None:
        """Count scraped records and their empty fields, and name those that lost a field which the source keeps. `held` are stored
        records by key. Raises Implausible when a key comes twice: two records with one key cannot be told apart."""
        expect = self.source.expect
        for record in (item.record for item in scraped):
            if record.key in self.seen:
                raise Implausible(f"two records have the key {record.key}")
            self.seen.add(record.key)
            check_bounds(record, expect)
            self.count += 1
            self.empty.update(name for name in expect.filled if not field_value(record, name))
            for name in expect.keeps if record.key in held else ():
                if not field_value(record, name) and field_value(held[record.key].record, name):
                    self.lost.setdefault(name, []).append(record.reference or record.key)

    def add_changes(self, differences: Iterable[Difference], news: Iterable[Difference]) -> None:
        """Count which fields and roles of known records are lost, gained or changed by the body (`news`)."""
        self.new |= {d.record.key for d in differences if d.held is None or d.held.removed}
        for held, record in ((d.held, d.record) for d in news):
            was, now = fields_and_roles(held.record) if held and not held.removed else {}, fields_and_roles(record)
            for name in {**was, **now} if was else ():  # fields before roles
                if was.get(name) != now.get(name):
                    self.changes[name]["changed" if name in was and name in now else "lost" if name in was else "gained"] += 1

    def sum_up(self, result: CrawlResult) -> None:
        """Add the records that the answer shows without being scraped."""
        others = (*result.unchanged_keys, *result.unread)
        self.listed, self.known = self.seen.union(others), self.seen.union(result.unchanged_keys) - self.new
        self.count += len(others)
        self.incomplete = bool(result.missing_lists)

    def often_changed(self) -> list[str]:
        """Return the fields and roles that changed in so many known records that a mass change must be ruled out."""
        least, exempt = max(FEWEST, LEAST_PART * len(self.known)), self.source.history.ignored_fields + self.source.expect.together
        return [name for name, counts in self.changes.items() if counts.total() >= least and name not in exempt]


def check_plausible(tally: Tally) -> None:
    """Raise Implausible, with the reason, when the answer is not plausible."""
    check_keys_unique(tally)
    _check_filled(tally)
    _check_mass_changes(tally)
    if not tally.incomplete:  # an incomplete answer removes nothing, so its size says nothing
        _check_size(tally)


def check_keys_unique(tally: Tally) -> None:
    """Raise Implausible when two records have one key. This holds for every answer, even one that a person accepted."""
    if len(tally.listed) < tally.count:
        raise Implausible("the answer shows records twice: some that are unchanged come once more")


def _check_size(tally: Tally) -> None:
    (least, most), absent = tally.source.expect.records, len(tally.absent)
    if not least <= tally.count <= most:
        raise Implausible(f"{tally.count} records, expected {least} to {most}")
    if absent > tally.source.expect.max_gone * tally.held:
        most_gone = f"{tally.source.expect.max_gone:.0%}"
        raise Implausible(f"{absent} of {tally.held} known records are absent at once, at most {most_gone} may be")


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


def _check_filled(tally: Tally) -> None:
    for name, share in tally.source.expect.filled.items():
        empty = tally.empty[name]
        if tally.count - empty < round(share * tally.count, 6):  # 0.55 * 100 is more than 55
            raise Implausible(f"{empty} of {tally.count} records have no {name}, at least {100 * share:g}% must have one")
    for name, lost in tally.lost.items():
        raise Implausible(f"{lost[0]} has no {name} any more, and {len(lost) - 1} others")


def _check_mass_changes(tally: Tally) -> None:
    for name, filled in tally.filled.items():
        lost, gained, changed = (tally.changes[name][kind] for kind in ("lost", "gained", "changed"))
        had = filled + lost - gained
        for what, count, whole, most in (
            ("is empty in {} of {} records that had it", lost, had, MOST_LOST),
            ("differs in {} of {} records that had it", lost + changed, had, MOST_CHANGED),
            ("is new in {} of {} records", gained, len(tally.known), MOST_GAINED),
        ):
            if count > most * whole:
                raise Implausible(f"`{name}` {what.format(count, whole)}; more than {most:.0%} at once is not believed")


def fields_and_roles(record: Record) -> dict[str, object]:
    """Return the non-empty fields of a record, and its roles with the parties and countries claimed for each."""
    roles: dict[str, set[object]] = {}
    for claim in record.claims:
        roles.setdefault(ROLE + claim.role, set()).add((claim.party_id or comparable(claim.party), claim.country))
    return {name: known for name, each in record.compared().items() if (known := comparable(each))} | roles


def field_value(record: Record, name: str) -> Value:
    """Return a field of a record by name, without copying all fields."""
    return getattr(record, name) if name in OWN else record.fields.get(name)
