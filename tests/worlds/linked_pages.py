"""A small site on loopback, polled live on one day after the other: a list that leads to details, each of which is a record."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import orjson

from bot.context import RunContext
from bot.parse.cache import comparable_capture
from bot.run.pipeline import poll
from sources.base import Answer, Expect, Follow, Page, Record, Source
from state.queries import history
from state.runs import Run
from tests.worlds.fault_server import Faults, answer, faults
from tests.worlds.fault_source import HOME, make_fetcher


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
    answer=Answer(kind="json"), pace_s=0.0,
)  # fmt: skip
NEWER = replace(SOURCE, parse=newer, parser_version=2)


@dataclass
class World:
    """A site on loopback, polled on one day of November after the other."""

    desk: RunContext
    site: Faults
    days: Iterator[int] = field(default_factory=lambda: iter(range(1, 30)))

    def serve(self, path: str, **said: object) -> None:
        self.site.plays[path] = answer(orjson.dumps(said), type="application/json")

    def move(self, path: str, to: str) -> None:
        self.site.plays[path] = answer(b"", f"Location: {to}", status="302 Found")

    def poll(self, source: Source = SOURCE) -> Run:
        now = datetime(2026, 11, next(self.days), 6, tzinfo=UTC)
        last = partial(comparable_capture, self.desk.db, source)
        way = lambda run: make_fetcher(  # noqa: E731
            self.desk.data, self.site.origin, source, last, run_id=run.id, clock=lambda: now
        )
        return poll(self.desk, source, way, now, "run")

    def archives(self) -> list[Path]:
        """The archive files, in the order of the polls."""
        return sorted(self.desk.data.glob("archive/*/*/*.warc.gz"))

    def changes(self) -> list[tuple[str, str, str | None]]:
        return [(c["kind"], c["record"], c["field"]) for c in history.changes(self.desk.db)]


@contextmanager
def open_world(desk: RunContext) -> Iterator[World]:
    """The site with two details."""
    with faults({}) as site:
        made = World(desk, site)
        made.serve("/list", leads={"a": 1, "b": 1})
        made.serve("/a", records={"a": 1})
        made.serve("/b", records={"b": 1})
        yield made
