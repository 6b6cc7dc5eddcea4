"""A small world of ISO for tests: deliverables in the structure of the published file (iso.md §1.5), polled from memory."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from bot.context import RunContext
from bot.parse.result import Fetched
from bot.run.pipeline import poll
from sources.base import Expect, Follow, Page, Source
from sources.iso import committees, deliverables
from state.model import Capture
from state.queries import history
from state.runs import Run
from tests.worlds.committee_list import day, jsonl, way

FEW = Expect(records=(1, 1000), max_gone=0.5, keeps=("title", "stage"))


def deliverable(number: int, stage: int = 3000, owner: str | None = "ISO/TC 10", **more: Any) -> dict[str, Any]:
    """A line of the deliverables file: an invented project `number`, owned by the SAC-led committee ISO/TC 10."""
    return {
        "id": number,
        "deliverableType": "IS",
        "supplementType": None,
        "reference": f"ISO/CD {number}",
        "title": {"en": f"Invented work {number}", "fr": f"Travail inventé {number}"},
        "publicationDate": None,
        "edition": 1,
        "icsCode": ["01.020"],
        "ownerCommittee": owner,
        "currentStage": stage,
        "replaces": None,
        "replacedBy": None,
        "languages": ["en"],
        "pages": {"en": None},
        "scope": {"en": "<p>Invented.</p>"},
        **more,
    }


def poll_rows(desk: RunContext, source: Source, rows: Iterable[Mapping[str, Any]], week: int, mode: str = "live") -> Run:
    """Poll a source on the n-th weekly day, its answer being these rows."""
    body, now = jsonl(rows), day(week)

    def get(follow: Follow) -> Fetched:
        capture = Capture(follow.url, now, 200, hashlib.sha256(body).hexdigest())
        return Fetched(Page.of(follow.url, body, now), capture)

    small = replace(source, expect=FEW, mode=mode)
    return poll(desk, small, way(get), now, "run")


def poll_deliverables(desk: RunContext, rows: Iterable[Mapping[str, Any]], week: int, **more: Any) -> Run:
    return poll_rows(desk, deliverables.source, rows, week, **more)


def poll_committees(desk: RunContext, rows: Iterable[Mapping[str, Any]], week: int) -> Run:
    return poll_rows(desk, committees.source, rows, week)


def told(desk: RunContext, status: str | None = None) -> list[tuple[str, str | None]]:
    """The alerts so far: event and key of the record."""
    return [(alert["event"], alert["record"]) for alert in history.alerts(desk.db, status=status)]


def owners_on(desk: RunContext, week: int) -> dict[str, tuple[str | None, str]]:
    """Return the leader of each deliverable in the n-th week: country and party by key."""
    rows = history.leaders(desk.db, day(week), role="secretariat-of-owner")
    return {row["record"]: (row["country"], row["party"]) for row in rows}
