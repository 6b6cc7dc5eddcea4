"""Splitting of free-text lists into parties, in printed order, and of words printed without a space between them. Linear in the
length of the text."""

import re
from collections.abc import Collection, Sequence

from bot.attribute.normalise import key
from bot.attribute.words import FORM, word_set

_MARKS = re.compile(r"[()\[\]{};,、|\n/]")
_NOT_A_JOINT = re.compile(r"^(tc|sc|wg|jtc|cc|iec|ip|sac|o|p|n|a)\b|^\d")
_ORIGIN = re.compile(
    r"\((?:based on|consulting (?:to|for)|on behalf of|formerly|previously|revision of|from|now|was)\b", re.IGNORECASE
)
_NOISE = re.compile(r"\(\s*\?*\s*\)|\?+|\.{2,}|\[\s*[pPoO]\s*\]|\[name\]", re.IGNORECASE)
_AND = re.compile(r"^(?:and|et|y|und|&)\s+", re.IGNORECASE)


def parts(text: str, separators: str) -> list[str]:
    """Split a text at separators outside brackets; empty parts are left out. After a bracket that is never closed, brackets are
    ignored."""
    found, depth, start = [], 0, 0
    closed = text.rfind(")")
    for match in _MARKS.finditer(text):
        mark, at = match[0], match.start()
        if mark in "([{":
            depth += at < closed or mark != "("
        elif mark in ")]}":
            depth = max(depth - 1, 0)
        elif mark in separators and depth == 0:
            if part := text[start:at].strip():
                found.append(part)
            start = at + 1
    if part := text[start:].strip():
        found.append(part)
    return found


def separators_of(text: str) -> str:
    """Return the separators of a list: semicolons, ideographic commas, bars or line breaks where there are any, else commas."""
    for mark in (";", "、", "|", "\n"):
        if mark in text and len(parts(text, mark)) > 1:
            return mark
    return ","


def list_parties(text: str) -> list[str]:
    """Return the parties of a list. "and", "[…]", "(?)" and trailing dots are removed."""
    text = without_noise(text).replace("[", ",").replace("]", ",")
    pieces = (_AND.sub("", without_full_stop(piece)) for piece in parts(text, separators_of(text)))
    return [piece for piece in pieces if key(piece)]


def without_full_stop(text: str) -> str:
    """Return a party without the full stop that ends its list; the dot of "Ltd." stays."""
    stripped = text.rstrip(". ")
    return text if stripped == text or is_form(stripped.rpartition(" ")[2]) else stripped


def without_noise(text: str) -> str:
    """Return a text without editorial noise: question marks, "(based on … from …)", "[p]"."""
    if "(" in text and (origin := _ORIGIN.search(text)):
        text = text[: origin.start()]
    return _NOISE.sub(" ", text) if "?" in text or "(" in text or "[" in text or ".." in text else text


def joint(text: str) -> list[str]:
    """Return both parties of "Huawei/UC3M"; a text whose slash means something else ("ISO/TC 22", "CNCERT/CC") unchanged."""
    if "/" not in text:
        return [text]
    sides = parts(text, "/")
    if (
        len(sides) < 2
        or any(_NOT_A_JOINT.match(name := key(side)) or len(name) < 2 for side in sides[1:])
        or key(sides[0]) in _STEMS
    ):
        return [text]
    return sides


_STEMS = word_set("iso iec itu sac jtc i cncert tcp")


def is_form(text: str) -> bool:
    """Return True when a text is only a legal form ("Ltd.", "S.A.", "Co. Ltd")."""
    return len(text) < 20 and FORM.issuperset(key(text).split())


_JOINS = frozenset({"of", "and", "the", "for"})


def split_joined_words(words: Sequence[str], vocabulary: Collection[str]) -> str | None:
    """Return the text with long unknown words split into two known ones, or None when none can be split. Words are keys."""
    cut = [
        _split_word(word, vocabulary) if 7 < len(word) < 40 and word.isascii() and word not in vocabulary else word
        for word in words[:40]
    ]
    return " ".join(cut) if cut != list(words[:40]) else None


def _split_word(word: str, vocabulary: Collection[str]) -> str:
    for at in range(len(word) - 2, 1, -1):
        left, right = word[:at], word[at:]
        if (left in vocabulary or left in _JOINS) and (right in vocabulary or right in _JOINS) and len(left) + len(right) > 7:
            return f"{left} {right}"
    return word
