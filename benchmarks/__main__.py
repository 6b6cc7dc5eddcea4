"""Run benchmarks: `python -m benchmarks [CASE…] [--short] [--repeat N] [--write docs/performance.md]`.

`--guard` holds the ratios of short runs, without the programs to compare with, within generous bounds; CI runs it.
"""

import argparse
import importlib
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import page
from benchmarks.figures import Bench, Case, Figure
from benchmarks.rivals import Rivals, install

GUARDED = ("deliverables", "pages", "attribution", "growth", "startup")
CASES = ("deliverables", "history", "pages", "attribution", "growth", "startup", "faults", "catalogue")


def main() -> int:
    arguments = options()
    rivals = Rivals() if arguments.alone else install()
    missed: list[Figure] = []
    for name in arguments.cases or CASES:
        case: Case = importlib.import_module(f"benchmarks.cases.{name}").CASE
        began = time.perf_counter()
        with tempfile.TemporaryDirectory(prefix=f"bench-{name}-") as folder:
            figures = list(shown(case, Bench(Path(folder), arguments.short, arguments.repeat, rivals)))
        print(f"{'':4}({time.perf_counter() - began:.0f} s)", flush=True)
        missed += [figure for figure in figures if (figure.broken if arguments.guard else figure.reached is False)]
        if arguments.write:
            page.write(arguments.write, {name: page.section(name, case, figures, command(name, arguments))}, CASES)
    if arguments.guard:
        for figure in missed:
            print(f"BROKEN {figure.what}: {page.measured(figure).replace('**', '')}, bound {figure.guard} ×")
    return 1 if missed and (arguments.strict or arguments.guard) else 0


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure, in turns with what it is compared with.")
    parser.add_argument("cases", nargs="*", metavar="CASE", help=f"of: {', '.join(CASES)}; all when none is named")
    parser.add_argument("--short", action="store_true", help="small sizes")
    parser.add_argument("--repeat", type=int, default=3, help="rounds (3)")
    parser.add_argument("--alone", action="store_true", help="without the programs to compare with")
    parser.add_argument("--strict", action="store_true", help="exit with 1 when a target is missed")
    parser.add_argument("--guard", action="store_true", help="short, alone, and only against generous bounds")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the tables to a page")
    arguments = parser.parse_args()
    if arguments.guard:
        arguments.short = arguments.alone = True
        arguments.cases = arguments.cases or list(GUARDED)
    if unknown := set(arguments.cases) - set(CASES):
        parser.error(f"there is no case {', '.join(sorted(unknown))}; there are: {', '.join(CASES)}")
    return arguments


def shown(case: Case, bench: Bench) -> list[Figure]:
    """Collect the figures of a case, and print each as it comes."""
    print(f"\n{case.title}", flush=True)
    found = []
    for figure in case.figures(bench):
        found.append(figure)
        verdict = {True: "ok   ", False: "miss ", None: "     "}[figure.reached]
        told = f"{page.measured(figure).replace('**', '')} {page.target(figure.target, figure.unit)}"
        print(f"{verdict}{figure.what}: {told} ({figure.ours} / {figure.theirs})", flush=True)
    return found


def command(name: str, arguments: argparse.Namespace) -> str:
    given = [f"--repeat {arguments.repeat}", *(f"--{flag}" for flag in ("short", "alone") if getattr(arguments, flag))]
    return f"`python -m benchmarks {name} {' '.join(given)}`"


if __name__ == "__main__":
    sys.exit(main())
