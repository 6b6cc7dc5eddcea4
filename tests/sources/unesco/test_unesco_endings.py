"""From the printed sentence to who leads: role phrases and attribution together, in three languages, half of them traps."""

import tomllib
from pathlib import Path

import pytest

from bot.attribute import load_attributor
from bot.watch import Watchlist
from sources.unesco.phrases import claims_in
from state.model import Record


def shortened(told: str) -> str:
    """Role | party | printed country | CN tells → role | CN | tells; what is in this form already stays."""
    role, *middle, end = told.split(" | ")
    return told if len(middle) == 1 else " | ".join([role, *end.split()])


HERE = Path(__file__).parent


def sentences(name: str) -> list[tuple[str, list[str]]]:
    """The sentences of a file, each with what it says of roles."""
    every = tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8")).values()
    return [(each["text"], [shortened(told) for told in each.get("is", [])]) for some in every for each in some]


FIRST = sentences("sentences")  # those whose parties and phrases are looked at one by one in test_unesco_phrases.py
RIGHT = [each for language in ("english", "french", "spanish") for each in sentences(f"{language}_sentences")]
MISSED = sentences("missed_sentences")
LEAST = Watchlist.model_fields["least_confidence"].default


def ends(text: str) -> list[str]:
    """What is found in the end: role | country | tells or silent."""
    record = Record(key="1", kind="article", title="", claims=tuple(claims_in(text, "https://example.org", "text")))
    return sorted(
        f"{each.role} | {each.country or '-'} | "
        f"{'tells' if each.country and each.verdict == 'leads' and each.confidence >= LEAST else 'silent'}"
        for each in load_attributor().attribute("UNESCO", record)
    )


@pytest.mark.parametrize(("text", "expected"), RIGHT)
def test_who_plays_which_role_and_is_told(text: str, expected: list[str]) -> None:
    assert ends(text) == sorted(expected)


@pytest.mark.parametrize(("text", "expected"), [*FIRST, *MISSED])
def test_nothing_is_told_of_china_that_does_not_lead(text: str, expected: list[str]) -> None:
    assert {each for each in ends(text) if "| CN | tells" in each} <= set(expected)


@pytest.mark.parametrize(("text", "expected"), MISSED)
def test_what_is_missed_is_still_missed(text: str, expected: list[str]) -> None:
    assert ends(text) != sorted(expected), "it is read right now: move it to the sentences of its language"


def test_nearly_all_sentences_end_right_and_half_are_traps() -> None:
    every = [*FIRST, *RIGHT, *MISSED]
    wrong = [text for text, expected in [*FIRST, *MISSED] if ends(text) != sorted(expected)]
    traps = [text for text, expected in every if not any("| CN | tells" in each for each in expected)]
    assert len(every) == len({text for text, _ in every}) >= 60
    assert len(traps) * 2 >= len(every)
    assert len(wrong) <= 0.05 * len(every), "\n".join(wrong)
