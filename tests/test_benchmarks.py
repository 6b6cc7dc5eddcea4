"""The frame of the benchmarks: ratios of neighbours, verdicts, and a page whose sections are written one by one."""

import sys
from pathlib import Path

import pytest

from benchmarks import page
from benchmarks.cases.faults import CASE
from benchmarks.fault_site import changed_rows
from benchmarks.figures import Figure, Target, number
from benchmarks.measure import Spread, Usage, interleaved, program


def test_a_ratio_is_that_of_neighbours() -> None:
    slow_minute = Spread((1.0, 4.0, 2.0)), Spread((2.0, 8.0, 4.0))
    assert slow_minute[0].over(slow_minute[1]).values == (0.5, 0.5, 0.5)
    assert Spread((1.0, 2.0, 3.0, 4.0, 5.0)).quartiles == (2.0, 4.0)
    assert Spread((7.0,)).quartiles == (7.0, 7.0)


def test_runs_take_turns() -> None:
    order: list[str] = []

    def run(name: str) -> Usage:
        order.append(name)
        return Usage(1.0, 1.0, 1.0)

    interleaved(2, a=lambda n: run(f"a{n}"), b=lambda n: run(f"b{n}"))
    assert order == ["a0", "b0", "a1", "b1"]


def test_a_program_is_measured_with_its_children(tmp_path: Path) -> None:
    busy = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'sum(range(6_000_000))'], check=True)"
    assert program([sys.executable, "-c", busy], tmp_path).cpu_s > 0.05
    with pytest.raises(RuntimeError, match="ended with 3: of no use"):
        program([sys.executable, "-c", "import sys; print('of no use', file=sys.stderr); sys.exit(3)"], tmp_path)


@pytest.mark.parametrize(
    ("median", "target", "guard", "reached", "broken"),
    [
        (0.5, Target(0.7), 2.0, True, False),
        (0.8, Target(0.7), 2.0, False, False),
        (2.5, Target(0.7), 2.0, False, True),
        (19.0, Target(20, most=False), None, False, False),
        (21.0, None, None, None, False),
    ],
)
def test_verdicts(median: float, target: Target | None, guard: float | None, reached: bool | None, broken: bool) -> None:
    figure = Figure("", spread=Spread((median,)), target=target, guard=guard)
    assert (figure.reached, figure.broken) == (reached, broken)


def test_a_section_is_written_anew_and_the_others_stay(tmp_path: Path) -> None:
    file = tmp_path / "page.md"
    old, new = (page.section("faults", CASE, [Figure(what, "1", "2", Spread((1.0,)))], "`command`") for what in ("old", "new"))
    other = page.section("pages", CASE, [Figure("other")], "`command`")
    page.write(file, {"faults": old, "pages": other}, ("pages", "faults"))
    page.write(file, {"faults": new}, ("pages", "faults"))
    text = file.read_text()
    assert text.index("| other |") < text.index("| new | 1 | 2 | **1 ×** |")
    assert "| old |" not in text
    assert text.count("# Performance") == 1


def test_numbers_are_short() -> None:
    assert [number(each) for each in (0, 30, 0.0264, 0.384, 3.456, 71.23, 38540796.4)] == [
        "0", "30", "0.0264", "0.38", "3.46", "71.2", "38,540,796",
    ]  # fmt: skip


def test_a_diff_tells_of_the_rows_whose_cells_changed() -> None:
    diff = "--- a\n+++ b\n <tr>\n <td>ISO/TC 1</td>\n-<td>DIN</td>\n+<td>SAC</td>\n </tr>\n <td>ISO/TC 2</td>\n <td>DIN</td>"
    gone = "-<tr>\n-<td>ISO/TC 8</td>\n-<td>x</td>\n-</tr>\n-<tr>\n-<td>ISO/TC 9</td>"
    assert changed_rows(diff) == {1}
    assert changed_rows(gone) == {8, 9}
