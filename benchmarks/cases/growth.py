"""One, five and ten years of weekly polls: cost of a poll, a query and the digest as the history grows."""

import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from benchmarks.figures import Bench, Case, Figure, Target, amount, seconds
from benchmarks.measure import Runs, Spread, Usage, clean_environment, cpu, interleaved, program, step, wall

FIRST = date(2026, 1, 7)
YEARS = (1, 5, 10)
WEEKS, SHORT_WEEKS = 52, 3  # weeks a year, in a full and in a short run


def figures(bench: Bench) -> Iterator[Figure]:
    weeks = {year: year * (SHORT_WEEKS if bench.short else WEEKS) for year in YEARS}
    share = 0.25 if bench.short else 1
    built = step("growth.build", bench.folder, ",".join(map(str, weeks.values())), share, cwd=bench.folder)
    done = measured(bench, weeks)
    first, last = YEARS[0], YEARS[-1]
    for name, what, limit in (
        ("poll", "(f) a weekly poll", 1.2),
        ("leaders", "`leaders --on`", None),
        ("digest", "the digest", None),
    ):
        of_years = {year: cpu(done[f"{name} {year}"]) for year in YEARS}
        said = ", ".join(f"year {year}: {seconds(spread)}" for year, spread in of_years.items() if year != last)
        ratio = of_years[last].over(of_years[first])
        target = Target(limit) if limit else None
        mine = f"year {last}: {seconds(of_years[last])}" + (f" ({done[f'poll {last}'][0].output})" if name == "poll" else "")
        yield Figure(f"{what}, year {last} to year {first}", mine, said, ratio, target=target, guard=1.8)
    process = amount(wall(done["leaders program"]).median * 1000, "ms")
    for name, what, beside in (("leaders", "as JSON", ""), ("table", "as a table", f"{process} with the start")):
        rows = done[f"{name} {last}"][0].output
        asked = wall(done[f"{name} {last}"]).times(1000)
        yield Figure(f"(f) `leaders --on` after {last} years, {what} of {rows} lines, wall", beside, "", asked, "ms", Target(100))
    yield bytes_a_year(bench, weeks)
    polls = 2 * max(weeks.values()) + 2
    each = Spread((built.cpu_s * 1000 / polls,))
    yield Figure(f"all {polls} polls of {last} years, each", seconds(Spread((built.cpu_s,))), "", each, "ms CPU")


def bytes_a_year(bench: Bench, weeks: dict[int, int]) -> Figure:
    sizes = {year: (bench.folder / f"week-{week}.db").stat().st_size / 1e6 for year, week in weeks.items()}
    first, last = YEARS[0], YEARS[-1]
    told = ", ".join(f"year {year}: {amount(size, 'MB')}" for year, size in sizes.items())
    return Figure("the database, a year more", told, "", Spread(((sizes[last] - sizes[first]) / (last - first),)), "MB")


def measured(bench: Bench, weeks: dict[int, int]) -> Runs:
    """Measure the years in turns: the poll of the next week on a copy, and queries on the stored database."""
    runs: dict[str, Callable[[int], Usage]] = {}
    for year, week in weeks.items():
        led = ("leaders", "--country", "CN", "--on", day_of(week // 2))
        told = ("digest", "--since", day_of(week - 2), "--until", day_of(week - 1), "--json")
        runs[f"poll {year}"] = partial(poll, bench, week)
        runs[f"leaders {year}"] = partial(ask, bench, week, (*led, "--json"))
        runs[f"table {year}"] = partial(ask, bench, week, led)
        runs[f"digest {year}"] = partial(ask, bench, week, told)
    last = weeks[YEARS[-1]]
    words = [sys.executable, "-m", "bot", "--db", kept(bench, last), "leaders", "--country", "CN", "--on", day_of(last // 2)]
    runs["leaders program"] = lambda _: program(words, bench.folder, clean_environment())
    return interleaved(bench.repeat, **runs)


def poll(bench: Bench, week: int, number: int) -> Usage:
    copy = bench.folder / f"poll-{week}-{number}.db"
    shutil.copy(kept(bench, week), copy)
    usage = step("growth.next_week", bench.folder, copy, week, cwd=bench.folder)
    copy.unlink()
    return usage


def ask(bench: Bench, week: int, words: Sequence[str], _: int) -> Usage:
    return step("growth.ask", kept(bench, week), *words, cwd=bench.folder)


def kept(bench: Bench, week: int) -> Path:
    return bench.folder / f"week-{week}.db"


def day_of(week: int) -> str:
    return f"{FIRST + timedelta(weeks=week):%Y-%m-%d}"


CASE = Case(
    "Growth",
    "Ten years of weekly polls, each week like another, through the whole pipeline: 788 committees with 70 changes of "
    "membership and a secretariat or two a week, and 4,000 deliverables of which 80 change their stage. After one, five and "
    "ten years the next week is polled on a copy, and the database is queried; the start of the program counts only where "
    "stated.",
    figures,
)
