"""An answer that is not complete removes nothing: a list page that an archive lacks, a budget that ended on the way."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import orjson

from bot.context import RunContext
from bot.run.replay import replay, sessions
from sources.base import Answer, Expect, Follow, Page, Record, Source
from state.queries import history
from state.runs import Run
from tests.rows import columns
from tests.worlds.committee_list import warc
from tests.worlds.linked_pages import SOURCE as DETAILS
from tests.worlds.linked_pages import open_world

HOME = "https://lists.example.org/"


def parse(page: Page) -> Iterator[Record | Follow]:
    """The home page names lists; a list names records."""
    told = page.json()
    yield from (Follow(HOME + name) for name in told.get("lists", []))
    yield from (Record(key, "thing", f"Thing {key}") for key in told.get("records", []))


LISTS = Source(
    "lists", "EX", [HOME], rf"^{HOME}", parse, "daily 06:00", Expect(records=(0, 100), max_gone=0.9), answer=Answer(kind="json")
)  # fmt: skip


def week(desk: RunContext, number: int, **lists: str) -> Run:
    """Replay an archive of one week: the home page, which names both lists, and the lists that it holds, by their records."""
    pages = {"": {"lists": ["one", "two"]}, **{name: {"records": list(records)} for name, records in lists.items()}}
    files = [
        warc(desk.data / f"{number}-{name}.warc.gz", [orjson.dumps(said)], HOME + name, number) for name, said in pages.items()
    ]
    (session,) = sessions(files, [LISTS])
    return replay(desk, session)


def listed(desk: RunContext) -> set[str]:
    return set(columns(desk.db, "records", "key", "removed_at IS NULL"))


def test_a_list_that_an_archive_lacks_removes_nothing(desk: RunContext, tmp_path: Path) -> None:
    week(desk, 0, one="ab", two="cd")
    for number in (1, 2, 3):
        run = week(desk, number, one="a")
        assert (run.good, run.removed) == (True, 0)
    assert listed(desk) == set("abcd")
    assert (week(desk, 4, one="a", two="cd").removed, listed(desk)) == (0, set("abcd"))  # missing for the first time
    assert (week(desk, 5, one="a", two="cd").removed, listed(desk)) == (1, set("acd"))


def test_an_incomplete_answer_does_not_confirm_what_was_missing_once(desk: RunContext) -> None:
    week(desk, 0, one="ab", two="cd")
    week(desk, 1, one="a", two="cd")
    assert week(desk, 2, two="cd").removed == 0
    assert listed(desk) == set("abcd")
    assert week(desk, 3, one="a", two="cd").removed == 1  # nor does it bring it back
    assert listed(desk) == set("acd")


def test_details_that_the_budget_of_a_day_does_not_reach_are_not_removed(desk: RunContext) -> None:
    with open_world(desk) as site:
        assert site.poll().records == 2
        for number in (2, 3, 4):
            site.serve("/list", leads={"a": number, "b": number})
            run = site.poll(replace(DETAILS, access=replace(DETAILS.access, pages_a_day=2)))  # the list and one detail
            assert (run.good, run.records, run.removed) == (True, 2, 0)
        assert site.poll().status in ("ok", "unchanged")
        assert site.changes() == []
        assert columns(desk.db, "records", "key", "missing_runs = 0") == ["a", "b"]


def test_a_list_that_the_budget_does_not_reach_ends_the_poll_and_removes_nothing(desk: RunContext) -> None:
    with open_world(desk) as site:
        site.poll()
        for _ in range(3):
            run = site.poll(
                replace(
                    DETAILS, start=[*DETAILS.start, f"{DETAILS.start[0]}?page=2"], access=replace(DETAILS.access, pages_a_day=1)
                )
            )
            assert (run.status, "requests a day" in (run.error or "")) == ("blocked", True)
        assert list(history.changes(desk.db)) == []
        assert site.poll().good
        assert site.changes() == []
