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
from tests.worlds.fault_server import answer
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


DOWN = answer(b"", status="500 Internal Server Error")


def test_a_detail_page_that_cannot_be_had_leaves_its_record_as_it_was(desk: RunContext) -> None:
    with open_world(desk) as site:
        site.poll()
        site.serve("/list", leads={"a": 2, "b": 2})
        site.serve("/a", records={"a": 2})
        b, site.site.plays["/b"] = site.site.plays["/b"], DOWN
        for changed in (1, 0, 0):
            run = site.poll()
            assert (run.good, run.records, run.changed, run.removed, list(run.notes.values())) == (True, 2, changed, 0, [1])
            assert f"{DETAILS.start[0].removesuffix('list')}b: it answers with status 500" in next(iter(run.notes))
        site.site.plays["/b"] = b
        assert (site.poll().status, site.site.pages()[-1].path) == ("unchanged", "/b")
        assert columns(desk.db, "records", "key", "missing_runs = 0") == ["a", "b"]


def test_a_detail_page_that_the_first_poll_could_not_have_is_no_news_when_it_comes(desk: RunContext) -> None:
    with open_world(desk) as site:
        b, site.site.plays["/b"] = site.site.plays["/b"], DOWN
        assert site.poll().status == "baseline"
        site.site.plays["/b"] = b
        assert (site.poll().added, site.changes()) == (0, [])
        assert columns(desk.db, "records", "key") == ["a", "b"]


def test_a_poll_fails_when_more_than_a_share_of_its_detail_pages_cannot_be_had(desk: RunContext) -> None:
    source = replace(DETAILS, expect=replace(DETAILS.expect, max_unread=0.1))
    with open_world(desk) as site:
        names = [f"n{number}" for number in range(20)]
        site.serve("/list", leads=dict.fromkeys(names, 1))
        for number, name in enumerate(names):
            site.serve(f"/{name}", records={name: 1})
            if number in (3, 7):
                site.site.plays[f"/{name}"] = DOWN
        assert (site.poll(source).status, len(columns(desk.db, "records", "key"))) == ("baseline", 18)
        site.serve("/list", leads=dict.fromkeys(names, 2))
        site.site.plays["/n12"] = DOWN
        run = site.poll(source)
        assert (run.status, "3 of 20 detail pages could not be had" in (run.error or "")) == ("failed", True)


def test_a_list_that_cannot_be_had_fails_the_poll(desk: RunContext) -> None:
    with open_world(desk) as site:
        site.poll()
        site.site.plays["/more"] = DOWN
        run = site.poll(replace(DETAILS, start=[*DETAILS.start, DETAILS.start[0].replace("/list", "/more")]))
        assert (run.status, "status 500" in (run.error or "")) == ("failed", True)


def test_a_page_whose_own_address_ends_in_404_is_one(desk: RunContext) -> None:
    with open_world(desk) as site:
        site.serve("/list", leads={"404": 1, "b": 1})
        site.serve("/404", records={"404": 1})
        assert (site.poll().records, columns(desk.db, "records", "key")) == (2, ["404", "b"])
        site.serve("/list", leads={"404": 1, "b": 2})
        site.move("/b", "/404")
        run = site.poll()
        assert (run.records, run.changed) == (2, 0)
        assert "not found" in next(iter(run.notes))
