"""The picture of one moment: who leads what, what changed, and where we are absent. It is gathered once, for the report, the
explorer and the commands."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from sqlite_utils import Database

from bot.analyse import league
from bot.analyse.dates import finished, next_dates
from bot.analyse.gaps import OWNED, Gap, Scene, gaps, load_weights
from bot.analyse.group import CountryGroup
from bot.decide.topics import topics_of
from sources import all_sources
from state.queries import holdings
from state.queries.holdings import Due, Fact, Holding

EVENTS = frozenset({"contribution"})


@dataclass
class Snapshot:
    """All that a report tells, as of a moment (aware UTC). `days` is how far ahead dates count as near; `only` takes the records of
    these references or keys, whoever leads them, in place of what they lead."""

    db: Database
    we: CountryGroup
    they: CountryGroup
    when: datetime
    days: int = 60
    only: frozenset[str] = frozenset()

    @cached_property
    def leading(self) -> list[Holding]:
        """Every leading role that ever was held, but those in single deliverables."""
        return holdings.holdings(self.db, but=("deliverable",))

    @cached_property
    def in_deliverables(self) -> list[Holding]:
        """The leading roles in single deliverables: mostly those that follow from the committee."""
        return [row for row in holdings.holdings(self.db) if row.kind == "deliverable"]

    @cached_property
    def others(self) -> Mapping[int, list[Holding]]:
        """All roles of whatever kind by record, memberships too."""
        found: dict[int, list[Holding]] = defaultdict(list)
        for row in (*holdings.holdings(self.db, leading=False), *self.leading):
            if row.at(self.when):
                found[row.record].append(row)
        return found

    @cached_property
    def led(self) -> list[Holding]:
        """What they lead now: each role once, deliverables last."""
        now = league.held((*self.leading, *self.in_deliverables), self.when)
        return sorted(filter(self.wanted, now), key=lambda row: row.kind == "deliverable")

    def wanted(self, row: Holding) -> bool:
        """Whether a role counts here: it is theirs, or one of the records that were asked for."""
        return bool(self.only & {row.reference, row.key}) if self.only else self.they.has(row.country, row.confidence)

    @cached_property
    def facts(self) -> dict[int, Fact]:
        """The records of what they lead or ever led, and of all committees, groups and Questions."""
        wanted = {row.record for row in self.led} | {row.record for row in self.leading if row.kind != "contribution"}
        return holdings.facts(self.db, wanted)

    @cached_property
    def open_led(self) -> list[Holding]:
        """What they lead and is worked on: finished standards are only counted."""
        return [row for row in self.led if row.record in self.facts and self.is_open(self.facts[row.record])]

    def is_open(self, fact: Fact) -> bool:
        """Whether an item is worked on, or has a date to act on. A contribution is an event, not work that is led."""
        if fact.kind in EVENTS:
            return False
        return not finished(fact) or fact.id in self.dues or bool(self.only)

    @cached_property
    def owner(self) -> dict[int, int]:
        """The committee's row of each deliverable that they lead, by the names that the committees have or had."""
        named = {body: holdings.committees(self.db, body) for body in {fact.body for fact in self.facts.values()}}
        found = {}
        for fact in self.facts.values():
            for role, party in fact.claims:
                if role == OWNED and (row := named[fact.body].get(party)):
                    found[fact.id] = row
        return found

    @cached_property
    def dues(self) -> dict[int, Due]:
        """The next date of each item that they lead; a committee has the soonest date of what they lead in it."""
        led = {row.record for row in self.led}
        facts = [self.facts[record] for record in led if record in self.facts]
        found = next_dates(facts, holdings.dues(self.db, self.when), all_sources(), self.when)
        for record, due in list(found.items()):
            committee = self.owner.get(record)
            if committee in led and (committee not in found or due.day < found[committee].day):
                reference = self.facts[record].reference
                found[committee] = Due(committee, due.day, due.estimated, f"{reference}: {due.text}" if reference else due.text)
        return found

    @cached_property
    def gaps(self) -> list[Gap]:
        """Where we are absent from what they lead, heaviest first."""
        scene = Scene(self.we, self.when, self.days, self.others, self.owner, self.dues, topics_of, load_weights())
        return gaps(self.open_led, self.facts, scene)

    def near(self) -> list[Gap]:
        """The gaps with a date within the days looked ahead."""
        last = (self.when + timedelta(days=self.days)).date().isoformat()
        return [gap for gap in self.gaps if gap.due and gap.due.day <= last and gap.score > 0]

    @cached_property
    def observed(self) -> dict[str, tuple[datetime, datetime]]:
        """When each source was first and last read, until the moment of the picture."""
        spans = holdings.observed(self.db).items()
        return {source: (first, min(last, self.when)) for source, (first, last) in spans if first <= self.when}

    def watched(self, body: str) -> tuple[datetime, datetime] | None:
        """From when until when a body's committees and roles are known; None when it never was read."""
        sources = {row.source for row in self.leading if row.body == body}
        spans = [span for source, span in self.observed.items() if source in sources]
        return (min(s[0] for s in spans), max(s[1] for s in spans)) if spans else None

    def bodies_of_leading(self) -> list[str]:
        """The bodies of which leading roles are known, without a look at single deliverables."""
        return sorted({row.body for row in self.leading})

    @property
    def bodies(self) -> list[str]:
        """The bodies of which any role is known."""
        return sorted({row.body for row in self.leading} | {row.body for row in self.in_deliverables})
