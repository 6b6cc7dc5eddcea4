"""Page docs/performance.md: a section for each case, with the command that made it, the machine and the day.

A run of some cases rewrites their sections and leaves the others."""

import platform
import re
import sys
from collections.abc import Sequence
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from os import cpu_count
from pathlib import Path

from benchmarks.figures import Case, Figure, Target, amount, number

HEAD = """# Performance

Every figure is measured in one run on one machine, in turns with what it is compared with. Compare the ratios, not the seconds.
A figure is the median, with the quartiles in brackets. CPU seconds are user and system time of the whole process tree; figures
marked *wall* vary with the other load of the machine. `make bench` measures everything again (some ten minutes), `make bench
CASES=pages` one case. `make bench-guard` checks, in about a minute, that the ratios that need only Python stay within generous
bounds. Once the programs to compare with are installed, only loopback is used; their versions are in requirements-bench.txt.
"""
PARTS = ("lxml", "beautifulsoup4", "httpx", "orjson", "sqlite-utils")


def section(name: str, case: Case, figures: Sequence[Figure], command: str) -> str:
    """Return the section of a case: description, table, command."""
    table = ["| what | ours | compared with | figure | target | |", "|---|---|---|---|---|---|", *map(line, figures)]
    return "\n".join([f"## {case.title}", "", f"<!-- {name} -->", case.about, "", *table, "", f"{command} · {machine()}", ""])


def line(figure: Figure) -> str:
    cells = [figure.what, figure.ours, figure.theirs, measured(figure), target(figure.target, figure.unit), verdict(figure)]
    return f"| {' | '.join(cells)} |"


def measured(figure: Figure) -> str:
    if figure.spread is None:
        return ""
    low, high = figure.spread.quartiles
    many = f" [{number(low)}–{number(high)}]" if len(figure.spread.values) > 1 and low != high else ""
    return f"**{amount(figure.spread.median, figure.unit)}**{many}"


def target(target: Target | None, unit: str) -> str:
    return f"{'≤' if target.most else '≥'} {amount(target.limit, unit)}" if target else ""


def verdict(figure: Figure) -> str:
    return {True: "reached", False: "**missed**", None: ""}[figure.reached]


def machine() -> str:
    """Return day, machine and versions in one line."""
    parts = ", ".join(f"{name} {installed(name)}" for name in PARTS)
    return f"{date.today()} · {cpu_count()} cores, {processor()}, Python {platform.python_version()}, {parts}"  # noqa: DTZ011


def processor() -> str:
    try:
        found = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    except OSError:
        found = None
    return found[1].strip() if found else f"{platform.machine()} {sys.platform}"


def installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"


def write(file: Path, sections: dict[str, str], order: Sequence[str]) -> None:
    """Write sections into the page in their order; those of other cases stay as they are."""
    old = file.read_text(encoding="utf-8") if file.exists() else ""
    held = {found[1]: part for part in re.split(r"(?m)^(?=## )", old) if (found := re.search(r"<!-- (\w+) -->", part))}
    held |= sections
    file.write_text("\n".join([HEAD, *(held[name].strip() + "\n" for name in order if name in held)]), encoding="utf-8")
