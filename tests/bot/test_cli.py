"""What people see when something is wrong: one sentence, an exit status, never a traceback."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.cli import COMMANDS
from bot.commands.changes import is_asked
from bot.decide.names import body_part
from tests.shared import ROOT


def call(*words: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "bot", *words], capture_output=True, text=True, cwd=cwd, env=environment())


def environment() -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": str(ROOT)}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nonsense"], "No such command 'nonsense'"),
        (["run", "iso-nonsense"], "There is no source 'iso-nonsense'; there are:"),
        (["show", "ISO/TC 1"], "There is no database at"),
        (["leaders", "--on", "yesterday"], "'yesterday' is no day"),
        (["replay", "nowhere.warc.gz"], "does not exist"),
        (["changes", "--source", "x"], "There is no source 'x'"),
        (["held", "accept", "5"], "There is no database at"),
        (["--config", "nowhere.toml", "sources"], "cannot be read (No such file or directory)"),
    ],
)
def test_wrong_usage_is_one_sentence_and_exit_2(words: list[str], says: str, tmp_path: Path) -> None:
    done = call("--db", tmp_path / "w.db", *words, cwd=tmp_path)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("zone = 'Europe/Atlantis'\n", "line 1: zone: there is no time zone 'Europe/Atlantis'"),
        ("[http]\ncontakt = 'x'\n", "line 2: http.contakt: is not a key of this file"),
        ("[watchlists.china]\nmin_severity = 'loud'\n", "min_severity"),
        ("[channels.x]\nkind = 'fax'\n", "line 2: channels.x.kind"),
        ("[sources.iso]\nenabled = true\n", "line 1: sources.iso: there is no source 'iso'; did you mean iso-committee-pages"),
        ("[http\n", "is no TOML"),
    ],
)
def test_a_wrong_configuration_names_key_and_line(text: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "standards-watch.toml").write_text(text)
    done = call("--db", "w.db", "run", "--dry-run", cwd=tmp_path)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "w.db").write_text("this is no database, but long enough to look at" * 50)
    done = call("--db", tmp_path / "w.db", "alerts")
    assert done.returncode == 1
    assert "The database cannot be used" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_archive_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "x.warc.gz").write_text("no archive")
    done = call("--db", tmp_path / "w.db", "replay", tmp_path / "x.warc.gz")
    assert done.returncode == 2
    assert "is not a readable WARC file" in done.stderr
    assert "Traceback" not in done.stderr


def test_init_writes_a_configuration_that_is_valid_and_keeps_one_that_is_there(tmp_path: Path) -> None:
    assert call("init", cwd=tmp_path).returncode == 0
    listed = call("--db", tmp_path / "w.db", "sources", cwd=tmp_path)
    assert "iso-committees" in listed.stdout
    assert "There is no database" in listed.stderr
    again = call("init", cwd=tmp_path)
    assert again.returncode == 2
    assert "is there already" in again.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_is_in_the_readme(command: str) -> None:
    done = call(command, "--help")
    assert done.returncode == 0, done.stderr
    assert f"`{command}" in (ROOT / "docs" / "commands.md").read_text()


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        ({"severity": "info"}, True), ({"severity": "notable"}, True), ({"severity": "major"}, False),
        ({"topic": {"ai", "robotics"}}, True), ({"topic": {"quantum"}}, False), ({"body": body_part("ISO/IEC")}, False), ({}, True),
    ],
)  # fmt: skip
def test_an_alert_is_of_the_least_severity_and_of_the_topic_asked_for(asked: dict[str, Any], there: bool) -> None:
    alert = {
        "severity": "notable",
        "topics": ["ai"],
        "country": "CN",
        "role": None,
        "body": "ISO",
        "source": "x",
        "reference": None,
    }
    any_ = dict.fromkeys(("country", "body", "role", "topic", "severity"))
    assert is_asked(alert, **{**any_, **asked}) is there
