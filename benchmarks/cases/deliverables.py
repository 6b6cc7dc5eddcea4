"""Cost of a poll of 80,000 deliverables, beside parsing the same file, and beside `sqlite-utils upsert`."""

import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.figures import Bench, Case, Figure, Target, amount, seconds
from benchmarks.measure import Runs, Usage, cpu, interleaved, peak, step, wall

ROWS, CHANGED = 80_000, 1_600
SHORT_ROWS, SHORT_CHANGED = 8_000, 160


def figures(bench: Bench) -> Iterator[Figure]:
    rows, changed = (SHORT_ROWS, SHORT_CHANGED) if bench.short else (ROWS, CHANGED)
    size = step("deliverables.world", bench.folder, rows, changed, cwd=bench.folder).output
    done = measured(bench)
    parsing, upsert = cpu(done["loads"]), cpu(done["upsert"])
    beside = f"orjson of each line: {seconds(parsing)}"
    about = f"{rows:,} rows, {size / 1e6:.0f} MB"
    for name, what, limit, guard in (
        ("same", f"(a) unchanged poll, the same bytes ({about})", 0.7, 2),
        ("one", "one row changed", None, 6),
        ("week", f"(b) weekly change, {changed:,} rows changed", 3.0, 9),
        ("first", "first load", None, 120),
    ):
        ours = cpu(done[name])
        target = Target(limit) if limit else None
        yield Figure(f"{what}, to parsing", seconds(ours), beside, ours.over(parsing), target=target, guard=guard)
        yield Figure(f"{what}, to upsert", seconds(ours), f"sqlite-utils upsert: {seconds(upsert)}", ours.over(upsert))
    for name, what in (("same", "(a)"), ("week", "(b)"), ("first", "first load")):
        theirs = f"sqlite-utils upsert: {amount(peak(done['upsert']).median, 'MB')}"
        clock, most = amount(wall(done[name]).median, "s wall"), peak(done[name])
        yield Figure(f"{what}, peak memory ({clock})", amount(most.median, "MB"), theirs, most, "MB", Target(200))


def measured(bench: Bench) -> Runs:
    """Run the rounds in turns, each poll on a copy of a database that was loaded once before."""
    here = partial(step, cwd=bench.folder)
    first = load(bench)
    plain = bench.folder / "plain.db"
    step("plain.upsert", bench.folder / "first.jsonl", plain, cwd=bench.folder)
    done = interleaved(
        bench.repeat,
        loads=lambda _: here("plain.loads", bench.folder / "first.jsonl"),
        same=lambda n: here("deliverables.poll", bench.folder / "first.jsonl", copied(bench, n, "same")),
        one=lambda n: here("deliverables.poll", bench.folder / "one.jsonl", copied(bench, n, "one")),
        week=lambda n: here("deliverables.poll", bench.folder / "week.jsonl", copied(bench, n, "week")),
        upsert=lambda _: here("plain.upsert", bench.folder / "week.jsonl", plain),
    )
    return done | {"first": [first] * bench.repeat}


def load(bench: Bench) -> Usage:
    """Make the first load, once: it takes long."""
    files = [bench.folder / f"{name}.jsonl" for name in ("committees", "first")]
    return step("deliverables.load", *files, bench.folder / "loaded.db", cwd=bench.folder)


def copied(bench: Bench, number: int, name: str) -> Path:
    """Copy the loaded database, so that every poll starts from the same state."""
    target = bench.folder / f"{name}-{number}.db"
    shutil.copy(bench.folder / "loaded.db", target)
    return target


CASE = Case(
    "A poll of the deliverables",
    "A file of invented deliverables in the shape and size of ISO's is on disk. A poll goes through the whole pipeline "
    "except the network, in a process of its own; start and imports are not counted, for none of the programs. `upsert` "
    "writes this week's file over last week's. The first load was made once.",
    figures,
)
