"""Charts show the numbers of their tables, and no text of theirs is ever markup."""

import re
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from bot.analyse.svg import Bar, Chart, bar_chart, gain_loss_chart, share_chart, step_chart

START = datetime(2026, 1, 7, tzinfo=UTC)
counts = st.integers(0, 10_000)
words = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=30)


def drawn(chart: Chart) -> list[int]:
    root = etree.fromstring(str(chart.svg))
    assert {etree.QName(each).localname for each in root.iter()} <= {"svg", "g", "a", "text", "rect", "line", "circle"}
    assert not [name for each in root.iter() for name in each.attrib if name.startswith("on") or name == "style"]
    return sorted(int(each.get("data-value")) for each in root.iter() if each.get("data-value") is not None)


def told(chart: Chart) -> list[int]:
    return sorted(int(cell) for row in chart.rows for cell in row[1:])


@given(st.lists(st.tuples(words, counts), max_size=12), words)
def test_bars_and_shares(rows: list[tuple[str, int]], title: str) -> None:
    lines = [Bar(label, value, "s0", "#x") for label, value in rows]
    for chart in (bar_chart(title, title, lines, "count"), share_chart(title, title, lines, "count")):
        assert drawn(chart) == told(chart) == sorted(value for _, value in rows)


@given(st.lists(st.tuples(words, counts, counts), max_size=8))
def test_balance(rows: list[tuple[str, int, int]]) -> None:
    chart = gain_loss_chart("gained and lost", "by quarter", rows)
    assert drawn(chart) == told(chart)


@given(st.lists(counts, min_size=1, max_size=30))
def test_steps(values: list[int]) -> None:
    points = [(START + timedelta(days=at), value) for at, value in enumerate(values)]
    chart = step_chart("through time", "held", [("China", "s1", points)])
    assert drawn(chart) == told(chart) == sorted(values)


def test_a_bar_is_as_long_as_its_number() -> None:
    chart = bar_chart("t", "s", [Bar("a", 50), Bar("b", 25), Bar("c", 0)], "count")
    assert re.findall(r'class="f"[^>]*width="([\d.]+)%"', str(chart.svg)) == ["100.00", "50.00", "0.00"]


def test_a_hostile_label_stays_text() -> None:
    bad = "</text><script>alert(1)</script>"
    chart = bar_chart(bad, bad, [Bar(bad, 1, "s0", '"><script>')], "count")
    assert "<script" not in str(chart.svg)
    assert bad in etree.fromstring(str(chart.svg)).xpath("string()")
