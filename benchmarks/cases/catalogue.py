"""UNESCO's document catalogue: first load, a poll behind a shut gate, and one behind an open gate on the same data."""

import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.figures import Bench, Case, Figure, amount, seconds
from benchmarks.measure import cpu, interleaved, peak, step

ROWS, SHORT_ROWS = 30_000, 4_000


def figures(bench: Bench) -> Iterator[Figure]:
    file, loaded = bench.folder / "doc001.json", bench.folder / "loaded.db"
    here = partial(step, cwd=bench.folder)
    size = here("catalogue.world", file, SHORT_ROWS if bench.short else ROWS).output
    first = here("catalogue.poll", file, loaded, "a")
    done = interleaved(
        bench.repeat,
        parse=lambda _: here("catalogue.parse", file),
        shut=lambda n: here("catalogue.poll", file, copied(loaded, f"shut-{n}"), "a"),
        open=lambda n: here("catalogue.poll", file, copied(loaded, f"open-{n}"), "b"),
    )
    done["first"] = [first] * bench.repeat
    parsing = cpu(done["parse"])
    beside = f"reading into records: {seconds(parsing)}"
    about = {"first": f"first load ({size / 1e6:.0f} MB)", "shut": "gate shut", "open": "gate open, same data"}
    for name, what in about.items():
        memory = amount(peak(done[name]).median, "MB")
        yield Figure(f"{what}, to reading", f"{seconds(cpu(done[name]))}, {memory}", beside, cpu(done[name]).over(parsing))


def copied(database: Path, name: str) -> Path:
    return Path(shutil.copy(database, database.with_name(f"{name}.db")))


CASE = Case(
    "A catalogue behind a gate",
    "An invented catalogue in the shape of UNESCO's document catalogue, a tenth of its size. The first load was made once.",
    figures,
)
