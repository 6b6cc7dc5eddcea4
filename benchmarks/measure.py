"""Cost of a program or a step: CPU seconds, wall time and peak memory, each in a process of its own.

CPU seconds (user and system, children included) are the main measure: they hardly change when others use the machine. Runs that are
compared take turns (A B A B), so that a slow minute affects both, and each ratio is that of two neighbours.
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Usage:
    """Cost of one run, its exit status, and its output: standard output, or the `output` of a step. `whole` is the whole process
    around a step, with its start and imports."""

    cpu_s: float
    wall_s: float
    peak_mb: float
    output: Any = ""
    status: int = 0
    whole: "Usage | None" = None


@dataclass(frozen=True)
class Spread:
    """Measurements of one thing."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return median(self.values)

    @property
    def quartiles(self) -> tuple[float, float]:
        """Lower and upper quartile; for a single value, that value twice."""
        if len(self.values) < 2:
            return self.values[0], self.values[0]
        low, _, high = quantiles(self.values, n=4, method="inclusive")
        return low, high

    def times(self, factor: float) -> "Spread":
        return Spread(tuple(value * factor for value in self.values))

    def over(self, other: "Spread") -> "Spread":
        """Return the ratio of each measurement to its neighbour of the same round."""
        return Spread(tuple(mine / theirs for mine, theirs in zip(self.values, other.values, strict=True)))


def program(words: Sequence[object], cwd: Path, env: Mapping[str, str] | None = None, fails: bool = False) -> Usage:
    """Run a program to its end. Raises RuntimeError with the end of its standard error when it fails, unless `fails` allows it."""
    out, err = cwd / ".stdout", cwd / ".stderr"
    with out.open("wb") as stdout, err.open("wb") as stderr:
        began = time.perf_counter()
        process = subprocess.Popen([str(word) for word in words], cwd=cwd, env=env, stdout=stdout, stderr=stderr)
        _, code, used = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(code)
    if process.returncode and not fails:
        raise RuntimeError(f"{' '.join(map(str, words[:3]))} … ended with {process.returncode}: {err.read_text()[-2000:]}")
    output = out.read_text(encoding="utf-8", errors="replace")
    return Usage(used.ru_utime + used.ru_stime, wall_s, used.ru_maxrss / 1024, output, process.returncode)


def clean_environment() -> dict[str, str]:
    """Return the environment of a measured program: this checkout, PATH and HOME, none of the user's other settings."""
    return {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "LANG": "C.UTF-8"}


def step(name: str, *arguments: object, cwd: Path) -> Usage:
    """Run a function of `benchmarks.steps` ("deliverables.poll") in a process of its own. Only the block within `measured()`
    counts, neither the interpreter's start nor the imports."""
    words = [sys.executable, "-m", "benchmarks.steps", name, *arguments]
    whole = program(words, cwd, clean_environment())
    report = json.loads(whole.output.splitlines()[-1])
    return Usage(report["cpu_s"], report["wall_s"], report["peak_mb"], report["output"], whole=whole)


def cpu_s() -> float:
    """Return the CPU seconds so far, user and system, of this process and its finished children."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@contextmanager
def measured() -> Iterator[dict[str, Any]]:
    """Measure the block, for use in a step: print its cost as JSON in the last line of this process. `output` in the yielded
    dict goes with it."""
    report: dict[str, Any] = {"output": ""}
    wall, cpu = time.perf_counter(), cpu_s()
    yield report
    report |= {"cpu_s": cpu_s() - cpu, "wall_s": time.perf_counter() - wall, "peak_mb": peak_mb()}
    sys.stdout.flush()
    print(json.dumps(report), flush=True)


Runs = dict[str, list[Usage]]


def interleaved(repeat: int, **runs: Callable[[int], Usage]) -> Runs:
    """Run functions in turns for `repeat` rounds; each gets the number of the round, from 0."""
    done: Runs = {name: [] for name in runs}
    for number in range(repeat):
        for name, run in runs.items():
            done[name].append(run(number))
    return done


def whole(usages: Sequence[Usage]) -> list[Usage]:
    """Return the costs of the whole processes."""
    return [each.whole or each for each in usages]


def cpu(usages: Sequence[Usage]) -> Spread:
    return Spread(tuple(each.cpu_s for each in usages))


def wall(usages: Sequence[Usage]) -> Spread:
    return Spread(tuple(each.wall_s for each in usages))


def peak(usages: Sequence[Usage]) -> Spread:
    return Spread(tuple(each.peak_mb for each in usages))
