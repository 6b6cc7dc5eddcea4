"""The search for names finds what looking at every stretch of the text would find."""

from hypothesis import given
from hypothesis import strategies as st

from sources.formats.phrases import Phrases

words = st.lists(st.sampled_from("abc"), min_size=1, max_size=4)
characters = st.text("中国电信", min_size=2, max_size=5)


def index(names: list[str]) -> Phrases[str]:
    found: Phrases[str] = Phrases()
    for name in names:
        found.add(name, name)
    return found


def longest(stretches: list[str], names: set[str]) -> list[tuple[int, int]]:
    """The longest names from left to right, by trying all stretches; `stretches[i:j]` joined is a stretch."""
    found, at = [], 0
    while at < len(stretches):
        ends = [end for end in range(len(stretches), at, -1) if "".join(stretches[at:end]).strip() in names]
        found += [(at, ends[0])] if ends else []
        at = ends[0] if ends else at + 1
    return found


@given(st.lists(words, max_size=8), st.lists(st.sampled_from("abcd"), max_size=12))
def test_words(names: list[list[str]], text: list[str]) -> None:
    known = [" ".join(name) for name in names]
    spaced = [f"{word} " for word in text]
    assert [(start, end) for start, end, _ in index(known).find(text)] == longest(spaced, set(known))


@given(st.lists(characters, max_size=8), st.text("中国电信x", max_size=12))
def test_characters(names: list[str], text: str) -> None:
    assert [(start, end) for start, end, _ in index(names).find_characters(text)] == longest(list(text), set(names))
