"""Plant the faults of tests/mutants.toml in a copy of the tree, one at a time, and see the tests that each names fail.

A fault is `before`, a line of `file` (or several), and `after`, what a programmer might have written there; `why` is what goes
wrong, `tests` the files (or single tests) that see it. Names on the command line run these faults only. Exit 1 when a fault
survives, 2 when the table is wrong: a `before` that is not found exactly once, a test that is missing or fails without any fault.
"""

import os
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from shutil import copy2
from time import monotonic

from tests.shared import ROOT, SHARED

TABLE = Path(__file__).with_suffix(".toml")
LONGEST_S = 600.0


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault with its name in the table."""

    name: str
    file: str
    before: str
    after: str
    why: str
    tests: tuple[str, ...]


class WrongTable(Exception):
    """The table does not fit the tree: one sentence."""


def load(names: list[str]) -> list[Mutant]:
    """The faults of these names, or all. Raises WrongTable for a name that there is not."""
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    if unknown := [name for name in names if name not in table]:
        raise WrongTable(f"There is no fault {unknown[0]!r} in {TABLE.name}.")
    return [Mutant(name, **{**table[name], "tests": tuple(table[name]["tests"])}) for name in names or table]


def copy_tree(to: Path) -> None:
    """Copy all files that git tracks or would track."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.run(listed, cwd=ROOT, capture_output=True, check=True, text=True).stdout.split("\0"):
        if name and (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            copy2(ROOT / name, to / name)


def faulty(tree: Path, mutant: Mutant) -> str:
    """The text of a file with the fault in it. Raises WrongTable when the line is not there, or more than once."""
    path = tree / mutant.file
    lines = f"\n{path.read_text(encoding='utf-8')}" if path.is_file() else ""
    before, after = f"\n{mutant.before}\n", f"\n{mutant.after}\n"
    if (count := lines.count(before)) != 1:
        raise WrongTable(f"{mutant.name}: its line is {count} times in {mutant.file}; put the table right.")
    if missing := [test for test in mutant.tests if not (tree / test.partition("::")[0]).is_file()]:
        raise WrongTable(f"{mutant.name}: there is no file {missing[0]}; put the table right.")
    return lines.replace(before, after)[1:]


def run(tree: Path, tests: list[str]) -> tuple[int, str]:
    """Run tests in a tree until one fails; returns the exit code of pytest (-1 when it took too long) and its last lines."""
    environment = {**os.environ, "PYTHONPATH": str(tree), "STANDARDS_WATCH_SHARED": str(SHARED)}
    command = [sys.executable, "-m", "pytest", "-x", "-p", "no:cacheprovider", *tests]
    try:
        done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, timeout=LONGEST_S, check=False)
    except subprocess.TimeoutExpired:
        return -1, "it does not end"
    return done.returncode, "\n".join(done.stdout.splitlines()[-5:])


def survives(tree: Path, mutant: Mutant, number: int) -> bool:
    """Plant a fault, run its tests, take it out. Raises WrongTable when the tests cannot even be collected with it."""
    path, text = tree / mutant.file, faulty(tree, mutant)
    right = path.read_text(encoding="utf-8")
    write(path, text, number)
    code, said = run(tree, list(mutant.tests))
    write(path, right, 0)
    if code not in (-1, 0, 1):
        raise WrongTable(f"{mutant.name}: its tests do not run (exit {code}): {said}")
    return code == 0


def write(path: Path, text: str, second: int) -> None:
    """Write a module with a time of its own, so that no compiled form of another text is taken for it."""
    path.write_text(text, encoding="utf-8")
    os.utime(path, (second, second))


def main(names: list[str]) -> int:
    """Run the faults and print what became of each."""
    begun, left = monotonic(), []
    try:
        mutants = load(names)
        with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
            tree = Path(folder) / "tree"
            copy_tree(tree)
            for mutant in mutants:
                faulty(tree, mutant)
            code, said = run(tree, sorted({test for mutant in mutants for test in mutant.tests}))
            if code:
                raise WrongTable(f"The tests fail without any fault: {said}")
            for number, mutant in enumerate(mutants, start=1):
                lives = survives(tree, mutant, number)
                left += [mutant.name] if lives else []
                print(f"{'SURVIVED' if lives else 'killed  '} {mutant.name}: {mutant.why}", flush=True)
    except WrongTable as wrong:
        print(wrong, file=sys.stderr)
        return 2
    print(f"{len(mutants) - len(left)} of {len(mutants)} killed in {monotonic() - begun:.0f} s")
    return bool(left)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
