"""What a program or a step costs: CPU seconds, wall time and peak memory, each in a process of its own.

CPU seconds (user and system, children included) are the main measure: they hardly move when others use the machine. Runs that are
compared take turns (A B A B), so that a slow minute falls on both, and each ratio is that of two neighbours.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Usage:
    """What one run cost, how it ended (exit status), and what it said: its output, or the `said` of a step. `whole` is the whole
    process around a step, with its start and its imports."""

    cpu_s: float
    wall_s: float
    peak_mb: float
    said: Any = ""
    status: int = 0
    whole: "Usage | None" = None


@dataclass(frozen=True)
class Spread:
    """Several measurements of one thing."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return median(self.values)

    @property
    def quartiles(self) -> tuple[float, float]:
        """The lower and the upper quartile; of a single value, itself twice."""
        if len(self.values) < 2:
            return self.values[0], self.values[0]
        low, _, high = quantiles(self.values, n=4, method="inclusive")
        return low, high

    def times(self, factor: float) -> "Spread":
        return Spread(tuple(value * factor for value in self.values))

    def over(self, other: "Spread") -> "Spread":
        """The ratio of each measurement to its neighbour of the same round."""
        return Spread(tuple(mine / theirs for mine, theirs in zip(self.values, other.values, strict=True)))


def program(words: Sequence[object], cwd: Path, env: Mapping[str, str] | None = None, fails: bool = False) -> Usage:
    """Run a program to its end. Raises RuntimeError with its last words when it fails, unless that is allowed."""
    out, err = cwd / ".stdout", cwd / ".stderr"
    with out.open("wb") as stdout, err.open("wb") as stderr:
        began = time.perf_counter()
        process = subprocess.Popen([str(word) for word in words], cwd=cwd, env=env, stdout=stdout, stderr=stderr)
        _, code, used = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(code)
    if process.returncode and not fails:
        raise RuntimeError(f"{' '.join(map(str, words[:3]))} … ended with {process.returncode}: {err.read_text()[-2000:]}")
    said = out.read_text(encoding="utf-8", errors="replace")
    return Usage(used.ru_utime + used.ru_stime, wall_s, used.ru_maxrss / 1024, said, process.returncode)


def here() -> dict[str, str]:
    """The environment of a measured program: this checkout, and nothing of the user's own settings but where programs are."""
    return {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "LANG": "C.UTF-8"}


def step(name: str, *arguments: object, cwd: Path) -> Usage:
    """Run a function of `benchmarks.steps` ("deliverables.poll") in a process of its own. It counts only what lies within its
    `measured()`: neither the start of the interpreter nor the imports."""
    words = [sys.executable, "-m", "benchmarks.steps", name, *arguments]
    whole = program(words, cwd, here())
    told = json.loads(whole.said.splitlines()[-1])
    return Usage(told["cpu_s"], told["wall_s"], told["peak_mb"], told["said"], whole=whole)


Runs = dict[str, list[Usage]]


def interleaved(repeat: int, **runs: Callable[[int], Usage]) -> Runs:
    """Let runs take turns, so many rounds; each is given the number of the round, from 0."""
    done: Runs = {name: [] for name in runs}
    for number in range(repeat):
        for name, run in runs.items():
            done[name].append(run(number))
    return done


def whole(usages: Sequence[Usage]) -> list[Usage]:
    """The whole processes."""
    return [each.whole or each for each in usages]


def cpu(usages: Sequence[Usage]) -> Spread:
    return Spread(tuple(each.cpu_s for each in usages))


def wall(usages: Sequence[Usage]) -> Spread:
    return Spread(tuple(each.wall_s for each in usages))


def peak(usages: Sequence[Usage]) -> Spread:
    return Spread(tuple(each.peak_mb for each in usages))
