"""The frame of the report's pages: the snapshot, the items that have a page, names of files and things."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from bot.analyse import league
from bot.analyse.gaps import Gap
from bot.analyse.league import RoleTransition, role_transitions
from bot.analyse.snapshot import EVENTS, Snapshot
from bot.decide.topics import topics_of
from bot.render.terminal import plain
from sources import all_sources
from state.queries.holdings import Fact, Holding

QUARTER = timedelta(days=91)


@dataclass(frozen=True, slots=True)
class ReportPage:
    """One file of the site: its template and what that shows."""

    file: str
    template: str
    holds: dict[str, Any]


@dataclass
class Frame:
    """The survey as the report needs it, each part worked out once."""

    survey: Snapshot
    zone: tzinfo
    compared: datetime | None = None

    @property
    def as_of(self) -> str:
        """The day of the picture."""
        return day_of(self.survey.when, self.zone)

    @cached_property
    def before(self) -> datetime:
        """The moment that the picture is compared with: never before anything was known."""
        first = min((span[0] for span in self.survey.observed.values()), default=self.survey.when)
        return max(self.compared or self.survey.when - QUARTER, first)

    @cached_property
    def notices(self) -> list[str]:
        """The notices that the licences of the sources ask for."""
        used = [source for source in all_sources().values() if source.name in self.survey.observed]
        return list(dict.fromkeys(source.terms.attribution for source in used if source.terms.attribution))

    @cached_property
    def with_page(self) -> dict[int, str]:
        """The file of every record that has a page: what they lead and is worked on, and what they led."""
        survey = self.survey
        led = {row.record for row in survey.open_led} | {move.row.record for move in self.moves}
        return {record: item_of(survey.facts[record]) for record in led if record in survey.facts}

    def page_for(self, thing: Fact | Holding) -> str:
        """The file of a record's page, or empty."""
        return self.with_page.get(thing.record if isinstance(thing, Holding) else thing.id, "")

    @cached_property
    def moves(self) -> list[RoleTransition]:
        """The roles that they gained and lost; not those in single deliverables, which follow from the committee's, nor those in
        what comes and stays, as a contribution does."""
        survey = self.survey
        return role_transitions(
            [row for row in survey.leading if row.kind not in EVENTS], survey.they, survey.observed, survey.when, self.zone
        )

    @cached_property
    def gap_of(self) -> dict[int, Gap]:
        """The gaps by record."""
        return {gap.fact.id: gap for gap in self.survey.gaps}

    @cached_property
    def finished(self) -> int:
        """How many deliverables follow from a committee that they lead and are not worked on."""
        worked = {row.record for row in self.survey.open_led}
        return len({row.record for row in self.survey.led if row.kind == "deliverable"} - worked)

    @cached_property
    def topics(self) -> dict[int, list[tuple[str, str]]]:
        """The topics of each led item that is worked on."""
        return {gap.fact.id: list(gap.topics) for gap in self.survey.gaps}

    def topics_of(self, fact: Fact) -> list[tuple[str, str]]:
        """The topics of any record."""
        return self.topics.get(fact.id) or topics_of(fact.title)

    def roles(self, body: str) -> list[str]:
        """The leading roles of a body, those with most holders first."""
        counts = league.counted(row.role for row in league.held(self.survey.leading, self.survey.when) if row.body == body)
        return list(counts)


_PLURALS = {"committee": "committees", "work-item": "work items", "deliverable": "projects", "study-group": "study groups"}


def page_of(source: str, key: str) -> str:
    """The file of an item's page: harmless on any file system, whatever the key holds, and one for each key."""
    short = re.sub(r"[^A-Za-z0-9]+", "-", key).strip("-")[:40].lower()
    return f"items/{source}-{short}-{hashlib.blake2b(key.encode(), digest_size=3).hexdigest()}.html"


def item_of(thing: Fact | Holding) -> str:
    """The file of the page of a record, or of the record of a holding."""
    return page_of(thing.source, thing.key)


def anchor(text: object) -> str:
    """A text as the id of a place in a page."""
    return re.sub(r"[^A-Za-z0-9]+", "-", str(text)).strip("-").lower() or "none"


def web(url: str) -> str:
    """An address that a link may lead to; empty for anything but http and https."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc else ""


def things(kind: str) -> str:
    """A kind of record in the plural."""
    return _PLURALS.get(kind, f"{kind.replace('-', ' ')}s")


def day_of(moment: datetime, zone: tzinfo) -> str:
    """The day of a moment in a zone."""
    return moment.astimezone(zone).date().isoformat()


def value_text(value: Any) -> str:
    """A value of a change as one line: lists as their members."""
    if isinstance(value, list):
        return ", ".join(plain(each) for each in value) or "–"
    return "–" if value is None else plain(value)
