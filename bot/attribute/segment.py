"""Words that were printed without a space between them ("ResearchMIIT", "Universityof") → taken apart by known words, whatever
their case."""

from collections.abc import Collection, Sequence

_JOINS = frozenset({"of", "and", "the", "for"})


def taken_apart(words: Sequence[str], vocabulary: Collection[str]) -> str | None:
    """The text with long unknown words cut in two known ones; None when there is nothing to cut. Words are keys."""
    cut = [
        _cut(word, vocabulary) if 7 < len(word) < 40 and word.isascii() and word not in vocabulary else word for word in words[:40]
    ]
    return " ".join(cut) if cut != list(words[:40]) else None


def _cut(word: str, vocabulary: Collection[str]) -> str:
    for at in range(len(word) - 2, 1, -1):
        left, right = word[:at], word[at:]
        if (left in vocabulary or left in _JOINS) and (right in vocabulary or right in _JOINS) and len(left) + len(right) > 7:
            return f"{left} {right}"
    return word
