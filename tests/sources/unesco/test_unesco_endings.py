"""From the printed sentence to who leads: role phrases and attribution together, in three languages, half of them traps."""

import tomllib
from pathlib import Path

import pytest

from bot.attribute import load_attributor
from bot.watch import Watchlist
from sources.unesco.phrases import claims_in
from state.model import Record

HERE = Path(__file__).parent
FRESH = tomllib.loads((HERE / "fresh_sentences.toml").read_text(encoding="utf-8"))
ALL = [(each["text"], each.get("is", [])) for every in FRESH.values() for each in every]
LEAST = Watchlist.model_fields["least_confidence"].default


def ends(text: str) -> list[str]:
    """What is found in the end: role | country | tells or silent."""
    record = Record(key="1", kind="article", title="", claims=tuple(claims_in(text, "https://example.org", "text")))
    return [
        f"{each.role} | {each.country or '-'} | "
        f"{'tells' if each.country and each.verdict == 'leads' and each.confidence >= LEAST else 'silent'}"
        for each in load_attributor().attribute("UNESCO", record)
    ]


def test_nearly_all_sentences_end_right() -> None:
    wrong = [(text, ends(text), expected) for text, expected in ALL if sorted(ends(text)) != sorted(expected)]
    assert len(ALL) >= 60
    assert len(wrong) <= 0.05 * len(ALL), "\n".join(map(str, wrong)) + f"\n{len(wrong)} of {len(ALL)}"
