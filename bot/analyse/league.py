"""League tables and role transitions: roles by country on a day and by quarter, gains and losses of a group, comparisons.

Pure functions over rows of `state.queries.holdings` and `state.queries.history`. Each figure keeps the rows that it counts."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any, Generic, TypeVar

from bot.analyse.group import CountryGroup
from state.queries.holdings import Fact, HeldRole, Holding

_GROUP = re.compile(r"\bSG\s?0*(\d+)")


Held = TypeVar("Held", Holding, HeldRole)


@dataclass(frozen=True)
class LeagueRow(Generic[Held]):
    """Line of a league table: a country (None: unknown), its parties with the number of items of each, and the rows."""

    rank: int
    country: str | None
    parties: Mapping[str, int]
    rows: tuple[Held, ...]

    @property
    def count(self) -> int:
        """Number of items; one in which several of the country's parties hold the role counts once."""
        return count_items(self.rows)


@dataclass(frozen=True, slots=True)
class Quarter:
    """Roles gained and lost within a calendar quarter, and those held at its end. `partly`: it was not observed from end to end."""

    label: str
    held: tuple[Holding, ...]
    gained: tuple[Holding, ...]
    lost: tuple[Holding, ...]
    partly: bool


def held_at(rows: Iterable[Holding], when: datetime) -> list[Holding]:
    """Return the roles held at a moment, each once even when several rows prove it."""
    return once(row for row in rows if row.at(when))


def once(rows: Iterable[Held]) -> list[Held]:
    """Return each role held once."""
    return list({role_key(row): row for row in rows}.values())


def role_key(row: Holding | HeldRole) -> tuple[int, str, str]:
    """Return the identity of a held role: record, role, party."""
    return row.record, row.role, row.party


def count_items(rows: Iterable[Holding | HeldRole]) -> int:
    """Count the records of roles held."""
    return len({row.record for row in rows})


def rank(rows: Iterable[Held]) -> list[LeagueRow[Held]]:
    """Count the items of each country at one moment, most first; equal counts share a rank."""
    by_country: dict[str | None, list[Held]] = defaultdict(list)
    for row in once(rows):
        by_country[row.country].append(row)
    ordered = sorted(by_country.items(), key=lambda each: (-count_items(each[1]), each[0] is None, each[0] or ""))
    counts = [count_items(rows_) for _, rows_ in ordered]
    return [
        LeagueRow(counts.index(count) + 1, country, count_by_name(row.party for row in rows_), tuple(rows_))
        for count, (country, rows_) in zip(counts, ordered, strict=True)
    ]


def count_by_name(names: Iterable[str]) -> dict[str, int]:
    """Count names, most frequent first, equal counts by name."""
    found: dict[str, int] = defaultdict(int)
    for name in names:
        found[name] += 1
    return dict(sorted(found.items(), key=lambda each: (-each[1], each[0])))


def quarters(rows: Sequence[Holding], countries: frozenset[str], first: datetime, last: datetime) -> list[Quarter]:
    """Return gains and losses of a group of countries by quarter, between the first and last observed moment. Roles held when
    monitoring began are no gains; a role that passes within the group is neither."""
    ours = [row for row in rows if row.country in countries]
    found = []
    for start, end in calendar_quarters(first, last):
        before = {(row.record, row.role): row for row in held_at(ours, max(start, first))}
        after = {(row.record, row.role): row for row in held_at(ours, min(end, last))}
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


def calendar_quarters(first: datetime, last: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield the calendar quarters (UTC) that a time span touches: start, and start of the next."""
    year, month = first.year, first.month - (first.month - 1) % 3
    while (start := datetime(year, month, 1, tzinfo=UTC)) <= last:
        year, month = (year, month + 3) if month < 10 else (year + 1, 1)
        yield start, datetime(year, month, 1, tzinfo=UTC)


def count_over_time(
    rows: Iterable[Holding], countries: frozenset[str], first: datetime, last: datetime
) -> list[tuple[datetime, int]]:
    """Count the items of a group at the first moment, after each change of the count, and at the last moment."""
    ours = [row for row in rows if row.country in countries]
    moments = {first, last, *(w for row in ours for w in (row.since, row.until) if w is not None and first < w < last)}
    found: list[tuple[datetime, int]] = []
    for when in sorted(moments):
        count = count_items(row for row in ours if row.at(when))
        if not found or count != found[-1][1] or when == last:
            found.append((when, count))
    return found


def gained_and_lost(rows: Iterable[Holding], one: datetime, other: datetime) -> tuple[list[Holding], list[Holding]]:
    """Return the roles held at `other` but not at `one`, and the reverse. A role that stays with its party counts as the same,
    whatever proves it."""
    kept = list(rows)
    before, after = ({role_key(row): row for row in held_at(kept, when)} for when in (one, other))
    return [row for key, row in after.items() if key not in before], [row for key, row in before.items() if key not in after]


def study_group(reference: str, fact: Fact | None = None) -> str | None:
    """Return the study group of an ITU record ("SG17") by its fields or its reference, or None."""
    found = _GROUP.search((fact.text("study_group") if fact else "") or reference)
    return f"SG{found[1]}" if found else None


def by_study_group(rows: Iterable[Holding], facts: Mapping[int, Fact], when: datetime) -> dict[str, list[Holding]]:
    """Return the roles held at a moment by study group, in numerical order."""
    found: dict[str, list[Holding]] = defaultdict(list)
    for row in held_at(rows, when):
        if group := study_group(row.reference, facts.get(row.record)):
            found[group].append(row)
    return dict(sorted(found.items(), key=lambda each: int(each[0][2:])))


@dataclass(frozen=True, slots=True)
class RoleTransition:
    """Role that was gained or lost (`how`) at a moment (`day` in a zone), with the previous or next holder, if any."""

    when: datetime
    day: str
    how: str
    row: Holding
    other: Holding | None

    @property
    def role(self) -> str:
        """Name of the role for people."""
        return self.row.role.replace("-", " ")

    @property
    def place(self) -> tuple[str, str, str]:
        """Day and record, by which moves are grouped."""
        return self.day, self.row.body, self.row.reference or self.row.key


def role_transitions(
    rows: Iterable[Holding], they: CountryGroup, observed: Mapping[str, tuple[datetime, datetime]], until: datetime, zone: tzinfo
) -> list[RoleTransition]:
    """Return the transitions of a group until a moment, newest first. Roles held when the source was first read are none; a role
    that passes within the group is given once, as gained."""
    by_place: dict[tuple[int, str], list[Holding]] = defaultdict(list)
    for row in rows:
        by_place[row.record, row.role].append(row)
    found = []
    for here in by_place.values():
        ours = [row for row in here if they.has(row.country, row.confidence)]
        for row in ours:
            first = observed[row.source][0] if row.source in observed else row.since
            if first < row.since <= until and not _same_party_until(row, here, row.since):
                found.append(_transition("gained", row, row.since, (o for o in here if o.until == row.since), zone))
            if row.until is not None and row.until <= until and not any(o.since == row.until for o in ours):
                found.append(_transition("lost", row, row.until, (o for o in here if o.since == row.until), zone))
    return sorted(found, key=lambda each: (each.when, each.row.body, each.row.reference), reverse=True)


def _transition(how: str, row: Holding, when: datetime, others: Iterable[Holding], zone: tzinfo) -> RoleTransition:
    other = next((each for each in others if each.party != row.party), None)
    return RoleTransition(when, when.astimezone(zone).date().isoformat(), how, row, other)


def _same_party_until(row: Holding, here: Iterable[Holding], when: datetime) -> bool:
    """Return True when the same party held the role until then: only its proof changed."""
    return any(other is not row and other.until == when and other.party == row.party for other in here)


Row = dict[str, Any]


def compare_days(before: Iterable[Row], after: Iterable[Row]) -> Iterator[Row]:
    """Yield leader rows of the second date that the first lacks (`gained`), and the reverse (`lost`), by body and reference."""
    one, other = {_leader_key(row): row for row in before}, {_leader_key(row): row for row in after}
    moved = [({"compared": "gained"}, other[key]) for key in other.keys() - one.keys()]
    moved += [({"compared": "lost"}, one[key]) for key in one.keys() - other.keys()]
    for how, row in sorted(moved, key=lambda each: (each[1]["body"], each[1]["reference"] or "", each[0]["compared"])):
        yield {**how, **row}


def compare_countries(one: str, rows: Iterable[Row], other: str, others: Iterable[Row]) -> Iterator[Row]:
    """Yield in how many items of each body two countries hold each role, side by side."""
    left, right = (
        Counter(key[:2] for key in {(row["body"], row["role"], row["record"]) for row in each}) for each in (rows, others)
    )
    for body, role in sorted(left | right):
        ours, theirs = left[body, role], right[body, role]
        yield {
            "body": body,
            "role": role,
            "country": one,
            "count": ours,
            "other": other,
            "other_count": theirs,
            "lead": ours - theirs,
        }


def _leader_key(row: Row) -> tuple[str, str, str, str]:
    return row["body"], row["record"], row["role"], row["party"]
