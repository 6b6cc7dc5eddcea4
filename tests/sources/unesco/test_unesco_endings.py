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
NUMBERS = ("sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth")
MENDED = ("english", "french", "spanish")  # whose sentences were read wrong before their kind was mended, or bound it
SETS = {
    name: [
        (each["text"], [shortened(told) for told in each.get("is", [])])
        for every in tomllib.loads((HERE / f"{name}sentences.toml").read_text(encoding="utf-8")).values()
        for each in every
    ]
    for name in ("", *(f"{each}_" for each in ("fresh", "later", "further", *NUMBERS, *MENDED)))
}
LEAST = Watchlist.model_fields["least_confidence"].default


def ends(text: str) -> list[str]:
    """What is found in the end: role | country | tells or silent."""
    record = Record(key="1", kind="article", title="", claims=tuple(claims_in(text, "https://example.org", "text")))
    return [
        f"{each.role} | {each.country or '-'} | "
        f"{'tells' if each.country and each.verdict == 'leads' and each.confidence >= LEAST else 'silent'}"
        for each in load_attributor().attribute("UNESCO", record)
    ]


@pytest.mark.parametrize(("text", "expected"), [each for every in SETS.values() for each in every])
def test_nothing_is_told_of_china_that_does_not_lead(text: str, expected: list[str]) -> None:
    assert {each for each in ends(text) if "| CN | tells" in each} <= set(expected)


@pytest.mark.parametrize("name", SETS)
def test_nearly_all_sentences_end_right(name: str) -> None:
    every = SETS[name]
    wrong = [(text, ends(text), expected) for text, expected in every if sorted(ends(text)) != sorted(expected)]
    traps = [text for text, expected in every if not any("| CN | tells" in each for each in expected)]
    assert len(every) >= 40
    assert len(traps) * 2 >= len(every)
    assert len(wrong) <= 0.05 * len(every), "\n".join(map(str, wrong)) + f"\n{len(wrong)} of {len(every)}"


@pytest.mark.parametrize(("text", "expected"), [each for name in MENDED for each in SETS[f"{name}_"]])
def test_what_was_mended_stays_so(text: str, expected: list[str]) -> None:
    assert sorted(ends(text)) == sorted(expected)
