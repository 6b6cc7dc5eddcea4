"""Pages that are not where they were asked for: captures of redirects, and of other addresses of one page, are found again by
whoever reads them anew: a new parser, a person's word on a held run, a replay."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from bot.context import RunContext
from bot.run.quarantine import accept
from bot.run.replay import replay, sessions
from sources.base import Expect, Follow, Page, Record
from tests.opened import opened
from tests.rows import rows
from tests.worlds.committee_list import warc
from tests.worlds.fault_server import Request, answer
from tests.worlds.fault_source import HOME
from tests.worlds.linked_pages import NEWER, SOURCE, World, newer, open_world, parse


@pytest.fixture
def world(desk: RunContext) -> Iterator[World]:
    with open_world(desk) as made:
        yield made


def the_list_moves(world: World) -> None:
    world.site.plays["/lists/of-today"] = world.site.plays["/list"]
    world.move("/list", "/lists/of-today")


def a_page_moves_twice(world: World) -> None:
    world.site.plays["/things/a"] = world.site.plays["/a"]
    world.move("/a", "/thing/a")
    world.move("/thing/a", "/things/a")


def all_moves_to_an_address_in_full(world: World) -> None:
    the_list_moves(world)
    world.move("/list", f"{world.site.origin}/lists/of-today")  # as a mirror names itself


def one_page_moves_to_another(world: World) -> None:
    world.move("/a", "/b")
    world.serve("/b", records={"b": 1, "a": 1})


@pytest.mark.parametrize("moved", [the_list_moves, a_page_moves_twice, all_moves_to_an_address_in_full, one_page_moves_to_another])
def test_a_new_parser_finds_the_pages_that_moved(world: World, moved: Callable[[World], None]) -> None:
    moved(world)
    assert world.poll().records == 2
    world.serve("/b", records={"b": 2, "a": 1} if moved is one_page_moves_to_another else {"b": 2})
    run = world.poll(NEWER)
    assert (run.status, run.changed, run.records, run.notes) == ("ok", 1, 2, {})
    assert sorted(world.changes()) == [("changed", "b", "value"), ("reparsed", "a", "title"), ("reparsed", "b", "title")]


def test_a_new_parser_keeps_what_the_list_said_of_a_page_that_moved(world: World) -> None:
    a_page_moves_twice(world)
    for source in (SOURCE, NEWER, NEWER):
        world.site.asked.clear()
        world.poll(source)
    assert [request.path for request in world.site.pages()] == ["/list"]


def test_what_is_gone_from_a_list_that_moved_is_gone_from_a_held_run_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    the_list_moves(world)
    world.poll()
    world.serve("/lists/of-today", leads={"a": 1})
    monkeypatch.setattr("bot.run.quarantine.all_sources", lambda: {SOURCE.name: SOURCE})
    strict = replace(SOURCE, expect=Expect(records=(2, 2), max_gone=1.0))
    run = world.poll(strict)
    assert run.status == "quarantined"
    assert accept(world.desk, run.id).status == "ok"
    assert len(rows(world.desk.db, "records", "missing_runs = 1")) == 1


def test_a_replay_of_what_moved_gives_what_the_poll_gave(world: World, tmp_path: Path) -> None:
    the_list_moves(world)
    a_page_moves_twice(world)
    world.poll()
    again = replace(world.desk, db=opened(tmp_path / "again.db"))
    (run,) = [replay(again, session) for session in sessions(world.archives(), [SOURCE])]
    assert (run.status, run.records, run.error) == ("baseline", 2, None)


def test_a_new_parser_finds_a_page_that_was_recorded_under_another_address(desk: RunContext, tmp_path: Path) -> None:
    source = replace(
        SOURCE,
        match="(?i)^https?://data.example.org/",
        access=replace(SOURCE.access, canonical=lambda url: url.lower().replace("http:", "https:")),
    )
    for number, (one, value) in enumerate(((source, 1), (replace(source, parse=newer, parser_version=2), 2))):
        body = orjson.dumps({"records": {"a": value}})
        archive = warc(tmp_path / f"{number}.warc.gz", [body], "http://DATA.example.org/list", number, **{"Content-Type": "x"})
        (session,) = sessions([archive], [one])
        run = replay(desk, session)
    assert (run.changed, run.notes) == (1, {})


def test_a_new_parser_starts_where_the_last_poll_did(world: World) -> None:
    by_day = replace(SOURCE, start=lambda day: [f"{HOME}/list?week={day.day}"])
    assert world.poll(by_day).records == 2
    world.serve("/b", records={"b": 2})
    run = world.poll(replace(by_day, parse=newer, parser_version=2))
    assert (run.changed, run.notes) == (1, {})


@pytest.mark.parametrize("how", ["a new parser", "read again"])
def test_a_page_keeps_the_encoding_that_its_header_named(world: World, how: str) -> None:
    def text(page: Page) -> Iterator[Record | Follow]:
        if page.url == f"{HOME}/a":
            yield Record("a", "thing", page.body.decode(page.charset))
        else:
            yield from parse(page)

    def conditional(request: Request, wire: socket.socket) -> None:
        known = "if-none-match" in request.headers
        said = (
            answer(b"", status="304 Same")
            if known
            else answer('{"n": "é"}'.encode("latin-1"), "ETag: x", type="x; charset=latin-1")
        )
        said(request, wire)

    source = replace(SOURCE, parse=text)
    world.serve("/list", leads={"a": 1})
    world.site.plays["/a"] = conditional
    assert world.poll(source).records == 1
    world.serve("/list", leads={"a": 2})  # which has the page read, though it is the same
    run = world.poll(replace(source, parser_version=2) if how == "a new parser" else source)
    assert (run.status, run.not_modified, world.changes()) == ("unchanged", 1, [])


def test_a_page_whose_evidence_was_damaged_is_asked_for_as_if_it_were_new(world: World) -> None:
    world.site.plays["/list"] = answer(orjson.dumps({"leads": {"a": 1}}), "ETag: x", type="application/json")
    world.poll()
    (file,) = world.archives()
    file.write_bytes(b"none" * 1000)
    assert world.poll().status == "unchanged"
    assert "if-none-match" not in world.site.pages()[-1].headers
