"""Sources with gates, sources that list only what is new, and noise that only the old record shows as such."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

import orjson
import pytest

from bot.context import RunContext
from bot.parse.result import Fetched
from bot.run.pipeline import poll
from sources.base import Expect, Follow, Page, Record, Source
from state.db import connection_of
from state.model import Capture
from state.runs import Run
from tests.rows import rows
from tests.worlds.committee_list import way

HOME = "https://example.org/"


def parse(page: Page) -> Iterator[Record | Follow]:
    if page.url == HOME:
        yield from (Follow(HOME + name, gate=str(state)) for name, state in page.json("gates").items())
        return
    for key, value in page.json("records").items():
        yield Record(key, "thing", key, fields={"value": value})


SOURCE = Source(
    "gated", "EX", [HOME], r"^https://example\.org/", parse, "daily 06:00", Expect(records=(1, 100), max_gone=0.9)
)  # fmt: skip


class Site:
    """Pages by name behind a home page that says their state."""

    def __init__(self, **pages: dict[str, int]) -> None:
        self.pages, self.gates, self.asked = pages, dict.fromkeys(pages, 1), list[str]()
        self.down: set[str] = set()

    def poll(self, desk: RunContext, number: int, source: Source = SOURCE) -> Run:
        now = datetime(2026, 11, number, tzinfo=UTC)

        def get(follow: Follow) -> Fetched | None:
            name = follow.url.removeprefix(HOME)
            self.asked.append(name)
            if name in self.down:
                return None
            body = orjson.dumps({"records": self.pages[name]} if name else {"gates": self.gates})
            return Fetched(Page.of(follow.url, body, now), Capture(follow.url, now, 200, sha256(body).hexdigest()))

        return poll(desk, source, way(get), now, "run")


def test_one_open_gate_opens_all(desk: RunContext) -> None:
    site = Site(one={"a": 1}, two={"b": 1})
    assert site.poll(desk, 1).records == 2
    assert site.poll(desk, 2).status == "unchanged"
    assert site.asked == ["", "one", "two", ""]
    site.gates["two"], site.pages["two"] = 2, {"b": 2}
    third = site.poll(desk, 3)
    assert (third.status, third.records, third.changed, third.removed) == ("ok", 2, 1, 0)
    assert site.asked[4:] == ["", "one", "two"]


def test_a_page_that_could_not_be_had_leaves_its_gate_open(desk: RunContext) -> None:
    site = Site(one={"a": 1}, two={"b": 1})
    site.poll(desk, 1)
    site.gates["two"], site.pages["two"], site.down = 2, {"b": 2}, {"two"}
    second = site.poll(desk, 2)
    assert (second.changed, second.removed) == (0, 0)
    site.down = set()
    assert site.poll(desk, 3).changed == 1


def test_a_list_that_could_not_be_had_confirms_nothing_though_all_gates_are_shut(desk: RunContext) -> None:
    site = Site(one={"a": 1, "b": 1}, more={"c": 1})
    site.gates.pop("more")
    source = replace(SOURCE, start=[HOME, f"{HOME}more"])
    assert site.poll(desk, 1, source).records == 3
    site.gates["one"], site.pages["one"] = 2, {"a": 1}
    site.poll(desk, 2, source)  # b is missing for the first time
    site.down = {"more"}
    assert site.poll(desk, 3, source).removed == 0
    site.down = set()
    assert site.poll(desk, 4, source).removed == 1


def test_gates_are_opened_all_the_same_once_in_the_days_of_rereading(desk: RunContext) -> None:
    site = Site(one={"a": 1})
    source = replace(SOURCE, history=replace(SOURCE.history, max_age_days=4))
    for number in range(1, 9):
        site.poll(desk, number, source)
    assert 2 <= site.asked.count("one") <= 3


def test_what_a_fleeting_source_lists_no_more_is_not_removed(desk: RunContext) -> None:
    site = Site(one={"a": 1, "b": 1})
    source = replace(SOURCE, history=replace(SOURCE.history, append_only=True), expect=Expect(records=(0, 10), max_gone=1.0))
    site.poll(desk, 1, source)
    for number in range(2, 5):
        site.gates["one"], site.pages["one"] = number, {f"c{number}": 1}
        assert site.poll(desk, number, source).removed == 0
    assert len(rows(desk.db, "records", "removed_at IS NULL AND missing_runs = 0")) == 5


def test_noise_against_the_held_record_is_no_change(desk: RunContext) -> None:
    def steady(old: Record, new: Record) -> Record:
        before, now = old.fields["value"], new.fields["value"]
        return replace(new, fields=old.fields) if isinstance(before, int) and isinstance(now, int) and now - before < 10 else new

    site, source = Site(one={"a": 100}), replace(SOURCE, history=replace(SOURCE.history, noise_filter=steady))
    told = []
    for number, value in enumerate((100, 105, 109, 111), start=1):
        site.gates["one"], site.pages["one"] = number, {"a": value}
        told.append(site.poll(desk, number, source).changed)
    assert told == [0, 0, 0, 1]


def test_a_source_that_asks_for_no_page_says_so(desk: RunContext) -> None:
    run = Site(one={"a": 1}).poll(desk, 1, replace(SOURCE, start=[]))
    assert (run.status, run.error) == ("failed", "no page is asked for")


def test_a_page_behind_a_gate_asks_for_no_further_one(desk: RunContext) -> None:
    def further(page: Page) -> Iterator[Record | Follow]:
        yield from parse(page)
        if page.url != HOME:
            yield Follow(HOME + "more")

    run = Site(one={"a": 1}).poll(desk, 1, replace(SOURCE, parse=further))
    assert run.status == "failed"
    assert "asks for a further one" in (run.error or "")
    assert rows(desk.db, "records") == []


@pytest.mark.parametrize(("ahead", "within"), [(100, [False, False, False]), (1, [False, False, True])])
def test_records_are_read_before_the_transaction_begins(
    desk: RunContext, monkeypatch: pytest.MonkeyPatch, ahead: int, within: list[bool]
) -> None:
    monkeypatch.setattr("bot.run.compare.AHEAD", ahead)
    found: list[bool] = []

    def watched(page: Page) -> Iterator[Record | Follow]:
        found.append(connection_of(desk.db).in_transaction)
        yield from parse(page)

    run = Site(one={"a": 1}, two={"b": 1}).poll(desk, 1, replace(SOURCE, parse=watched))
    assert (run.status, run.records, found) == ("baseline", 2, within)
    assert len(rows(desk.db, "records")) == 2
