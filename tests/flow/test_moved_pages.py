"""Pages that are not where they were asked for: captures of redirects, and of other addresses of one page, are found again by
whoever reads them anew: a new parser, a person's word on a held run, a replay."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import orjson
import pytest

from bot.held import accept
from bot.memory import to_compare
from bot.pipeline import Desk, poll
from bot.replay import replay, sessions
from sources import configure
from sources.base import Expect, Follow, Page, Record, Source
from state import reading
from state.db import open_database
from state.runs import Run
from tests.faults.server import Faults, Request, answer, faults
from tests.faults.world import HOME, make_fetcher
from tests.world import warc


def parse(page: Page) -> Iterator[Record | Follow]:
    """A list leads to details, in a given order and with what it says of each; a detail is a record."""
    for name, said in page.json().get("leads", {}).items():
        yield Follow(f"{HOME}/{name}", key=name, digest=f"{name} {said}".encode())
    for key, value in page.json().get("records", {}).items():
        yield Record(key, "thing", f"Thing {key}", fields={"value": value})


def newer(page: Page) -> Iterator[Record | Follow]:
    for item in parse(page):
        yield replace(item, title=item.title.upper()) if isinstance(item, Record) else item


SOURCE = Source(
    "moving", "EX", [f"{HOME}/list"], rf"^{HOME}/(?!robots)", parse, "daily 06:00", Expect(records=(0, 100), max_gone=0.5),
    expects="json", pace_s=0.0,
)  # fmt: skip
NEWER = replace(SOURCE, parse=newer, parser_version=2)


@dataclass
class World:
    """A site on loopback, polled on one day of November after the other."""

    desk: Desk
    site: Faults
    days: Iterator[int] = field(default_factory=lambda: iter(range(1, 30)))

    def serve(self, path: str, **said: object) -> None:
        self.site.plays[path] = answer(orjson.dumps(said), type="application/json")

    def move(self, path: str, to: str) -> None:
        self.site.plays[path] = answer(b"", f"Location: {to}", status="302 Found")

    def poll(self, source: Source = SOURCE) -> Run:
        now = datetime(2026, 11, next(self.days), 6, tzinfo=UTC)
        last = partial(to_compare, self.desk.db, source)
        way = lambda run: make_fetcher(  # noqa: E731
            self.desk.data, self.site.origin, source, last, run_id=run.id, clock=lambda: now
        )
        return poll(self.desk, source, way, now, "run")

    def changes(self) -> list[tuple[str, str, str | None]]:
        return [(c["kind"], c["record"], c["field"]) for c in reading.changes(self.desk.db)]


@pytest.fixture
def world(desk: Desk) -> Iterator[World]:
    with faults({}) as site:
        made = World(desk, site)
        made.serve("/list", leads={"a": 1, "b": 1})
        made.serve("/a", records={"a": 1})
        made.serve("/b", records={"b": 1})
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


def test_what_is_gone_from_a_list_that_moved_is_gone_from_a_held_run_too(world: World) -> None:
    the_list_moves(world)
    world.poll()
    world.serve("/lists/of-today", leads={"a": 1})
    configure([SOURCE])
    strict = replace(SOURCE, expect=Expect(records=(2, 2), max_gone=1.0))
    run = world.poll(strict)
    assert run.status == "quarantined"
    assert accept(world.desk, run.id).status == "ok"
    assert world.desk.db["tracked"].count_where("missing_runs = 1") == 1


def test_a_replay_of_what_moved_gives_what_the_poll_gave(world: World, tmp_path: Path) -> None:
    the_list_moves(world)
    a_page_moves_twice(world)
    world.poll()
    again = replace(world.desk, db=open_database(tmp_path / "again.db"))
    (run,) = [replay(again, session) for session in sessions(world.desk.data.glob("archive/*/*/*.warc.gz"), [SOURCE])]
    assert (run.status, run.records, run.error) == ("baseline", 2, None)


def test_a_new_parser_finds_a_page_that_was_recorded_under_another_address(desk: Desk, tmp_path: Path) -> None:
    source = replace(SOURCE, match="(?i)^https?://data.example.org/", canonical=lambda url: url.lower().replace("http:", "https:"))
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
    (file,) = world.desk.data.glob("archive/*/*/*.warc.gz")
    file.write_bytes(b"none" * 1000)
    assert world.poll().status == "unchanged"
    assert "if-none-match" not in world.site.pages()[-1].headers
