"""A figure: what was measured, on what, against what, and what it ought to be."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import Spread
from benchmarks.rivals import Rivals


@dataclass(frozen=True)
class Target:
    """A limit: at most, or at least."""

    limit: float
    most: bool = True

    def reached(self, value: float) -> bool:
        return value <= self.limit if self.most else value >= self.limit


@dataclass(frozen=True)
class Figure:
    """One line of a table. `spread` is in `unit`; "×" is a ratio. A figure without a spread is a remark:
    what could not be measured, and why. `guard` is the generous bound of a ratio: beyond it something broke, on any machine and at
    the small sizes of `--short`."""

    what: str
    ours: str = ""
    theirs: str = ""
    spread: Spread | None = None
    unit: str = "×"
    target: Target | None = None
    guard: float | None = None

    @property
    def reached(self) -> bool | None:
        """Whether the target was reached; None when there is none."""
        return self.target.reached(self.spread.median) if self.target and self.spread else None

    @property
    def broken(self) -> bool:
        """Whether the ratio is beyond its generous bound."""
        return self.guard is not None and self.spread is not None and self.spread.median > self.guard


@dataclass(frozen=True)
class Bench:
    """What a case works with: a folder of its own, whether to be short, how often to repeat, and the programs to compare with."""

    folder: Path
    short: bool
    repeat: int
    rivals: Rivals


@dataclass(frozen=True)
class Case:
    """One file of `benchmarks/cases`: its heading, what is measured and how, and the measuring itself."""

    title: str
    about: str
    figures: Callable[[Bench], Iterable[Figure]]


def number(value: float) -> str:
    """A number with three digits that count."""
    if value == int(value) and abs(value) < 1000:
        return str(int(value))
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.{1 if abs(value) >= 10 else 2}f}" if abs(value) >= 0.1 else f"{value:.3g}"


def amount(value: float, unit: str) -> str:
    return f"{number(value)} {unit}"


def seconds(spread: Spread) -> str:
    """CPU time for people."""
    return amount(spread.median, "s CPU") if spread.median >= 1 else amount(spread.median * 1000, "ms CPU")
