"""What a poll of 80,000 deliverables costs, as ratios to plain work on the same file in the same run.

    python benchmarks/deliverables.py [--rows 80000]

* a poll whose body is the same as last time, to `orjson.loads` of its lines: at most 0.7
* a poll with 1,600 changed rows, to the same: at most 3
* a first load (records, versions, attributions and all), to `sqlite-utils insert --nl` of the file: at most 2
* the peak memory of each: at most 200 MB

Each is measured in a process of its own. Exits with 1 when one is over its limit.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
LIMITS = {"same body": 0.7, "1,600 rows changed": 3.0, "first load": 2.0}
MEMORY_MB = 200
CHANGED = 1600


def main() -> int:
    options = argparse.ArgumentParser(description="What a poll of the deliverables costs, as ratios.")
    options.add_argument("--rows", type=int, default=80_000)
    options.add_argument("--repeat", type=int, default=3, help="of each the quickest counts")
    arguments = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return report(Path(folder), arguments.rows, arguments.repeat)


def report(folder: Path, rows: int, repeat: int) -> int:
    from benchmarks.world import committee_lines, deliverable_lines

    first, second, committees = folder / "first.jsonl", folder / "second.jsonl", folder / "committees.jsonl"
    for file, lines in (
        (first, deliverable_lines(rows)),
        (second, deliverable_lines(rows, changed=CHANGED)),
        (committees, committee_lines()),
    ):
        with file.open("wb") as stream:
            stream.writelines(lines)
    print(f"{rows} rows, {first.stat().st_size / 1e6:.0f} MB")
    plain = quickest(repeat, folder, "loads", first)
    insert = quickest(repeat, folder, "insert", first)
    loads = [measure(folder, "load", committees, first, folder / f"w{n}.db") for n in range(repeat)]
    best = {
        "first load": (min(loads, key=lambda each: each["seconds"]), insert),
        "same body": (quickest(repeat, folder, "poll", first, folder / "w0.db"), plain),
        "1,600 rows changed": (min((measure(folder, "poll", second, folder / f"w{n}.db") for n in range(repeat)), key=took), plain),
    }
    good = True
    for name, (done, base) in best.items():
        ratio = done["seconds"] / base["seconds"]
        fine = ratio <= LIMITS[name] and done["mb"] <= MEMORY_MB
        good = good and fine
        print(
            f"{'ok  ' if fine else 'OVER'} {name:19} {done['seconds']:.2f} s = {ratio:.2f} × {base['what']}"
            f" ({base['seconds']:.2f} s), limit {LIMITS[name]} ×; {done['mb']:.0f} MB, limit {MEMORY_MB} MB; {done['status']}"
        )
    return 0 if good else 1


def quickest(repeat: int, folder: Path, *words: object) -> dict[str, Any]:
    return min((measure(folder, *words) for _ in range(repeat)), key=took)


def took(done: dict[str, Any]) -> float:
    return float(done["seconds"])


def measure(folder: Path, step: str, *files: object) -> dict[str, Any]:
    """Run one step in a process of its own; returns its seconds, peak memory in MB, and how it ended."""
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from benchmarks import steps; steps.{step}(*sys.argv[1:])"
    words = [sys.executable, "-c", code, *map(str, files)]
    return dict(json.loads(subprocess.run(words, check=True, capture_output=True, cwd=folder).stdout))


if __name__ == "__main__":
    sys.exit(main())
