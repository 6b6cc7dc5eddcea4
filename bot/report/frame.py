"""Context of all report pages: the snapshot, the items that have a page, file names and plurals."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import cached_property
from typing import Any

from bot.analyse import league
from bot.analyse.freshness import Freshness, freshness, since_text
from bot.analyse.gaps import Gap
from bot.analyse.league import RoleTransition, role_transitions
from bot.analyse.snapshot import ONE_OFF_KINDS, Snapshot
from bot.decide.record_topics import Topic, TopicFinder
from sources import all_sources
from state.db import connection_of
from state.queries.holdings import Fact, Holding

QUARTER = timedelta(days=91)


@dataclass(frozen=True, slots=True)
class ReportPage:
    """Page of the site: file, template and the template's variables."""

    file: str
    template: str
    variables: dict[str, Any]


@dataclass
class Frame:
    """Snapshot prepared for the report, each part computed once. `compared`: the moment to compare with."""

    snapshot: Snapshot
    zone: tzinfo
    compared: datetime | None = None

    @property
    def as_of(self) -> str:
        """Day of the last good poll of any source up to the moment of the snapshot."""
        return day_of(self.polled_at, self.zone)

    @cached_property
    def polled_at(self) -> datetime:
        """Last good poll of any source up to the moment of the snapshot, or that moment."""
        return max((last for _, last in self.snapshot.observed.values()), default=self.snapshot.when)

    @property
    def freshness(self) -> Freshness:
        """The last good polls of the sources of what is shown."""
        polled = {source: last for source, (_, last) in self.snapshot.observed.items()}
        return freshness(polled, self.snapshot.when, self.zone)

    def since(self, row: Holding) -> str:
        """Return the day since which a role is held."""
        return since_text(row.since, self.snapshot.observed.get(row.source, (None,))[0], self.zone)

    @cached_property
    def before(self) -> datetime:
        """Moment to compare with, not before the first read."""
        first = min((span[0] for span in self.snapshot.observed.values()), default=self.snapshot.when)
        return max(self.compared or self.polled_at - QUARTER, first)

    @cached_property
    def notices(self) -> list[str]:
        """Notices that the licences of the sources require."""
        used = [source for source in all_sources().values() if source.name in self.snapshot.observed]
        return list(dict.fromkeys(source.terms.attribution for source in used if source.terms.attribution))

    @cached_property
    def with_page(self) -> dict[int, str]:
        """File by record for records with a page: led items under way, and items that they led."""
        snapshot = self.snapshot
        led = {row.record for row in snapshot.open_led} | {move.row.record for move in self.moves}
        return {record: item_path_of(snapshot.facts[record]) for record in led if record in snapshot.facts}

    def page_for(self, thing: Fact | Holding) -> str:
        """Return the file of a record's page, or an empty string."""
        return self.with_page.get(thing.record if isinstance(thing, Holding) else thing.id, "")

    @cached_property
    def moves(self) -> list[RoleTransition]:
        """Role transitions of the watched group, without single deliverables (they follow the committee) and one-off kinds such as
        contributions."""
        snapshot = self.snapshot
        return role_transitions(
            [row for row in snapshot.leading if row.kind not in ONE_OFF_KINDS],
            snapshot.they,
            snapshot.observed,
            snapshot.when,
            self.zone,
        )

    @cached_property
    def gap_of(self) -> dict[int, Gap]:
        """Gaps by record."""
        return {gap.fact.id: gap for gap in self.snapshot.gaps}

    @cached_property
    def finished(self) -> int:
        """Number of deliverables that follow from a committee that they lead and are not under way."""
        worked = {row.record for row in self.snapshot.open_led}
        return len({row.record for row in self.snapshot.led if row.kind == "deliverable"} - worked)

    @cached_property
    def finder(self) -> TopicFinder:
        """Finder of the topics of any record."""
        return TopicFinder(connection_of(self.snapshot.db))

    def topics_of(self, fact: Fact) -> tuple[Topic, ...]:
        """Return the topics of any record."""
        return self.finder.of_fact(fact)

    def roles(self, body: str) -> list[str]:
        """Return the leading roles of a body, most holders first."""
        counts = league.count_by_name(
            row.role for row in league.held_at(self.snapshot.leading, self.snapshot.when) if row.body == body
        )
        return list(counts)


_PLURALS = {"committee": "committees", "work-item": "work items", "deliverable": "projects", "study-group": "study groups"}


def item_path(source: str, key: str) -> str:
    """Return the file of an item's page: valid on any file system whatever the key holds, and unique for each key."""
    short = re.sub(r"[^A-Za-z0-9]+", "-", key).strip("-")[:40].lower()
    return f"items/{source}-{short}-{hashlib.blake2b(key.encode(), digest_size=3).hexdigest()}.html"


def item_path_of(thing: Fact | Holding) -> str:
    """Return the file of the page of a record, or of a holding's record."""
    return item_path(thing.source, thing.key)


def anchor(text: object) -> str:
    """Return the beginning of a text as an HTML id."""
    return re.sub(r"[^A-Za-z0-9]+", "-", str(text))[:100].strip("-").lower() or "none"


def plural_kind(kind: str) -> str:
    """Return a kind of record in the plural."""
    return _PLURALS.get(kind, f"{kind.replace('-', ' ')}s")


def day_of(moment: datetime, zone: tzinfo) -> str:
    """Return the day of a moment in a zone."""
    return moment.astimezone(zone).date().isoformat()


def value_text(value: Any) -> str:
    """Return a value of a change as text; lists as their members."""
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    return "–" if value is None else str(value)
