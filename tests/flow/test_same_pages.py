"""A page whose bytes are the same is not read again, and yet counts for all that it says."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

import orjson

from bot.context import RunContext
from bot.parse.result import Fetched
from bot.run.pipeline import poll
from sources.base import Expect, Follow, Page, Record, Source
from state.model import Capture
from state.privacy.erase import erase
from state.runs import Run
from tests.rows import rows
from tests.worlds.committee_list import way

HOME = "https://example.org/"


class Site:
    """Pages by name: `links` to further pages (with what a list says of a record, by its key), `records` by key."""

    def __init__(self) -> None:
        self.pages: dict[str, dict[str, object]] = {
            "": {"links": {"a": None, "b": None}},
            "a": {"records": {"one": 1, "two": 1}},
            "b": {"records": {"three": 1}},
        }
        self.read: list[str] = []
        self.asked: list[str] = []
        self.source = Source(
            "same", "EX", [HOME], r"^https://example\.org/", self.parse, "daily 06:00", Expect(records=(0, 100), max_gone=0.9)
        )

    def parse(self, page: Page) -> Iterator[Record | Follow]:
        name = page.url.removeprefix(HOME)
        self.read.append(name)
        told = page.json()
        for link, said in told.get("links", {}).items():
            yield Follow(HOME + link) if said is None else Follow(HOME + link, key=link, digest=str(said).encode())
        for key, value in told.get("records", {}).items():
            yield Record(key, "thing", key, fields={"value": value})

    def poll(self, desk: RunContext, day: int) -> Run:
        now = datetime(2026, 11, day, tzinfo=UTC)
        self.read, self.asked = [], []

        def get(follow: Follow) -> Fetched | None:
            name = follow.url.removeprefix(HOME)
            self.asked.append(name)
            body = orjson.dumps(self.pages[name])
            return Fetched(Page.of(follow.url, body, now), Capture(follow.url, now, 200, sha256(body).hexdigest()))

        return poll(desk, self.source, way(get), now, "run")


def test_the_same_pages_are_asked_for_and_not_read(desk: RunContext) -> None:
    site = Site()
    assert (site.poll(desk, 1).records, site.read) == (3, ["", "a", "b"])
    second = site.poll(desk, 2)
    assert (second.status, second.records) == ("unchanged", 3)
    assert (site.asked, site.read) == (["", "a", "b"], [])


def test_only_the_page_that_changed_is_read(desk: RunContext) -> None:
    site = Site()
    site.poll(desk, 1)
    site.pages["a"] = {"records": {"one": 2}}
    second = site.poll(desk, 2)
    assert (second.changed, second.records, site.read) == (1, 2, ["a"])
    assert len(rows(desk.db, "records", "missing_runs = 1")) == 1
    site.pages["a"] = {"records": {"one": 2, "two": 1}}
    assert (site.poll(desk, 3).removed, rows(desk.db, "records", "missing_runs > 0")) == (0, [])


def test_a_record_that_counts_as_removed_comes_back_with_its_page(desk: RunContext) -> None:
    site = Site()
    site.poll(desk, 1)
    home = site.pages[""]
    site.pages[""] = {"links": {"a": None}}
    assert [site.poll(desk, day).removed for day in (2, 3)] == [0, 1]
    site.pages[""] = home
    back = site.poll(desk, 4)
    assert (back.added, back.records, site.read) == (1, 3, ["", "b"])
    assert site.poll(desk, 5).status == "unchanged"


def test_what_two_pages_say_of_a_record_is_compared_though_one_is_the_same(desk: RunContext) -> None:
    site = Site()
    site.pages["b"] = {"records": {"three": 1, "one": 1}}
    assert site.poll(desk, 1).records == 3
    site.pages["b"] = {"records": {"three": 2, "one": 1}}
    second = site.poll(desk, 2)
    assert (second.status, second.changed, second.records, site.read) == ("ok", 1, 3, ["b", "a"])
    site.pages["b"] = {"records": {"three": 2, "one": 2}}
    assert site.poll(desk, 3).status == "quarantined"


def test_another_parser_or_mode_reads_all_pages_again(desk: RunContext) -> None:
    site = Site()
    site.poll(desk, 1)
    site.source = replace(site.source, parser_version=2)
    site.poll(desk, 2)
    assert site.read[:3] == ["", "a", "b"]
    site.source = replace(site.source, mode="shadow")
    site.poll(desk, 3)
    assert site.read == ["", "a", "b"]


def test_a_list_that_says_something_else_of_the_same_page_has_it_read(desk: RunContext) -> None:
    site = Site()
    site.pages = {"": {"links": {"one": "x"}}, "one": {"records": {"one": 1}}}
    site.poll(desk, 1)
    site.pages[""] = {"links": {"one": "y"}}
    assert (site.poll(desk, 2).status, site.read) == ("unchanged", ["", "one"])
    site.poll(desk, 3)
    assert (site.asked, site.read) == ([""], [])


def test_what_a_held_run_read_is_not_remembered(desk: RunContext) -> None:
    site = Site()
    site.poll(desk, 1)
    site.source = replace(site.source, expect=Expect(records=(3, 3), max_gone=0.9))
    site.pages["b"] = {"records": {}}
    assert site.poll(desk, 2).status == "quarantined"
    assert (site.poll(desk, 3).status, site.read) == ("quarantined", ["b"])


def test_a_page_is_read_when_another_changed_its_record_since(desk: RunContext) -> None:
    site = Site()
    site.pages = {"": {"links": {"a": None}}, "a": {"records": {"one": 1}}, "b": {"records": {"one": 2}}}
    site.poll(desk, 1)
    site.pages[""] = {"links": {"b": None}}
    assert site.poll(desk, 2).changed == 1
    site.pages[""] = {"links": {"a": None}}
    assert (site.poll(desk, 3).changed, site.read) == (1, ["", "a"])
    site.poll(desk, 4)
    assert site.read == []


def test_pages_that_were_compared_are_the_same_again_the_next_time(desk: RunContext) -> None:
    site = Site()
    site.pages["b"] = {"records": {"three": 1, "one": 1}}
    site.poll(desk, 1)
    site.pages["a"] = {"records": {"one": 1, "two": 2}}
    site.poll(desk, 2)
    assert site.read == ["a", "b"]
    site.poll(desk, 3)
    assert site.read == []


def test_a_page_that_leads_to_a_forgotten_name_still_leads_there(desk: RunContext) -> None:
    site = Site()
    site.pages = {"": {"links": {"xoan-quiz": None}}, "xoan-quiz": {"records": {"one": 1}}}
    site.poll(desk, 1)
    erase(desk.db, "Xoan Quiz", datetime(2026, 11, 1, tzinfo=UTC))
    assert "quiz" not in "".join(desk.db.iterdump())
    assert (site.poll(desk, 2).status, site.asked) == ("unchanged", ["", "xoan-quiz"])


def test_two_pages_that_differ_in_what_is_never_told_are_one_record(desk: RunContext) -> None:
    site = Site()
    site.pages["b"] = {"records": {"one": 2, "three": 1}}
    assert site.poll(desk, 1).status == "quarantined"
    site.source = replace(site.source, history=replace(site.source.history, ignored_fields=("value",)))
    run = site.poll(desk, 2)
    assert (run.status, run.records) == ("baseline", 3)
