"""Snapshot of one moment: leading roles, dates and gaps, queried once for the report, the explorer and the commands."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from sqlite_utils import Database

from bot.analyse import league
from bot.analyse.dates import finished, next_dates
from bot.analyse.gaps import Gap, GapInputs, gaps, load_weights
from bot.analyse.group import CountryGroup
from bot.decide.record_topics import TopicFinder
from sources import all_sources
from state.db import connection_of
from state.queries import holdings
from state.queries.holdings import Due, Fact, Holding

ONE_OFF_KINDS = frozenset({"contribution"})


@dataclass
class Snapshot:
    """Data of a report as of a moment (aware UTC). `days`: how far ahead a date counts as near. `only`: references or keys of
    records to take, whoever leads them, in place of what they lead."""

    db: Database
    we: CountryGroup
    they: CountryGroup
    when: datetime
    days: int = 60
    only: frozenset[str] = frozenset()

    @cached_property
    def leading(self) -> list[Holding]:
        """Every leading role ever held, except in single deliverables."""
        return holdings.holdings(self.db, but=("deliverable",))

    @cached_property
    def in_deliverables(self) -> list[Holding]:
        """Leading roles in single deliverables, most of which follow from the committee."""
        return [row for row in holdings.holdings(self.db) if row.kind == "deliverable"]

    @cached_property
    def others(self) -> Mapping[int, list[Holding]]:
        """Roles of any kind by record, memberships included."""
        found: dict[int, list[Holding]] = defaultdict(list)
        for row in (*holdings.holdings(self.db, leading=False), *self.leading):
            if row.at(self.when):
                found[row.record].append(row)
        return found

    @cached_property
    def led(self) -> list[Holding]:
        """Roles that they hold now, each once, deliverables last."""
        now = league.held_at((*self.leading, *self.in_deliverables), self.when)
        return sorted(filter(self.is_selected, now), key=lambda row: row.kind == "deliverable")

    def is_selected(self, row: Holding) -> bool:
        """Return True for their roles, or, with `only`, for roles in the records asked for."""
        return bool(self.only & {row.reference, row.key}) if self.only else self.they.has(row.country, row.confidence)

    @cached_property
    def facts(self) -> dict[int, Fact]:
        """Records that they lead or ever led, and all committees, groups and Questions."""
        wanted = {row.record for row in self.led} | {row.record for row in self.leading if row.kind != "contribution"}
        return holdings.facts(self.db, wanted)

    @cached_property
    def open_led(self) -> list[Holding]:
        """Roles in items under way; finished standards are only counted."""
        return [row for row in self.led if row.record in self.facts and self.is_open(self.facts[row.record])]

    def is_open(self, fact: Fact) -> bool:
        """Return True for an item that is under way or has a date to act on. A contribution is an event, not work that is led."""
        if fact.kind in ONE_OFF_KINDS:
            return False
        return not finished(fact) or fact.id in self.due_dates or bool(self.only)

    @cached_property
    def owner(self) -> dict[int, int]:
        """The owning committee's record by deliverable that they lead, by current and former names of committees."""
        named = {body: holdings.committees(self.db, body) for body in {fact.body for fact in self.facts.values()}}
        found = {}
        for fact in self.facts.values():
            if fact.owner and (row := named[fact.body].get(fact.owner)):
                found[fact.id] = row
        return found

    @cached_property
    def due_dates(self) -> dict[int, Due]:
        """The next date of each item that they lead. A committee has the soonest date of its items that they lead."""
        led = {row.record for row in self.led}
        facts = [self.facts[record] for record in led if record in self.facts]
        found = next_dates(facts, all_sources(), self.when)
        for record, due in list(found.items()):
            committee = self.owner.get(record)
            if committee in led and (committee not in found or due.day < found[committee].day):
                reference = self.facts[record].reference
                found[committee] = Due(committee, due.day, due.estimated, f"{reference}: {due.text}" if reference else due.text)
        return found

    @cached_property
    def gaps(self) -> list[Gap]:
        """Gaps in items under way, highest score first."""
        topics = TopicFinder(connection_of(self.db)).of_fact
        inputs = GapInputs(self.we, self.when, self.days, self.others, self.owner, self.due_dates, topics, load_weights())
        return gaps(self.open_led, self.facts, inputs)

    def near_gaps(self) -> list[Gap]:
        """Return the gaps with a date within `days`."""
        last = (self.when + timedelta(days=self.days)).date().isoformat()
        return [gap for gap in self.gaps if gap.due and gap.due.day <= last and gap.score > 0]

    @cached_property
    def observed(self) -> dict[str, tuple[datetime, datetime]]:
        """First and last read of each source up to the moment of the snapshot."""
        return holdings.observed(self.db, self.when)

    def watched(self, body: str) -> tuple[datetime, datetime] | None:
        """Return the first and last moment at which a body's committees and roles were read, or None."""
        sources = {row.source for row in self.leading if row.body == body}
        spans = [span for source, span in self.observed.items() if source in sources]
        return (min(s[0] for s in spans), max(s[1] for s in spans)) if spans else None

    def bodies_of_leading(self) -> list[str]:
        """Return the bodies with leading roles, without reading single deliverables."""
        return sorted({row.body for row in self.leading})

    @property
    def bodies(self) -> list[str]:
        """Bodies with any leading role."""
        return sorted({row.body for row in self.leading} | {row.body for row in self.in_deliverables})
