"""League tables and role transitions: how many roles each country holds on a day and by quarter, and what a group gained and lost.
Pure, over rows of `state.queries.holdings`. Each figure keeps the rows that it counts, so that it can be shown."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from bot.analyse.group import CountryGroup
from state.queries.holdings import Fact, Holding

_GROUP = re.compile(r"\bSG\s?0*(\d+)")


@dataclass(frozen=True, slots=True)
class LeagueRow:
    """A line of a league table: a country (None: unknown), the parties through which it leads with their counts, and the rows."""

    rank: int
    country: str | None
    parties: Mapping[str, int]
    rows: tuple[Holding, ...]

    @property
    def count(self) -> int:
        """How many roles it holds."""
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class Quarter:
    """What was gained and lost within a calendar quarter, and what was held at its end. `partly`: it was not watched whole."""

    label: str
    held: tuple[Holding, ...]
    gained: tuple[Holding, ...]
    lost: tuple[Holding, ...]
    partly: bool


def held(rows: Iterable[Holding], when: datetime) -> list[Holding]:
    """The roles that were held at a moment, each once, whatever it was that proved it."""
    return list({place(row): row for row in rows if row.at(when)}.values())


def place(row: Holding) -> tuple[int, str, str]:
    """What makes a role that is held one thing to count: the record, the role, the party."""
    return row.record, row.role, row.party


def table(rows: Iterable[Holding], when: datetime) -> list[LeagueRow]:
    """Who held how many at a moment, most first; equal counts have equal rank."""
    by_country: dict[str | None, list[Holding]] = defaultdict(list)
    for row in held(rows, when):
        by_country[row.country].append(row)
    ordered = sorted(by_country.items(), key=lambda each: (-len(each[1]), each[0] is None, each[0] or ""))
    counts = [len(held_) for _, held_ in ordered]
    return [
        LeagueRow(counts.index(len(held_)) + 1, country, counted(row.party for row in held_), tuple(held_))
        for country, held_ in ordered
    ]


def counted(names: Iterable[str]) -> dict[str, int]:
    """How often each name comes, most often first."""
    found: dict[str, int] = defaultdict(int)
    for name in names:
        found[name] += 1
    return dict(sorted(found.items(), key=lambda each: (-each[1], each[0])))


def quarters(rows: Sequence[Holding], countries: frozenset[str], first: datetime, last: datetime) -> list[Quarter]:
    """Gains and losses of a group of countries from quarter to quarter, between the first and the last moment that was watched.
    What was held as watching began is no gain; a role that passes within the group is neither."""
    ours = [row for row in rows if row.country in countries]
    found = []
    for start, end in calendar(first, last):
        before = {(row.record, row.role): row for row in held(ours, max(start, first))}
        after = {(row.record, row.role): row for row in held(ours, min(end, last))}
        found.append(
            Quarter(
                f"{start.year} Q{(start.month + 2) // 3}",
                tuple(after.values()),
                tuple(row for key, row in after.items() if key not in before),
                tuple(row for key, row in before.items() if key not in after),
                start < first or end > last,
            )
        )
    return found


def calendar(first: datetime, last: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The calendar quarters (UTC) that a span of time touches: begin, and begin of the next."""
    year, month = first.year, first.month - (first.month - 1) % 3
    while (start := datetime(year, month, 1, tzinfo=UTC)) <= last:
        year, month = (year, month + 3) if month < 10 else (year + 1, 1)
        yield start, datetime(year, month, 1, tzinfo=UTC)


def through_time(rows: Iterable[Holding], countries: frozenset[str], first: datetime, last: datetime) -> list[tuple[datetime, int]]:
    """How many roles a group held, at the first moment and after each change of the number, and at the last moment."""
    ours = [row for row in rows if row.country in countries]
    moments = {first, last, *(w for row in ours for w in (row.since, row.until) if w is not None and first < w < last)}
    found: list[tuple[datetime, int]] = []
    for when in sorted(moments):
        count = len({(row.record, row.role, row.party) for row in ours if row.at(when)})
        if not found or count != found[-1][1] or when == last:
            found.append((when, count))
    return found


def compare(rows: Iterable[Holding], one: datetime, other: datetime) -> tuple[list[Holding], list[Holding]]:
    """What is held at the other moment and was not at the one, and the reverse. A role that stays with its party is the same
    whatever proves it."""
    kept = list(rows)
    before, after = ({place(row): row for row in held(kept, when)} for when in (one, other))
    return [row for key, row in after.items() if key not in before], [row for key, row in before.items() if key not in after]


def study_group(reference: str, fact: Fact | None = None) -> str | None:
    """The study group that a record of ITU is of ("SG17"), by its fields or its reference; None when it is of none."""
    found = _GROUP.search((fact.text("study_group") if fact else "") or reference)
    return f"SG{found[1]}" if found else None


def by_study_group(rows: Iterable[Holding], facts: Mapping[int, Fact], when: datetime) -> dict[str, list[Holding]]:
    """The roles held at a moment by study group, in the order of their numbers."""
    found: dict[str, list[Holding]] = defaultdict(list)
    for row in held(rows, when):
        if group := study_group(row.reference, facts.get(row.record)):
            found[group].append(row)
    return dict(sorted(found.items(), key=lambda each: int(each[0][2:])))


@dataclass(frozen=True, slots=True)
class RoleTransition:
    """A role that was gained or lost at a moment (`day` in a zone), and who had it before or has it after, if anybody."""

    when: datetime
    day: str
    how: str
    row: Holding
    other: Holding | None

    @property
    def role(self) -> str:
        """The role as people write it."""
        return self.row.role.replace("-", " ")


def role_transitions(
    rows: Iterable[Holding], they: CountryGroup, observed: Mapping[str, tuple[datetime, datetime]], until: datetime, zone: tzinfo
) -> list[RoleTransition]:
    """The moves of a side until a moment. What was held as its source was first read is none; a role that passes within the side
    is told once, as gained."""
    by_place: dict[tuple[int, str], list[Holding]] = defaultdict(list)
    for row in rows:
        by_place[row.record, row.role].append(row)
    found = []
    for here in by_place.values():
        ours = [row for row in here if they.has(row.country, row.confidence)]
        for row in ours:
            first = observed[row.source][0] if row.source in observed else row.since
            if first < row.since <= until and not _same(row, here, row.since):
                found.append(_move("gained", row, row.since, (o for o in here if o.until == row.since), zone))
            if row.until is not None and row.until <= until and not any(o.since == row.until for o in ours):
                found.append(_move("lost", row, row.until, (o for o in here if o.since == row.until), zone))
    return sorted(found, key=lambda move: (move.when, move.row.body, move.row.reference), reverse=True)


def _move(how: str, row: Holding, when: datetime, others: Iterable[Holding], zone: tzinfo) -> RoleTransition:
    other = next((each for each in others if each.party != row.party), None)
    return RoleTransition(when, when.astimezone(zone).date().isoformat(), how, row, other)


def _same(row: Holding, here: Iterable[Holding], when: datetime) -> bool:
    """Whether the same party held it until just then: only what proves it has changed."""
    return any(other is not row and other.until == when and other.party == row.party for other in here)
