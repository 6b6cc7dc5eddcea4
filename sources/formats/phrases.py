"""Phrases: an index of names of one or several words, and the search for them in a text, in one pass however many there are."""

from collections.abc import Iterator, Sequence
from typing import Generic, TypeVar

Value = TypeVar("Value")
_FIRST_HAN = "\u2e80"


def is_far_eastern(text: str) -> bool:
    """Return True when a text contains characters of the scripts of China, Japan or Korea, which have no spaces between words."""
    return not text.isascii() and max(text) >= _FIRST_HAN


class Phrases(Generic[Value]):
    """Values by name, as both sides spell it: words with single spaces between them, or the characters of a Far Eastern script. For
    each first word (or first two characters) the lengths of the names that begin with it are stored."""

    def __init__(self) -> None:
        self.names: dict[str, list[Value]] = {}
        self.heads: dict[str, tuple[int, ...]] = {}
        self._pairs: dict[str, tuple[int, ...]] = {}

    def add(self, name: str, value: Value) -> None:
        """Add a value to a name, once."""
        known = self.names.get(name)
        if known is not None:
            if value not in known:
                known.append(value)
            return
        self.names[name] = [value]
        if not name.isascii() and is_far_eastern(name):
            heads, head, length = self._pairs, name[:2], len(name)
        else:
            heads, head, length = self.heads, name.partition(" ")[0], name.count(" ") + 1
        lengths = heads.get(head)
        if lengths is None:
            heads[head] = (length,)
        elif length not in lengths:
            heads[head] = tuple(sorted((*lengths, length), reverse=True))

    def at(self, words: Sequence[str], start: int) -> Iterator[tuple[int, list[Value]]]:
        """Yield the names that begin at a word, the longest first: the index behind the last word, and the values."""
        for length in self.heads.get(words[start], ()):
            end = start + length
            found = self.names.get(" ".join(words[start:end]) if length > 1 else words[start]) if end <= len(words) else None
            if found is not None:
                yield end, found

    def at_character(self, text: str, start: int) -> Iterator[tuple[int, list[Value]]]:
        """Yield the same in a text without spaces between its words, by characters."""
        for length in self._pairs.get(text[start : start + 2], ()):
            end = start + length
            found = self.names.get(text[start:end]) if end <= len(text) else None
            if found is not None:
                yield end, found

    def find(self, words: Sequence[str]) -> Iterator[tuple[int, int, list[Value]]]:
        """Yield the longest names from left to right, without overlap: start, end and values."""
        behind, heads = 0, self.heads
        for start, word in enumerate(words):
            if word in heads and start >= behind and (name := next(self.at(words, start), None)) is not None:
                behind = name[0]
                yield start, behind, name[1]

    def find_characters(self, text: str) -> Iterator[tuple[int, int, list[Value]]]:
        """Yield the same by characters."""
        behind = 0
        for start in range(len(text) - 1):
            if start >= behind and (name := next(self.at_character(text, start), None)) is not None:
                behind = name[0]
                yield start, behind, name[1]
