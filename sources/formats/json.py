"""JSON arrays streamed object by object, and rows that make one record together."""

import codecs
import re
from collections.abc import Callable, Iterator, Mapping
from json import JSONDecodeError, JSONDecoder
from typing import Any, BinaryIO

import orjson

from sources.page import LayoutChanged, Page, Row
from sources.text import digest_of

BLOCK = 1 << 18  # bytes read at a time
_BLANKS = re.compile(r"\s*")
_HALF = re.compile(r"\\u[dD][89a-fA-F]")  # an escape of half a character, which needs its other half
LONGEST = 1 << 24  # characters: what is longer is no object of a list but a broken file

Object = Mapping[str, Any]


def objects(page: Page) -> Iterator[tuple[bytes, dict[str, Any]]]:
    """Yield the objects of an answer that is one bare JSON array, streamed, each with its digest.

    Raises LayoutChanged when the array does not end, holds something else than objects, or has text before or after it.
    """
    with page.open() as stream:
        text = _Text(stream)
        text.expect("[")
        if text.next() != "]":
            yield text.object()
            while text.next() == ",":
                text.at += 1
                yield text.object()
        text.expect("]")
        if text.next():
            raise LayoutChanged(f"text stands after the JSON array: {text.ahead()}")


def rows(page: Page) -> Iterator[Row]:
    """Yield the rows of a bare JSON array, without those known from last time."""
    for number, (digest, each) in enumerate(objects(page), start=1):
        if not is_known(page, digest):
            yield Row(page, each, where=f"object {number}")


def rows_in(page: Page, *path: str | int) -> Iterator[Row]:
    """Yield the objects of the list at a path of a JSON answer as rows, without those known from last time."""
    found = page.json(*path)
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise LayoutChanged(f"the JSON has no list of objects at {'.'.join(map(str, path))}")
    for number, each in enumerate(found, start=1):
        digest = digest_of(orjson.dumps(each, option=orjson.OPT_SORT_KEYS))
        if not is_known(page, digest):
            yield Row(page, each, where=f"object {number}")


def groups(page: Page, key: Callable[[Object], str]) -> Iterator[tuple[str, list[Object]]]:
    """Yield the objects of a bare JSON array grouped by key, wherever they stand.

    A group whose objects are all known from last time counts as present and is left out. The answer is read twice, so that only
    unfinished groups are held in memory.
    """
    sums: dict[str, int] = {}
    counts: dict[str, int] = {}
    for digest, each in objects(page):
        name = key(each)
        sums[name] = (sums.get(name, 0) + int.from_bytes(digest)) % (1 << 128)
        counts[name] = counts.get(name, 0) + 1
    for name in [name for name, total in sums.items() if page.known.get(total.to_bytes(16)) == name]:
        page.same.append(name)
        del sums[name]
    waiting: dict[str, list[Object]] = {}
    for _, each in objects(page) if sums else ():
        if (name := key(each)) in sums:
            waiting.setdefault(name, []).append(each)
            if len(waiting[name]) == counts[name]:
                page.digest = sums.pop(name).to_bytes(16)
                yield name, waiting.pop(name)


def is_known(page: Page, digest: bytes) -> bool:
    """Return True if the row with this digest made a record last time; that record then counts as present."""
    page.digest = digest
    if (key := page.known.get(digest)) is None:
        return False
    page.same.append(key)
    return True


class _Text:
    """Decoded text of a stream, with the position up to which it was read."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._decoder, self._json = stream, codecs.getincrementaldecoder("utf-8-sig")(), JSONDecoder()
        self._text, self.at, self._ended = "", 0, False

    def next(self) -> str:
        """Return the next character that is no white space, without taking it; empty at the end."""
        while True:
            self.at = _BLANKS.match(self._text, self.at).end()  # type: ignore[union-attr]  # it matches nothing, too
            if self.at < len(self._text):
                return self._text[self.at]
            if not self._more():
                return ""

    def expect(self, char: str) -> None:
        """Take a required character."""
        if self.next() != char:
            raise LayoutChanged(f"no whole JSON array: {char} expected, there is {self.ahead() or 'nothing'}")
        self.at += 1

    def object(self) -> tuple[bytes, dict[str, Any]]:
        """Take the next object, which is required, and return it with its digest."""
        if self.next() != "{":
            raise LayoutChanged(f"no JSON object where one is expected: {self.ahead() or 'nothing'}")
        while True:
            try:
                value, end = self._json.raw_decode(self._text, self.at)
                break
            except JSONDecodeError as error:
                if len(self._text) - self.at > LONGEST or not self._more():
                    raise LayoutChanged(f"no whole JSON array: it breaks off in {self.ahead()}") from error
            except (RecursionError, ValueError) as error:  # nested too deeply; a number of too many digits
                raise LayoutChanged(f"no JSON that can be read ({error}): {self.ahead()}") from error
        raw = self._text[self.at : end]
        try:
            orjson.dumps(value if _HALF.search(raw) else None)
        except TypeError as error:
            raise LayoutChanged(f"no JSON in Unicode: half a character stands in {self.ahead()}") from error
        self.at = end
        return digest_of(raw), value

    def ahead(self) -> str:
        """Return the beginning of the text that was not taken yet, for a message."""
        return self._text[self.at : self.at + 200]

    def _more(self) -> bool:
        if self._ended:
            return False
        block = self._stream.read(BLOCK)
        self._ended = not block
        try:
            self._text = self._text[self.at :] + self._decoder.decode(block, final=self._ended)
        except UnicodeDecodeError as error:
            raise LayoutChanged(f"the answer is not UTF-8 ({error})") from error
        self.at = 0
        return not self._ended or bool(self._text)
