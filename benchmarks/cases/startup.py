"""Start of the command line: time to print its help."""

import sys
from collections.abc import Iterator

from benchmarks.figures import Bench, Case, Figure, Target, amount, seconds
from benchmarks.measure import Usage, clean_environment, cpu, interleaved, program, wall

ROUNDS = 15


def figures(bench: Bench) -> Iterator[Figure]:
    done = interleaved(
        5 if bench.short else ROUNDS,
        nothing=lambda _: python(bench, "-c", "pass"),
        help=lambda _: python(bench, "-m", "bot", "--help"),
        command=lambda _: python(bench, "-m", "bot", "run", "--help"),
        leaders=lambda _: python(bench, "-m", "bot", "leaders", "--help"),
    )
    floor = cpu(done["nothing"])
    for name, what, limit, guard in (
        ("help", "(g) `--help`", Target(150), 15),
        ("command", "`run --help`", None, None),
        ("leaders", "`leaders --help`", None, None),
    ):
        clock, mine = wall(done[name]).times(1000), cpu(done[name])
        nothing = f"`python -c pass`: {amount(wall(done['nothing']).median * 1000, 'ms')}"
        yield Figure(f"{what}, wall", amount(clock.median, "ms"), nothing, clock, "ms", limit)
        yield Figure(f"{what}, to `python -c pass`", seconds(mine), seconds(floor), mine.over(floor), guard=guard)


def python(bench: Bench, *words: str) -> Usage:
    return program([sys.executable, *words], bench.folder, clean_environment())


CASE = Case(
    "Start of the command line",
    "`standards-watch --help` as a process, beside a Python that does nothing.",
    figures,
)
