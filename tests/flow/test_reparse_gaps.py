"""A new parser whose captures are not all there: what it could not read again is no news when it reads it at last, and what it
could, is whole."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.context import RunContext
from sources.base import Expect, Follow, Page, Record
from tests.rows import columns
from tests.worlds.fault_server import answer
from tests.worlds.linked_pages import NEWER, SOURCE, World, newer, open_world, parse

GONE = answer(b"<html>no such page</html>", status="404 Not Found")


@pytest.fixture
def world(desk: RunContext) -> Iterator[World]:
    """A detail `a` whose capture is lost, and a detail `b` with a list that are in the archive."""
    with open_world(desk) as made:
        made.poll()
        made.serve("/list", leads={"a": 1, "b": 2})
        made.serve("/b", records={"b": 2})
        assert made.poll().changed == 1
        made.archives()[0].unlink()
        yield made


def news(world: World) -> list[tuple[str, str, str | None]]:
    """The changes that count as the body's own, since the world began."""
    return [change for change in world.changes() if change[0] != "reparsed"][1:]


def title(world: World, key: str) -> str:
    (found,) = columns(world.desk.db, "records", "title", "key = ? AND removed_at IS NULL", key)
    return str(found)


def lose_all(world: World) -> None:
    for file in world.archives():
        file.unlink()


def test_what_could_not_be_read_again_is_no_news_when_the_poll_reads_it(world: World) -> None:
    world.serve("/b", records={"b": 3})
    run = world.poll(NEWER)
    assert (run.status, run.changed, run.notes) == ("ok", 1, {})
    assert [title(world, key) for key in "ab"] == ["THING A", "THING B"]
    assert news(world) == [("changed", "b", "value")]
    world.serve("/list", leads={"a": 2, "b": 2})
    world.serve("/a", records={"a": 2})
    assert world.poll(NEWER).changed == 1
    assert news(world) == [("changed", "b", "value"), ("changed", "a", "value")]


@pytest.mark.parametrize("lost", ["one", "all"])
def test_what_neither_archive_nor_poll_has_is_no_news_on_a_later_day(world: World, lost: str) -> None:
    if lost == "all":
        lose_all(world)
    a, world.site.plays["/a"] = world.site.plays["/a"], GONE
    assert world.poll(NEWER).alerts == 0
    assert [title(world, key) for key in "ab"] == ["Thing a", "THING B"]
    world.site.plays["/a"] = a
    world.poll(NEWER)  # though the list says the same of it
    assert [title(world, key) for key in "ab"] == ["THING A", "THING B"]
    assert news(world) == []
    assert world.poll(NEWER).status == "unchanged"
    assert [request.path for request in world.site.pages()][-2:] == ["/a", "/list"]


def test_what_a_new_parser_sees_no_more_is_gone_without_a_word_though_its_captures_are_lost(world: World) -> None:
    lose_all(world)

    def blind(page: Page) -> Iterator[Record | Follow]:
        yield from (item for item in newer(page) if item.key != "a")

    source = replace(NEWER, parse=blind)
    assert [world.poll(source).removed for _ in range(3)] == [0, 0, 0]
    assert news(world) == []
    assert columns(world.desk.db, "records", "key", "removed_at IS NOT NULL") == ["a"]
    assert columns(world.desk.db, "records", "key", "removed_at IS NULL") == ["b"]


def test_what_the_body_takes_away_later_is_news_again(world: World) -> None:
    lose_all(world)
    world.poll(NEWER)
    world.serve("/list", leads={"b": 2})
    assert [world.poll(NEWER).removed for _ in range(2)] == [0, 1]
    assert news(world) == [("removed", "a", None)]


@pytest.mark.parametrize("lost", ["nothing", "all"])
def test_details_that_only_a_new_parser_asks_for_are_no_news_whenever_they_come(desk: RunContext, lost: str) -> None:
    def only_a(page: Page) -> Iterator[Record | Follow]:
        yield from (item for item in parse(page) if item.key == "a")

    with open_world(desk) as world:
        world.serve("/list", leads={"a": 1, "b": 1, "c": 1})
        world.serve("/c", records={"c": 1})
        b, world.site.plays["/b"] = world.site.plays["/b"], GONE
        assert world.poll(replace(SOURCE, parse=only_a)).records == 1
        if lost == "all":
            lose_all(world)
        world.poll(NEWER)
        world.site.plays["/b"] = b
        world.poll(NEWER)
        assert [title(world, key) for key in "abc"] == ["THING A", "THING B", "THING C"]
        assert {kind for kind, *_ in world.changes()} == {"reparsed"}
        world.serve("/list", leads={"a": 1, "b": 1, "c": 1, "d": 1})
        world.serve("/d", records={"d": 1})
        assert world.poll(NEWER).added == 1


def test_captures_of_pages_that_nothing_leads_to_any_more_do_not_say_what_is(desk: RunContext) -> None:
    def in_pages(page: Page) -> Iterator[Record | Follow]:
        yield from (Follow(item.url) if isinstance(item, Follow) else item for item in parse(page))

    def newer_in_pages(page: Page) -> Iterator[Record | Follow]:
        yield from (Follow(item.url) if isinstance(item, Follow) else item for item in newer(page))

    source = replace(SOURCE, parse=in_pages, expect=Expect(records=(0, 100), max_gone=1.0))
    with open_world(desk) as world:
        world.serve("/b", records={"b": 1, "c": 1})
        world.poll(source)
        world.serve("/list", leads={"a": 1})
        world.serve("/a", records={"a": 1, "b": 2})  # b went on the first page; c is gone, and so is the second page
        assert world.poll(source).changed == 1
        before = [change for change in world.changes() if change[0] != "reparsed"]
        run = world.poll(replace(source, parse=newer_in_pages, parser_version=2))
        assert (run.changed, run.alerts) == (0, 0)
        assert [each for each in world.changes() if each[0] == "changed"] == before
        assert columns(desk.db, "records", "title, fields", "key = 'b'") == [("THING B", '{"value":2}')]


@pytest.mark.parametrize(("one", "other"), [("x", "y"), ("y", "x")])
def test_of_captures_that_no_list_leads_to_the_newest_says_what_is(desk: RunContext, one: str, other: str) -> None:
    def either(page: Page) -> Iterator[Record | Follow]:
        yield from (item for item in newer(page) if isinstance(item, Record))

    listed = replace(SOURCE, history=replace(SOURCE.history, append_only=True))
    with open_world(desk) as world:
        world.serve("/list", leads={one: 1})
        world.serve(f"/{one}", records={"a": 1})
        world.poll(listed)
        world.serve("/list", leads={other: 1})
        world.serve(f"/{other}", records={"a": 2})
        assert world.poll(listed).changed == 1
        world.serve("/list", leads={})
        assert world.poll(replace(listed, parse=either, parser_version=2)).changed == 0
        assert columns(desk.db, "records", "title, fields") == [("THING A", '{"value":2}')]


def test_many_records_that_a_new_parser_could_not_read_again_do_not_hold_its_first_poll(desk: RunContext) -> None:
    with open_world(desk) as world:
        names = [f"n{number}" for number in range(24)]
        for name in names:
            world.serve(f"/{name}", records={name: 1})
        world.serve("/list", leads=dict.fromkeys(names, 1))
        world.poll()
        world.serve("/list", leads=dict.fromkeys(names, 1) | {"n0": 2})
        world.serve("/n0", records={"n0": 2})
        world.poll()
        world.archives()[0].unlink()
        assert (world.poll(NEWER).status, title(world, "n7")) == ("unchanged", "THING N7")
        assert [change for change in news(world) if change[2] == "title"] == []
