"""History of twelve weekly committee files, beside git-history and plain git commits: time, and size on disk."""

import sys
from collections.abc import Callable, Iterator
from functools import partial

from benchmarks.figures import Bench, Case, Figure, Target, amount, seconds
from benchmarks.measure import Runs, Spread, Usage, clean_environment, cpu, interleaved, program, step, wall

WEEKS, SHORT_WEEKS = 12, 4
LINES = "[json.loads(line) for line in content.splitlines()]"


def figures(bench: Bench) -> Iterator[Figure]:
    weeks = SHORT_WEEKS if bench.short else WEEKS
    size = step("history.world", bench.folder, weeks, cwd=bench.folder).output
    done = measured(bench, weeks)
    ours = cpu(done["ours"])
    about = f"{weeks} files, {size / 1e6:.0f} MB"
    database, archive, repository = on_disk(bench, "ours-0.db"), on_disk(bench, "weeks.warc.gz"), on_disk(bench, "repository/.git")
    yield Figure(f"plain git commits, to ours ({about})", seconds(ours), seconds(cpu(done["git"])), cpu(done["git"]).over(ours))
    yield of_disk("our database and archive, to the repository alone", database + archive, repository)
    if "theirs" not in done:
        if bench.rivals.missing:
            yield Figure(bench.rivals.why("git-history"))
        return
    theirs = cpu(done["theirs"])
    yield Figure("(c) git-history, to ours", seconds(ours), seconds(theirs), theirs.over(ours), target=Target(20, most=False))
    yield Figure(
        "(c) git-history, to ours, wall",
        amount(wall(done["ours"]).median, "s"),
        amount(wall(done["theirs"]).median, "s"),
        wall(done["theirs"]).over(wall(done["ours"])),
        target=Target(20, most=False),
    )
    history = on_disk(bench, "theirs-0.db")
    yield of_disk("(c) our database, to git-history's", database, history, Target(1))
    yield of_disk(
        "(c) our database and archive, to git-history's database and repository",
        database + archive,
        history + repository,
        Target(1),
    )


def measured(bench: Bench, weeks: int) -> Runs:
    runs: dict[str, Callable[[int], Usage]] = {
        "ours": partial(replay, bench),
        "git": lambda n: step("history.commits", bench.folder, weeks, f"repository-{n}", cwd=bench.folder),
    }
    if "git-history" in bench.rivals.found:
        runs["theirs"] = partial(git_history, bench)
    return interleaved(bench.repeat, **runs)


def replay(bench: Bench, number: int) -> Usage:
    """Run our program, a whole process: it reads the archive, attributes, decides and writes the history."""
    database = bench.folder / f"ours-{number}.db"
    words = [sys.executable, "-m", "bot", "--db", database, "replay", bench.folder / "weeks.warc.gz", "--source", "iso-committees"]
    return program(words, bench.folder, clean_environment())


def git_history(bench: Bench, number: int) -> Usage:
    words = [bench.rivals.found["git-history"], "file", bench.folder / f"theirs-{number}.db", "iso_technical_committees.jsonl"]
    options = ["--id", "id", "--convert", LINES, "--silent", "--repo", "."]
    return program([*words, *options], bench.folder / "repository", clean_environment())


def on_disk(bench: Bench, name: str) -> int:
    """Return the bytes of a file with its SQLite side files, or of a folder."""
    path = bench.folder / name
    files = path.rglob("*") if path.is_dir() else path.parent.glob(f"{path.name}*")
    return sum(file.stat().st_size for file in files if file.is_file())


def of_disk(what: str, ours: int, theirs: int, target: Target | None = None) -> Figure:
    return Figure(what, amount(ours / 1e6, "MB"), amount(theirs / 1e6, "MB"), Spread((ours / theirs,)), target=target)


CASE = Case(
    "A history of weekly files",
    "Weekly states of an invented committee list of the size of ISO's. Ours is `standards-watch replay` of the archived "
    "responses, a whole process, which also attributes every claim and decides on alerts; git-history reads an existing "
    "repository. Plain git only stores: a commit a week, then `gc --aggressive`.",
    figures,
)
