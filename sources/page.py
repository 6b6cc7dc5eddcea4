"""Page that `parse` is given, with selectors that fail loudly when the layout is not the expected one."""

import io
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, BinaryIO, TypeVar
from urllib.parse import urljoin

import orjson
from bs4 import BeautifulSoup, Tag
from xxhash import xxh3_128_digest

from sources.text import folded
from state.model import Claim, Evidence

T = TypeVar("T")
BLOCK = 1 << 20  # bytes of lines that are looked at together
# what is larger is no page of a body; without a limit a hostile answer would take the memory of the machine
LONGEST_LINE, LONGEST_BODY = 16 << 20, 32 << 20  # bytes of a streamed line, and of a body that is parsed as a whole
MOST_TAGS, MOST_LISTS = 200_000, 500_000  # opening and closing tags of HTML, lists and objects of JSON
_CHARSET = re.compile(r"charset=[\"']?([\w-]+)", re.IGNORECASE)


class SourceError(Exception):
    """Failure to get a usable answer from a source; the last good state stays. The whole tree is drawn in `bot/errors.py`."""


class LayoutChanged(SourceError):
    """Page with another layout than its source expects: no retry; the page is kept for a person to look at."""


class Row:
    """Named cells that are taken one by one; `done()` reports those that were left unread."""

    def __init__(self, page: "Page", cells: Mapping[str, Any], links: Mapping[str, str] | None = None, where: str = "row"):
        self._page, self._cells, self._links, self._where = page, dict(cells), dict(links or {}), where

    def take(self, name: str) -> Any:
        """Return and remove the value of a required cell; raise LayoutChanged when it is missing."""
        if name not in self._cells:
            raise LayoutChanged(f"{self._where} has no {name!r}")
        return self._cells.pop(name)

    def text(self, name: str) -> str:
        """Return the text of a required cell, stripped; raise LayoutChanged when it is missing, empty or no text."""
        value = self.take(name)
        if not isinstance(value, str) or not value.strip():
            raise LayoutChanged(f"{self._where} has no text in {name!r}")
        return value.strip()

    def number(self, name: str) -> int:
        """Return the whole number of a required cell; raise LayoutChanged when it is missing or no whole number."""
        value = self.take(name)
        if isinstance(value, bool) or not isinstance(value, int):
            raise LayoutChanged(f"{self._where} has no whole number in {name!r}")
        return value

    def typed(self, name: str, kind: type[T], required: bool = True) -> T | None:
        """Return the value of a cell, or None for null (or a missing optional cell); raise LayoutChanged for another type."""
        value = self.take(name) if required else self.maybe(name)
        if value is not None and (not isinstance(value, kind) or isinstance(value, bool)):
            raise LayoutChanged(f"{name} is printed as {value!r}")
        return value

    def maybe(self, name: str) -> Any:
        """Return the value of an optional cell, or None."""
        return self._cells.pop(name, None)

    def maybe_text(self, name: str) -> str | None:
        """Return the folded text of an optional cell; None for an empty one and for a lone dash."""
        text = folded(self.maybe(name) or "")
        return None if text in ("", "-") else text

    def link(self, name: str) -> str:
        """Return the absolute address that a cell links to; the cell itself stays to be taken."""
        if name not in self._links:
            raise LayoutChanged(f"{self._where} has no link in {name!r}")
        return urljoin(self._page.url, self._links[name])

    def claim(self, role: str, name: str, country: str | None = None) -> Claim:
        """Return the claim that the party printed in a cell plays a role."""
        party = self.text(name)
        return Claim(role, party, Evidence(self._page.url, name, party), country)

    def ignore(self, *names: str) -> None:
        """Drop cells that are known and not used."""
        for name in names:
            self._cells.pop(name, None)

    def left(self) -> tuple[str, ...]:
        """Return the names of the cells that were not taken yet."""
        return tuple(self._cells)

    def done(self) -> None:
        """Note each cell that was not taken on the page: it may be a new column."""
        for name in self._cells:
            self._page.note(f"unread: {name}")


@dataclass
class Page:
    """Answer of a body.

    `open` gives its decoded bytes from the start, as often as asked. `observed_at` is aware UTC. `known` maps the digest of a line
    to the key of the record that it made last time: such lines are not parsed again, and their keys are collected in `same`.
    `digest` is that of the last line read. `notes` counts what was left unread.
    """

    url: str
    open: Callable[[], BinaryIO]
    observed_at: datetime
    content_type: str = ""
    encoding: str = "utf-8"
    strict: bool = True
    known: Mapping[bytes, str] = field(default_factory=dict)
    same: list[str] = field(default_factory=list)
    digest: bytes | None = None
    notes: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, url: str, body: bytes, observed_at: datetime, **more: Any) -> "Page":
        """Return a page held in memory."""
        return cls(url, lambda: io.BytesIO(body), observed_at, **more)

    def note(self, text: str) -> None:
        """Count a remark for the run's report."""
        self.notes[text] = self.notes.get(text, 0) + 1

    @cached_property
    def body(self) -> bytes:
        """Whole body in memory. Raises LayoutChanged when it is longer than LONGEST_BODY."""
        with self.open() as stream:
            body = stream.read(LONGEST_BODY + 1)
        if len(body) > LONGEST_BODY:
            raise LayoutChanged(f"the page is longer than the {LONGEST_BODY >> 20} MB that are read as a whole")
        return body

    def lines(self) -> Iterator[Row]:
        """Yield a row for each line of JSON Lines, streamed; lines known from last time are left out.

        Raises LayoutChanged on a line that is no JSON object in UTF-8, and on a file without any line.
        """
        number = 0
        with self.open() as stream:
            for lines in _line_blocks(stream):
                digests = list(map(xxh3_128_digest, lines))
                keys = list(map(self.known.get, digests))
                self.same.extend(key for key in keys if key is not None)
                for place in [place for place, key in enumerate(keys) if key is None]:
                    self.digest, where = digests[place], f"line {number + place + 1}"
                    if not isinstance(value := _parsed(lines[place], where), dict):
                        raise LayoutChanged(f"{where} is not a JSON object")
                    yield Row(self, value, where=where)
                number += len(lines)
        if number == 0:
            raise LayoutChanged("the file is empty")

    def json(self, *path: str | int) -> Any:
        """Return the value at a path (`page.json("results", 0, "title")`); raise LayoutChanged when there is none."""
        value = self._json
        for step in path:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError) as error:
                raise LayoutChanged(f"the JSON has nothing at {'.'.join(map(str, path))}") from error
        return value

    @cached_property
    def _json(self) -> Any:
        if self.body.count(b"[") + self.body.count(b"{") > MOST_LISTS:
            raise LayoutChanged(f"the JSON has more than {MOST_LISTS:,} lists and objects")
        return _parsed(self.body, "the answer")

    @property
    def charset(self) -> str:
        """Encoding of the page: the one that the answer declares, else the one that the source declares."""
        declared = _CHARSET.search(self.content_type)
        return declared[1] if declared else self.encoding

    @cached_property
    def soup(self) -> BeautifulSoup:
        """HTML tree of the page, parsed by lxml. Raises LayoutChanged when it has more than MOST_TAGS tags."""
        if self.body.count(b"<") > MOST_TAGS:
            raise LayoutChanged(f"the page has more than {MOST_TAGS:,} tags")
        return BeautifulSoup(self.body, "lxml", from_encoding=self.charset)

    def free(self) -> None:
        """Drop the parsed tree: its elements refer to each other and would wait for the garbage collector."""
        soup = self.__dict__.pop("soup", None)
        for element in list(soup.contents) if soup else ():
            element.decompose()

    def some(self, css: str, at_least: int = 1) -> list[Tag]:
        """Return all elements that a CSS selector matches; raise LayoutChanged when there are fewer than `at_least`."""
        found = list(self.soup.select(css))
        if len(found) < at_least:
            raise LayoutChanged(f"{len(found)} elements match {css!r}, expected {at_least} or more")
        return found

    def one(self, css: str) -> Tag:
        """Return the only element that a CSS selector matches; raise LayoutChanged when there is none, or several."""
        found = self.some(css)
        if len(found) > 1:
            raise LayoutChanged(f"{len(found)} elements match {css!r}, expected one")
        return found[0]

    def first(self, css: str) -> Tag:
        """Return the first element that a CSS selector matches; raise LayoutChanged when there is none."""
        found = self.soup.select_one(css)
        if found is None:
            raise LayoutChanged(f"no element matches {css!r}, expected one or more")
        return found

    def maybe(self, css: str) -> Tag | None:
        """Return the first element that a CSS selector matches, or None."""
        return self.soup.select_one(css)

    def table(self, css: str, columns: Collection[str]) -> Iterator[Row]:
        """Yield the rows of a table whose headings include `columns`.

        Raises LayoutChanged for a missing heading. A further heading raises it on a strict page, and is noted on a page in shadow
        mode.
        """
        heads, *rows = [tr for tr in self.one(css).select("tr") if tr.find_parent("table") is not None]
        names = [words(cell) for cell in heads.select("th, td")]
        if missing := [name for name in columns if name not in names]:
            raise LayoutChanged(f"the table {css!r} has no column {missing[0]!r}")
        for extra in [name for name in names if name and name not in columns]:
            if self.strict:
                raise LayoutChanged(f"the table {css!r} has an unknown column {extra!r}")
            self.note(f"unknown column: {extra}")
        for number, tr in enumerate(rows, start=1):
            cells = cells_of(tr)
            if len(cells) != len(names):
                self.note("row of another width")
                continue
            links = {name: str(a["href"]) for name, cell in zip(names, cells, strict=True) if (a := cell.select_one("a[href]"))}
            wanted = {name: words(cell) for name, cell in zip(names, cells, strict=True) if name in columns}
            yield Row(self, wanted, links, where=f"row {number}")

    def labels(self, css: str, required: Collection[str] = ()) -> Row:
        """Return a label/value table as one row: the first two cells of each table row, labels without their colon."""
        cells: dict[str, str] = {}
        links: dict[str, str] = {}
        for tr in self.one(css).select("tr"):
            pair = cells_of(tr)[:2]
            if len(pair) == 2 and (label := words(pair[0]).rstrip(": ")):
                cells[label] = words(pair[1])
                if a := pair[1].select_one("a[href]"):
                    links[label] = str(a["href"])
        if missing := [label for label in required if label not in cells]:
            raise LayoutChanged(f"{css!r} has no label {missing[0]!r}")
        return Row(self, cells, links, where=css)


def _parsed(text: bytes, what: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise LayoutChanged(f"{what} is not whole JSON in UTF-8 ({error})") from error


def cells_of(tr: Tag) -> list[Tag]:
    """Return the cells of a table row, without those of tables that stand in them."""
    return [cell for cell in tr.find_all(["td", "th"], recursive=False) if isinstance(cell, Tag)]


def _line_blocks(stream: BinaryIO) -> Iterator[list[bytes]]:
    """Yield the lines of a stream with their ends, about BLOCK bytes at a time. Raises LayoutChanged on a line longer than
    LONGEST_LINE."""
    rest = b""
    while block := stream.read(BLOCK):
        *lines, rest = io.BytesIO(rest + block).readlines()
        if len(rest) > LONGEST_LINE:
            raise LayoutChanged(f"a line is longer than the {LONGEST_LINE >> 20} MB that are read")
        if lines:
            yield lines
    if rest:
        yield [rest]


def words(element: Tag) -> str:
    """Return the text of an element, folded."""
    return folded(element.get_text(" "))
