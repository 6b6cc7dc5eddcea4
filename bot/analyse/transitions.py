"""Roles that a side gained and lost since watching began, newest first. Pure, over rows of `state.queries.holdings`."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.analyse.group import Side
from state.queries.holdings import Holding


@dataclass(frozen=True, slots=True)
class Move:
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


def moves(
    rows: Iterable[Holding], they: Side, observed: Mapping[str, tuple[datetime, datetime]], until: datetime, zone: tzinfo
) -> list[Move]:
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


def _move(how: str, row: Holding, when: datetime, others: Iterable[Holding], zone: tzinfo) -> Move:
    other = next((each for each in others if each.party != row.party), None)
    return Move(when, when.astimezone(zone).date().isoformat(), how, row, other)


def _same(row: Holding, here: Iterable[Holding], when: datetime) -> bool:
    """Whether the same party held it until just then: only what proves it has changed."""
    return any(other is not row and other.until == when and other.party == row.party for other in here)
