"""Deliverables follow their owner committee: when its secretariat passes, so do they, silently; the event is the committee's.

History stays right whatever is read first. Deliverables that were read before their committees are attributed once those come, for
the time since they were read, and what happened to them meanwhile is decided then. When old files of deliverables are replayed into
a database that knows the committees of later days, the later days are gone through again.
"""

import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from sys import intern
from typing import TYPE_CHECKING

from bot.attribute.owner import UNKNOWN_OWNER, by_owner
from state.attributions import OpenAttribution, StandingChange, correct, ended_by_rule, open_attributions, write_standing_changes
from state.encode import load_claims, moment, stamp
from state.model import Attribution, Claim
from state.queries.committees import OWNED, Owners, owned
from state.records import Difference, chunks

if TYPE_CHECKING:
    from bot.context import RunContext


@dataclass(frozen=True, slots=True)
class Following:
    """What following the committees of one moment takes: the rules' version, and the capture that shows the committees."""

    connection: sqlite3.Connection
    rules_version: str
    capture: int | None

    def follow(self, owners: Owners, records: Collection[int]) -> dict[int, str]:
        """Bring the attributions of some deliverables in line with their owners; returns those whose owner had been unknown, each
        with since when (a stamp)."""
        learned: dict[int, str] = {}
        moves: list[StandingChange] = []
        for some in chunks(list(records)):
            standing = open_attributions(self.connection, some, OWNED)
            for record, claim in self.claims(some):
                for old in standing.get(record, ()):
                    self.one(owners, claim, old, learned, moves)
        write_standing_changes(self.connection, stamp(owners.at), self.rules_version, moves)
        return learned

    def one(self, owners: Owners, claim: Claim, old: OpenAttribution, learned: dict[int, str], moves: list[StandingChange]) -> None:
        since = moment(old.since)
        right = by_owner(claim, Owners(max(owners.at, since), owners.by_name))
        if right.standing == old.attribution.standing:
            return
        if old.attribution.rule == UNKNOWN_OWNER or owners.at <= since:  # not a turn of events: we know better now
            correct(self.connection, self.rules_version, old, by_owner(claim, Owners(since, owners.by_name)))
            if old.attribution.rule == UNKNOWN_OWNER:
                learned[old.record] = intern(old.since)
        else:
            moves.append(StandingChange(old.record, (old.attribution,), (right,), self.capture))

    def learn(self, owners: Owners, names: Collection[str]) -> dict[int, str]:
        """Put right what ended while these owners were unknown, of deliverables that have another owner since; returns them as
        `follow` does."""
        ended = ended_by_rule(self.connection, OWNED, UNKNOWN_OWNER, names)
        for old in ended:
            claim = Claim(OWNED, old.attribution.party, old.attribution.evidence)
            right = by_owner(claim, Owners(moment(old.since), owners.by_name))
            correct(self.connection, self.rules_version, old, right)
        return {old.record: old.since for old in reversed(ended)}  # of several the earliest

    def claims(self, records: Collection[int]) -> Iterable[tuple[int, Claim]]:
        marks = ", ".join("?" * len(records))
        for row in self.connection.execute(f"SELECT id, claims FROM tracked WHERE id IN ({marks})", list(records)):
            yield from ((row["id"], claim) for claim in load_claims(row["claims"]) if claim.role == OWNED)


def follow_committees(
    desk: "RunContext",
    connection: sqlite3.Connection,
    body: str,
    touched: Iterable[Difference],
    owners: Owners,
    capture: int | None,
) -> dict[int, str]:
    """Bring the deliverables of the committees that changed in this run in line; `owners` are as they stand after it. Returns those
    whose owner had been unknown, each with since when (a stamp)."""
    following = Following(connection, desk.attributor.version, capture)
    names: dict[datetime, set[str]] = {}
    for d in touched:
        if turned(d):
            names.setdefault(moment_of(d, owners), set()).update(names_of(d, owners))
    learned: dict[int, str] = {}
    for at, some in sorted(names.items()):
        learned |= following.follow(Owners(at, owners.by_name), owned(connection, body, some))
        learned |= following.learn(owners, some)  # the earlier time of a deliverable that moved on
    return learned


def moment_of(d: Difference, owners: Owners) -> datetime:
    """When a committee turned: now, or for one that is gone, when it was first missing."""
    committee = owners.by_name.get(d.record.reference)
    return max(committee.turns(), default=owners.at) if committee and d.gone else owners.at


def names_of(d: Difference, owners: Owners) -> Iterable[str]:
    """All names of a committee, of today and of the past."""
    committee = owners.by_name.get(d.record.reference)
    return committee.names if committee else {d.record.reference}


def turned(d: Difference) -> bool:
    """Whether a committee came, went, changed its name or its secretariat in this run."""
    if d.held is None or d.gone or d.held.removed or d.held.record.reference != d.record.reference:
        return True
    return secretariat(d.before) != secretariat(d.after)


def secretariat(attributions: Iterable[Attribution]) -> set[tuple[str, ...]]:
    return {a.standing for a in attributions if a.role == "secretariat"}


def catch_up(desk: "RunContext", connection: sqlite3.Connection, owners: Owners, records: Collection[int]) -> None:
    """Go through the later days that are known of the committees, for the deliverables of a run of an earlier day."""
    for then in owners.later():
        Following(connection, desk.attributor.version, None).follow(then, records)
