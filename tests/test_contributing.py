"""CONTRIBUTING.md, followed: its code is what `new-source` writes, its commands run in a copy of the tree, without the network."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import copy2

import pytest

from tests.shared import ROOT

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
SOURCES = TEXT[TEXT.index("## A new source: an HTML page") : TEXT.index("## What a source declares")]
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", SOURCES, re.DOTALL) for line in block.splitlines()]
MOST_LINES, MOST_COMMANDS = 40, 10


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what git tracks or would track, without a body EX that somebody made by following the text."""
    copied = tmp_path_factory.mktemp("clone")
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.run(listed, cwd=ROOT, capture_output=True, check=True, text=True).stdout.split("\0"):
        if name and "sources/ex/" not in name and (ROOT / name).is_file():
            (copied / name).parent.mkdir(parents=True, exist_ok=True)
            copy2(ROOT / name, copied / name)
    return copied


def call(tree: Path, command: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the text in the copy, with the programs of the environment that runs this test."""
    words = shlex.split(command)
    if words[0] == "make":  # the environment is there; lint and types are run by their own programs on what is new
        return subprocess.CompletedProcess(command, 0, "", "")
    program = words[0].removeprefix(".venv/bin/")
    module = {"standards-watch": ["-m", "bot"], "pytest": ["-m", "pytest"], "python": []}[program]
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    return subprocess.run(
        [sys.executable, *module, *words[1:]], cwd=tree, env=environment, capture_output=True, text=True, check=False
    )


def code() -> Iterator[tuple[str, str]]:
    """Yield each piece of Python with the file that its first line names."""
    for block in re.findall(r"```python\n(.*?)```", SOURCES, re.DOTALL):
        first, _, text = block.partition("\n")
        yield first.removeprefix("# "), text


def sign(tree: Path) -> None:
    """Put a name into the expected files, as a person does who has read them."""
    for file in (tree / "tests" / "sources" / "ex").glob("*.expected.json"):
        file.write_text(file.read_text(encoding="utf-8").replace('"read_by": ""', '"read_by": "Ada"'), encoding="utf-8")


def test_the_walk_through_runs_as_it_is_written(tree: Path) -> None:
    said = ""
    for command in COMMANDS:
        done = call(tree, command)
        if "pytest" in command:
            assert done.returncode == 1, command  # until a person has read the expected file
            assert "put your name into read_by" in done.stdout
            sign(tree)
            done = call(tree, command)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        said += done.stdout
    assert "ex-projects  baseline  3 records" in said
    assert "editor: Standardization Administration of China (China)" in said


def test_its_code_is_what_the_command_writes(tree: Path) -> None:
    pieces = list(code())
    assert [file for file, _ in pieces] == ["sources/ex/projects.py", "sources/ex/ballots.py", "sources/ex/ballots.py"]
    assert (tree / pieces[0][0]).read_text(encoding="utf-8") == pieces[0][1]
    for file, text in pieces[1:]:
        assert text in (tree / file).read_text(encoding="utf-8")


def test_what_is_written_is_short_and_passes_lint_and_types(tree: Path) -> None:
    written = (tree / "sources/ex/projects.py").read_text(encoding="utf-8").partition('"""\n\n')[2]
    assert len([line for line in written.splitlines() if line.strip()]) < MOST_LINES
    assert len(COMMANDS[: COMMANDS.index("make lint types") + 1]) < MOST_COMMANDS
    assert len(TEXT.splitlines()) < 150
    places = ["sources/ex", "tests/sources/ex"]
    for words in (["ruff", "check", *places], ["ruff", "format", "--check", *places], ["mypy", "-p", "sources.ex"]):
        done = subprocess.run([sys.executable, "-m", *words], cwd=tree, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("EX projects https://standards.example.org/x", "There is a source ex-projects already"),
        ("EX test https://standards.example.org/x", "tests/sources/ex/test_test.py is there already"),
        ("UNESCO datasets https://standards.example.org/x", "There is a source unesco-datasets already"),
        ("EX Projects https://standards.example.org/x", "'Projects' is no name of a source"),
        ("E/X projects https://standards.example.org/x", "'E/X' is no name of a body"),
        ("EX more standards.example.org/x", "is no web address"),
    ],
)
def test_wrong_use_is_one_sentence(tree: Path, words: str, says: str) -> None:
    (tree / "tests/sources/ex/test_test.py").touch()
    done = call(tree, f".venv/bin/standards-watch new-source {words}")
    assert done.returncode == 2
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_outside_of_a_checkout_nothing_is_written(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    words = [sys.executable, "-m", "bot", "new-source", "EX", "projects", "https://standards.example.org/x"]
    done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, list(tmp_path.iterdir())) == (2, [])
    assert "This is no checkout" in done.stderr
