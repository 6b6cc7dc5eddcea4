"""Figures: subject, our value, the others' value, ratio and target."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import Spread
from benchmarks.rivals import Rivals


@dataclass(frozen=True)
class Target:
    """Limit: at most (`most`) or at least."""

    limit: float
    most: bool = True

    def reached(self, value: float) -> bool:
        return value <= self.limit if self.most else value >= self.limit


@dataclass(frozen=True)
class Figure:
    """Line of a table. `spread` is in `unit`; "×" is a ratio. A figure without a spread is a remark: what could not be measured,
    and why. `guard` is a generous bound of a ratio, for any machine and the small sizes of `--short`; beyond it something is
    broken."""

    what: str
    ours: str = ""
    theirs: str = ""
    spread: Spread | None = None
    unit: str = "×"
    target: Target | None = None
    guard: float | None = None

    @property
    def reached(self) -> bool | None:
        """True when the target was reached; None without a target."""
        return self.target.reached(self.spread.median) if self.target and self.spread else None

    @property
    def broken(self) -> bool:
        """True when the ratio is beyond its guard."""
        return self.guard is not None and self.spread is not None and self.spread.median > self.guard


@dataclass(frozen=True)
class Bench:
    """Settings of a case: its folder, short or full size, number of rounds, and the programs to compare with."""

    folder: Path
    short: bool
    repeat: int
    rivals: Rivals


@dataclass(frozen=True)
class Case:
    """Case: heading, description, and the function that measures."""

    title: str
    about: str
    figures: Callable[[Bench], Iterable[Figure]]


def number(value: float) -> str:
    """Format a number with three significant digits."""
    if value == int(value) and abs(value) < 1000:
        return str(int(value))
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.{1 if abs(value) >= 10 else 2}f}" if abs(value) >= 0.1 else f"{value:.3g}"


def amount(value: float, unit: str) -> str:
    return f"{number(value)} {unit}"


def seconds(spread: Spread) -> str:
    """Format CPU time, in s or ms."""
    return amount(spread.median, "s CPU") if spread.median >= 1 else amount(spread.median * 1000, "ms CPU")
