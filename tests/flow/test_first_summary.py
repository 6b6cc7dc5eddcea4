"""The one summary that a watchlist gets as watching starts: what it counts, and what it names."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import orjson
import pytest

from bot.context import RunContext
from bot.decide.alerts import baseline
from bot.decide.watchlist import load_watchlist
from bot.parse.result import Fetched
from bot.run.pipeline import poll
from sources.base import Answer, Expect, Follow, Page, Record, Source
from state.model import Capture, Claim, Evidence
from state.queries import history
from tests.worlds.committee_list import way

HOME = "https://example.org/"


def parse(page: Page) -> Iterator[Record | Follow]:
    for key, (party, country) in page.json().items():
        yield Record(key, "group", key, claims=(Claim("rapporteur", party, Evidence(HOME, "Rapporteur", party), country),))


SOURCE = Source(
    "groups", "EX", [HOME], r"^https://example\.org/", parse, "daily 06:00", Expect((1, 100), 0.9), answer=Answer(kind="json")
)


@pytest.mark.parametrize(("least", "told"), [(0.7, "2 by rapporteur"), (0.95, "1 by rapporteur")])
def test_what_is_too_unsure_to_alert_is_not_counted(desk: RunContext, least: float, told: str) -> None:
    body = orjson.dumps({"a": ["Huawei", None], "b": ["Quxbar Laboratories", "China"], "c": ["Nokia", None]})
    now = datetime(2026, 11, 24, tzinfo=UTC)
    get = way(lambda follow: Fetched(Page.of(follow.url, body, now), Capture(follow.url, now, 200, "x")))
    strict = replace(desk, watchlists=[load_watchlist("china", "china", {"least_confidence": least})])
    assert poll(strict, SOURCE, get, now, "run").status == "baseline"
    (summary,) = history.alerts(desk.db, status="baseline")
    assert summary["headline"] == f"Starting point: of 3 records of groups, China leads {told}"


@pytest.mark.parametrize(("count", "rest"), [(0, []), (10, []), (11, ["And 1 more."]), (30, ["And 20 more."])])
def test_ten_of_what_concerns_everybody_are_named_and_the_rest_counted(count: int, rest: list[str]) -> None:
    worth = [f"news {number}" for number in range(count)]
    *named, last = baseline("itu-x", {}, 5, load_watchlist("china", "china"), worth).reasons
    assert named == [*worth[:10], *rest]
    assert last.startswith("From now on")
