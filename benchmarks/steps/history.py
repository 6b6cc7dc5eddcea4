"""Files of the comparison with git-history."""

import subprocess
from pathlib import Path

from benchmarks.measure import measured
from benchmarks.worlds.committees import weekly
from tests.worlds.committee_list import warc

FILE = "iso_technical_committees.jsonl"
GIT = ["git", "-c", "user.name=Desk", "-c", "user.email=desk@example.org", "-c", "gc.auto=0", "-c", "init.defaultBranch=main"]


def world(folder: str, weeks: str) -> None:
    """Write the weekly files, an archive of them, and a repository with a commit a week."""
    here = Path(folder)
    files = list(weekly(int(weeks)))
    for number, body in enumerate(files):
        (here / f"week-{number:02}.jsonl").write_bytes(body)
    warc(here / "weeks.warc.gz", files)
    commit(here, int(weeks), "repository")
    with measured() as report:
        report["output"] = sum(map(len, files))


def commits(folder: str, weeks: str, name: str) -> None:
    """Commit the files one by one, and pack the repository."""
    with measured():
        commit(Path(folder), int(weeks), name)


def commit(here: Path, weeks: int, name: str) -> None:
    repository = here / name
    git(here, "init", "--quiet", name)
    for number in range(weeks):
        (repository / FILE).write_bytes((here / f"week-{number:02}.jsonl").read_bytes())
        git(repository, "add", FILE)
        git(repository, "commit", "--quiet", "--message", f"week {number}", "--date", f"2026-01-{number + 1:02}T06:00:00Z")
    git(repository, "gc", "--quiet", "--aggressive")


def git(folder: Path, *words: str) -> None:
    subprocess.run([*GIT, *words], cwd=folder, check=True)
