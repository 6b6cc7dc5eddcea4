"""The explorer's questions and descriptions, and what it says when Datasette is not there."""

import sqlite3
import subprocess
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.analyse import league
from bot.analyse.group import country_group
from bot.analyse.snapshot import Snapshot
from bot.explore.describe import metadata, queries
from bot.explore.serve import FrontPage
from state.db import connection_of, open_readonly
from tests.opened import opened
from tests.shared import ROOT
from tests.state.tables import check_search, reword
from tests.worlds.large_database import LAST, build

EMPTY = dict.fromkeys(("day", "country", "body", "role", "reference", "since", "we", "they", "words"), "")


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("explore") / "w.db")


def ask(db: Path, name: str, **given: str) -> list[sqlite3.Row]:
    return connection_of(opened(db, open_readonly)).execute(queries()[name]["sql"], {**EMPTY, **given}).fetchall()


@pytest.mark.parametrize("name", queries())
@pytest.mark.parametrize("word", ["", "'", '"', "x' OR 1=1 --", '"]', "2026-11-18"])
def test_every_question_runs_whatever_is_asked(db: Path, name: str, word: str) -> None:
    assert isinstance(ask(db, name, **dict.fromkeys(EMPTY, word)), list)


def test_questions_agree_with_the_commands(db: Path) -> None:
    survey = Snapshot(opened(db, open_readonly), country_group("eu"), country_group("china"), LAST)
    iso = [row for row in survey.leading if (row.body, row.role) == ("ISO", "secretariat")]
    assert {row["country"]: row["count"] for row in ask(db, "league")} == {
        s.country: s.count for s in league.rank(league.held_at(iso, LAST))
    }
    gaps = {g.fact.reference: len(g.standing.absent) for g in survey.gaps if g.fact.kind == "committee" and g.standing.known}
    assert {row["reference"]: row["absent"] for row in ask(db, "engagement_gaps")} == gaps
    assert len(ask(db, "who_leads", country="cn", role="secretariat", day="2026-11-18")) == next(
        s.count for s in league.rank(league.held_at(iso, LAST)) if s.country == "CN"
    )


def test_search_finds_all_words_and_follows_changes(tmp_path: Path) -> None:
    path = build(tmp_path / "w.db", 10, 0, 0)
    assert {row["title"] for row in ask(path, "find", words="inexistent")} == set()
    (found,) = ask(path, "find", words="rubber 3")
    assert found["title"].startswith("Rubber hoses")
    db = opened(path)
    reword(db, "Bamboo furniture", reference="ISO/TC 3")
    assert ask(path, "find", words="rubber 3") == []
    assert [row["reference"] for row in ask(path, "find", words="BAMBOO")] == ["ISO/TC 3"]
    check_search(db)


def test_every_table_and_column_that_is_described_exists(db: Path) -> None:
    connection = connection_of(opened(db, open_readonly))
    for name, told in metadata("w")["databases"]["w"]["tables"].items():
        there = {row["name"] for row in connection.execute("SELECT name FROM pragma_table_info(?)", [name])}
        assert there, name
        assert set(told.get("columns", {})) | set(told.get("facets", [])) <= there, name


def test_what_is_opened_for_reading_cannot_write(db: Path) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection_of(opened(db, open_readonly)).execute("DELETE FROM runs")


def test_the_front_page_follows_the_last_run(tmp_path: Path) -> None:
    path = build(tmp_path / "w.db", 10, 0, 0)
    front = FrontPage(path, "w", country_group("china"), country_group("eu"), ZoneInfo("Europe/Brussels"))
    first = front.content(LAST)
    assert front.content(LAST) is first
    db = opened(path)
    connection_of(db).execute(
        "INSERT INTO runs (source, trigger, observed_at, status) VALUES ('x', 'run', '2026-11-19T06:00:00Z', 'ok')"
    )
    assert front.content(LAST) is not first


def test_without_datasette_it_says_what_to_do(db: Path) -> None:
    code = "import sys; sys.modules['datasette'] = None; sys.modules['datasette.app'] = None; from bot.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", code, "--db", db, "explore"], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 2
    assert "needs Datasette, which is not installed" in done.stderr
    assert "Traceback" not in done.stderr
