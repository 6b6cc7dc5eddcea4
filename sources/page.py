"""The page that `parse` is given, and the selectors that fail loudly when the layout is not the one expected."""

import io
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, BinaryIO
from urllib.parse import urljoin

import orjson
from bs4 import BeautifulSoup, Tag
from xxhash import xxh3_128_digest

from state.model import Claim, Evidence

BLOCK = 1 << 20  # bytes of lines that are looked at together
_CHARSET = re.compile(r"charset=[\"']?([\w-]+)", re.IGNORECASE)


class SourceError(Exception):
    """A source gave no usable answer; the last good state stays. The whole tree is drawn in `bot/errors.py`."""


class LayoutChanged(SourceError):
    """The page is not built as its source expects: no retry, the page is kept for a person to look at."""


class Row:
    """Named cells that are taken one by one; `done()` tells the page which were left unread."""

    def __init__(self, page: "Page", cells: Mapping[str, Any], links: Mapping[str, str] | None = None, where: str = "row"):
        self._page, self._cells, self._links, self._where = page, dict(cells), dict(links or {}), where

    def take(self, name: str) -> Any:
        """The value of a cell that must be there; raises LayoutChanged when it is not."""
        if name not in self._cells:
            raise LayoutChanged(f"{self._where} has no {name!r}")
        return self._cells.pop(name)

    def text(self, name: str) -> str:
        """The value of a cell that must be there and be a text which is not empty."""
        value = self.take(name)
        if not isinstance(value, str) or not value.strip():
            raise LayoutChanged(f"{self._where} has no text in {name!r}")
        return value.strip()

    def number(self, name: str) -> int:
        """The value of a cell that must be there and be a whole number."""
        value = self.take(name)
        if isinstance(value, bool) or not isinstance(value, int):
            raise LayoutChanged(f"{self._where} has no whole number in {name!r}")
        return value

    def maybe(self, name: str) -> Any:
        """The value of a cell that need not be there, or None."""
        return self._cells.pop(name, None)

    def link(self, name: str) -> str:
        """The absolute address that a cell links to (the cell itself stays to be taken)."""
        if name not in self._links:
            raise LayoutChanged(f"{self._where} has no link in {name!r}")
        return urljoin(self._page.url, self._links[name])

    def claim(self, role: str, name: str, country: str | None = None) -> Claim:
        """The claim that the party printed in a cell plays a role."""
        party = self.text(name)
        return Claim(role, party, Evidence(self._page.url, name, party), country)

    def ignore(self, *names: str) -> None:
        """Cells that are known and not wanted."""
        for name in names:
            self._cells.pop(name, None)

    def left(self) -> tuple[str, ...]:
        """The names of the cells that were not taken yet."""
        return tuple(self._cells)

    def done(self) -> None:
        """All that is wanted was read: what is left over is noted on the page, for it may be a new column."""
        for name in self._cells:
            self._page.note(f"unread: {name}")


@dataclass
class Page:
    """One answer of a body: `open` gives its decoded bytes from the start as often as asked. `observed_at` is aware UTC.

    `known` maps the digest of a line to the key of the record it made last time: such lines are not parsed again but counted
    in `same`. `digest` is that of the line read last. `notes` collects what was left unread.
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
        """A page held in memory."""
        return cls(url, lambda: io.BytesIO(body), observed_at, **more)

    def note(self, text: str) -> None:
        """Count a remark for the run's report."""
        self.notes[text] = self.notes.get(text, 0) + 1

    @cached_property
    def body(self) -> bytes:
        """The whole body in memory."""
        with self.open() as stream:
            return stream.read()

    def lines(self) -> Iterator[Row]:
        """JSON Lines, streamed: a row for each line that is not known from last time. Raises LayoutChanged on a line that is
        no JSON object in UTF-8, and on a file without any."""
        number = 0
        with self.open() as stream:
            while lines := stream.readlines(BLOCK):
                digests = list(map(xxh3_128_digest, lines))
                keys = list(map(self.known.get, digests))
                self.same.extend(key for key in keys if key is not None)
                for place in [place for place, key in enumerate(keys) if key is None]:
                    self.digest = digests[place]
                    yield Row(self, self._object(lines[place], number + place + 1), where=f"line {number + place + 1}")
                number += len(lines)
        if number == 0:
            raise LayoutChanged("the file is empty")

    def _object(self, line: bytes, number: int) -> dict[str, Any]:
        try:
            value = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise LayoutChanged(f"line {number} is not whole JSON in UTF-8 ({error})") from error
        if not isinstance(value, dict):
            raise LayoutChanged(f"line {number} is not a JSON object")
        return value

    def json(self, *path: str | int) -> Any:
        """The value at a path (`page.json("results", 0, "title")`); raises LayoutChanged when there is none."""
        value = self._parsed
        for step in path:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError) as error:
                raise LayoutChanged(f"the JSON has nothing at {'.'.join(map(str, path))}") from error
        return value

    @cached_property
    def _parsed(self) -> Any:
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError as error:
            raise LayoutChanged(f"the answer is not whole JSON in UTF-8 ({error})") from error

    @property
    def charset(self) -> str:
        """The encoding of the page: the one that its answer declares, else the one that its source knows."""
        declared = _CHARSET.search(self.content_type)
        return declared[1] if declared else self.encoding

    @cached_property
    def soup(self) -> BeautifulSoup:
        """The HTML, parsed by lxml."""
        return BeautifulSoup(self.body, "lxml", from_encoding=self.charset)

    def free(self) -> None:
        """Free what was parsed: the elements of a tree hold each other, and would wait for the garbage collector."""
        soup = self.__dict__.pop("soup", None)
        for element in list(soup.contents) if soup else ():
            element.decompose()

    def some(self, css: str, at_least: int = 1) -> list[Tag]:
        """All elements that a CSS selector matches; raises LayoutChanged when there are fewer than expected."""
        found = list(self.soup.select(css))
        if len(found) < at_least:
            raise LayoutChanged(f"{len(found)} elements match {css!r}, expected {at_least} or more")
        return found

    def one(self, css: str) -> Tag:
        """The one element that a CSS selector matches; raises LayoutChanged when there is none or several."""
        found = self.some(css)
        if len(found) > 1:
            raise LayoutChanged(f"{len(found)} elements match {css!r}, expected one")
        return found[0]

    def first(self, css: str) -> Tag:
        """The first element that a CSS selector matches; raises LayoutChanged when there is none."""
        found = self.soup.select_one(css)
        if found is None:
            raise LayoutChanged(f"no element matches {css!r}, expected one or more")
        return found

    def maybe(self, css: str) -> Tag | None:
        """The first element that a CSS selector matches, or None."""
        return self.soup.select_one(css)

    def table(self, css: str, columns: Collection[str]) -> Iterator[Row]:
        """The rows of a table whose headings must include `columns`. Another heading raises LayoutChanged on a strict page
        and is noted on one in shadow."""
        heads, *rows = [tr for tr in self.one(css).select("tr") if tr.find_parent("table") is not None]
        names = [words(cell) for cell in heads.select("th, td")]
        if missing := [name for name in columns if name not in names]:
            raise LayoutChanged(f"the table {css!r} has no column {missing[0]!r}")
        for extra in [name for name in names if name and name not in columns]:
            if self.strict:
                raise LayoutChanged(f"the table {css!r} has an unknown column {extra!r}")
            self.note(f"unknown column: {extra}")
        for number, tr in enumerate(rows, start=1):
            cells = tr.find_all(["td", "th"], recursive=False)
            if len(cells) != len(names):
                self.note("row of another width")
                continue
            links = {name: str(a["href"]) for name, cell in zip(names, cells, strict=True) if (a := cell.select_one("a[href]"))}
            wanted = {name: words(cell) for name, cell in zip(names, cells, strict=True) if name in columns}
            yield Row(self, wanted, links, where=f"row {number}")

    def labels(self, css: str, required: Collection[str] = ()) -> Row:
        """A label/value table as one row: the first two cells of each table row, the label without its colon."""
        cells: dict[str, str] = {}
        links: dict[str, str] = {}
        for tr in self.one(css).select("tr"):
            pair = tr.find_all(["td", "th"], recursive=False)[:2]
            if len(pair) == 2 and (label := words(pair[0]).rstrip(": ")):
                cells[label] = words(pair[1])
                if a := pair[1].select_one("a[href]"):
                    links[label] = str(a["href"])
        if missing := [label for label in required if label not in cells]:
            raise LayoutChanged(f"{css!r} has no label {missing[0]!r}")
        return Row(self, cells, links, where=css)


def words(element: Tag) -> str:
    """The text of an element with all white space (NBSP and zero-width spaces too) folded."""
    return " ".join(element.get_text(" ").replace("​", "").split())
