"""A hostile or broken answer ends in one sentence, whatever it is made of and however long, before it takes memory or time."""

import io
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

import sources.page
from sources.formats.csv import csv_objects
from sources.formats.json import objects
from sources.formats.xml import sitemap_pages
from sources.page import LayoutChanged, Page

MB = 1 << 20
LAUGHS = "".join(f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(12))
BILLION = f"<!DOCTYPE r [<!ENTITY a 'haha'>{LAUGHS}]><urlset xmlns='x'><url><loc>&m;</loc></url></urlset>".encode()
QUADRATIC = b"<!DOCTYPE r [<!ENTITY a '" + b"h" * 100_000 + b"'>]><urlset xmlns='x'><url><loc>" + b"&a;" * 100_000


class Endless(io.RawIOBase):
    """A body of some bytes, then the same ones again and again, up to a length."""

    def __init__(self, head: bytes, again: bytes, length: int = 100 * MB) -> None:
        self.blocks = self.make(head, again, length)
        self.rest = b""

    def make(self, head: bytes, again: bytes, length: int) -> Iterator[bytes]:
        yield head
        block = again * (MB // len(again))
        for _ in range(length // MB):
            yield block

    def readable(self) -> bool:
        return True

    def readinto(self, room: Any) -> int:
        self.rest = self.rest or next(self.blocks, b"")
        size = min(len(room), len(self.rest))
        room[:size], self.rest = self.rest[:size], self.rest[size:]
        return size


def page(head: bytes, again: bytes = b"") -> Page:
    """A page that begins so and goes on so for 100 MB; without `again` it ends."""
    body: Callable[[], Any] = (lambda: io.BufferedReader(Endless(head, again))) if again else (lambda: io.BytesIO(head))
    return Page("https://example.org/", body, datetime(2026, 1, 1, tzinfo=UTC))


def lines(page: Page) -> list[Any]:
    return list(page.lines())


READERS: dict[str, Callable[[Page], Any]] = {
    "lines": lines, "array": lambda page: list(objects(page)), "json": lambda page: page.json("a"),
    "csv": lambda page: list(csv_objects(page)), "xml": lambda page: list(sitemap_pages(page)), "html": lambda page: page.soup,
}  # fmt: skip


@pytest.mark.parametrize(
    ("reader", "head", "again", "words"),
    [
        ("lines", b'{"a": "', b"x", "line is longer than the 16 MB"),
        ("lines", b"[" * 5000, b"", "depth limit"),
        ("lines", bytes(MB), b"", "not whole JSON"),
        ("array", b'[{"a": "', b"x", "breaks off"),
        ("array", b"[", b" ", "is expected: nothing"),
        ("array", b'[{"a": ' + b"[" * 100_000, b"", "maximum recursion"),
        ("array", b'[{"a": ' + b"1" * 5000 + b"}]", b"", "4300 digits"),
        ("array", rb'[{"a": "\ud800"}]', b"", "half a character"),
        ("array", rb'[{"a": "\uDFFF"}]', b"", "half a character"),
        ("array", bytes(MB), b"", "expected"),
        ("json", b'{"a": "', b"x", "longer than the 32 MB"),
        ("json", b'{"a": [' + b"[]," * 600_000 + b"1]}", b"", "more than 500,000 lists"),
        ("json", b"[" * 5000, b"", "depth limit"),
        ("json", b'{"a": ' + b"1" * 5000 + b"}", b"", "infinity"),
        ("csv", b"a;b\n", b"x", "a line has 1,048,576 characters"),
        ("csv", b"x;", b"x;", "a line has 1,048,576 characters"),
        ("csv", b'a;b\n"', b"x\n", "field larger"),
        ("csv", bytes(MB // 2), b"", "no CSV"),
        ("xml", BILLION, b"", "no whole XML"),
        ("xml", QUADRATIC, b"", "no whole XML"),
        ("xml", b"<urlset xmlns='x'><url><loc>", b"x", "no whole XML"),
        ("xml", b"<urlset xmlns='x'>", b"<b/>", "more than 200,000 tags"),
        ("xml", b"<a>" * 5000, b"", "no whole XML"),
        ("xml", bytes(MB), b"", "no whole XML"),
        ("html", b"<html>", b"x", "longer than the 32 MB"),
        ("html", b"<table>" + b"<tr><td>1</td></tr>" * 60_000, b"", "more than 200,000 tags"),
    ],
)  # fmt: skip
def test_it_ends_in_one_sentence(reader: str, head: bytes, again: bytes, words: str) -> None:
    hostile = page(head, again)
    tracemalloc.start()
    try:
        with pytest.raises(LayoutChanged, match=words) as ended:
            READERS[reader](hostile)
        assert tracemalloc.get_traced_memory()[1] < 120 * MB
    finally:
        tracemalloc.stop()
    assert len(str(ended.value)) < 600


def test_no_entity_reads_a_file() -> None:
    body = b"<!DOCTYPE r [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><urlset xmlns='x'><url><loc>x&a;y</loc></url></urlset>"
    assert "root" not in str(list(sitemap_pages(page(body))))


def test_a_character_of_two_escapes_is_one() -> None:
    assert [value for _, value in objects(page(rb'[{"a": "\ud83d\ude00"}]'))] == [{"a": "\U0001f600"}]
    assert [value for _, value in objects(page(rb'[{"a": "\\ud83d"}]'))] == [{"a": r"\ud83d"}]


@pytest.mark.parametrize("block", [1, 2, 3, 7, 64])
def test_lines_are_the_same_however_they_are_read(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    body = b'{"a": 1}\n{"a": 2}\r\n{"a": 3}\n{"a": 4}'
    digests = []
    for size in (block, MB):
        monkeypatch.setattr(sources.page, "BLOCK", size)
        read = page(body)
        digests.append([(row.take("a"), read.digest) for row in read.lines()])
    assert digests[0] == digests[1]
    assert [number for number, _ in digests[0]] == [1, 2, 3, 4]
