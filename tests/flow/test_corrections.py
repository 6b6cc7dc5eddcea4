"""Corrections by people, and the rehearsal of a changed watchlist."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import cli
from bot.context import RunContext
from bot.decide.watchlist import load_watchlist
from bot.errors import ConfigError
from bot.run.attribution import correct, correct_everywhere, undo
from bot.run.backtest import backtest, compare_with_history, write_history
from bot.run.replay import replay, sessions
from sources.iso.committees import source
from state.corrections import in_force
from state.db import connection_of, write
from state.queries import history as reading
from tests.worlds.committee_list import AFNOR, DIN, SAC, committees, day, jsonl, row, warc


@pytest.fixture
def history(desk: RunContext, tmp_path: Path) -> RunContext:
    bodies = [
        jsonl(committees()),
        jsonl(committees(changed={10: row(10, AFNOR, [SAC])})),
        jsonl(committees(changed={10: row(10, SAC, [AFNOR]), 20: row(20, DIN)})),
    ]
    for session in sessions([warc(tmp_path / "weeks.warc.gz", bodies)], [source]):
        assert replay(desk, session).good
    return desk


def holders(desk: RunContext, reference: str) -> list[tuple[str, str | None, str]]:
    rows = reading.leaders(desk.db, day(3), role="secretariat")
    return [(r["party"], r["country"], r["rule"]) for r in rows if r["reference"] == reference]


def test_a_correction_counts_now_and_at_later_polls_and_can_be_undone(history: RunContext, tmp_path: Path) -> None:
    number, changed = correct(history, "ISO/TC 30", "secretariat", "SAC", "HK", "the desk moved")
    assert changed == 1
    assert holders(history, "ISO/TC 30") == [("SAC", "HK", f"correction {number}: the desk moved")]
    body = jsonl(committees(changed={30: row(30, SAC, [DIN])}))
    assert replay(history, sessions([warc(tmp_path / "later.warc.gz", [body], first=3)], [source])[0]).good
    assert holders(history, "ISO/TC 30") == [("SAC", "HK", f"correction {number}: the desk moved")]
    assert undo(history, number) == 1
    assert holders(history, "ISO/TC 30") == [("SAC", "CN", "national-body-id")]


def test_a_correction_does_not_tear_the_history(history: RunContext) -> None:
    correct(history, "ISO/TC 30", "secretariat", "", None, "nobody's")
    (held,) = [r for r in reading.leaders(history.db, day(0), role="secretariat") if r["reference"] == "ISO/TC 30"]
    assert (held["country"], held["since"]) == (None, "2026-01-07T06:00:00Z")


@pytest.mark.parametrize(("name", "party", "reason"), [("ISO/TC 9999", "SAC", "No record"), ("ISO/TC 30", "DINN", "Nobody named")])
def test_corrections_of_nothing_are_refused(history: RunContext, name: str, party: str, reason: str) -> None:
    with pytest.raises(ConfigError, match=reason):
        correct(history, name, "secretariat", party, "HK", "x")
    assert in_force(connection_of(history.db)) == {}


def test_records_of_a_source_that_is_configured_no_more_are_corrected_too(desk: RunContext, tmp_path: Path) -> None:
    week = warc(tmp_path / "week.warc.gz", [jsonl(committees())])
    assert replay(desk, sessions([week], [replace(source, name="unesco-dataset-gone")])[0]).good
    assert correct(desk, "ISO/TC 30", "secretariat", "SAC", "HK", "x")[1] == 1
    assert holders(desk, "ISO/TC 30")[0][:2] == ("SAC", "HK")


def test_a_party_is_corrected_everywhere_now_and_later(history: RunContext, tmp_path: Path) -> None:
    number, changed = correct_everywhere(history, "sac", "HK", "the body moved")
    assert changed > 100
    expected = [("SAC", "HK", f"correction {number}: the body moved")]
    assert holders(history, "ISO/TC 30") == expected
    correct(history, "ISO/TC 30", "secretariat", "SAC", "MO", "this one elsewhere")
    assert [country for _, country, _ in holders(history, "ISO/TC 30")] == ["MO"]
    body = jsonl(committees(changed={31: row(31, SAC, [DIN])}))
    assert replay(history, sessions([warc(tmp_path / "later.warc.gz", [body], first=3)], [source])[0]).good
    assert holders(history, "ISO/TC 31") == expected
    assert holders(history, "ISO/TC 32")[0][1] == "DE"
    assert undo(history, number) > 100
    assert holders(history, "ISO/TC 31") == [("SAC", "CN", "national-body-id")]
    with pytest.raises(ConfigError, match="No record prints"):
        correct_everywhere(history, "SAAC", "HK", "x")


def test_rehearsing_what_is_configured_changes_nothing(history: RunContext) -> None:
    with write(history.db) as connection:
        played = list(backtest(connection, [source], history.attributor, history.watchlists))
        assert len(played) == 3
        assert compare_with_history(connection, played, "china", "", [source]) == []


def test_rehearsing_another_country_shows_what_would_have_been_told_and_can_be_kept(history: RunContext) -> None:
    france = load_watchlist("france", "china", {"title": "France", "countries": ["FR"]})
    with write(history.db) as connection:
        played = list(backtest(connection, [source], history.attributor, [france]))
        rows = compare_with_history(connection, played, "france", "", [source])
        assert [(r["verdict"], r["headline"].split(" of ")[0]) for r in rows] == [
            ("comes", "France's AFNOR took over the secretariat"),
            ("comes", "France's AFNOR passed the secretariat"),
        ]
        assert write_history(connection, played) == 2
        assert compare_with_history(connection, played, "france", "", [source]) == []
    assert {a["status"] for a in reading.alerts(history.db) if a["watchlist"] == "france"} == {"historic"}


def test_rehearsing_a_stricter_watchlist_shows_what_would_go(history: RunContext) -> None:
    strict = load_watchlist("china", "china", {"events": ["role-gained"]})
    with write(history.db) as connection:
        rows = compare_with_history(
            connection, list(backtest(connection, [source], history.attributor, [strict])), "china", "", [source]
        )
    assert [r["verdict"] for r in rows] == ["goes"] * 3


def test_since_leaves_out_what_was_before(history: RunContext) -> None:
    with write(history.db) as connection:
        played = list(backtest(connection, [source], history.attributor, history.watchlists, "2026-01-20T00:00:00Z"))
    assert {run["observed_at"] for run, _ in played} == {"2026-01-21T06:00:00Z"}


def test_the_review_proposes_the_nearest_name_and_the_line_to_add(history: RunContext, tmp_path: Path) -> None:
    odd = (990001, "Huaweil Technologies")
    body = jsonl(committees(changed={30: row(30, SAC, [odd]), 40: row(40, SAC, [odd]), 50: row(50, DIN, [(990002, "Quxbar")])}))
    assert replay(history, sessions([warc(tmp_path / "later.warc.gz", [body], first=3)], [source])[0]).good
    database = history.db.conn.execute("PRAGMA database_list").fetchone()["file"]
    done = CliRunner().invoke(cli, ["--db", database, "review", "--json"], catch_exceptions=False)
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert (first["party"], first["count"], first["nearest"][0]["name"]) == ("Huaweil Technologies", 2, "Huawei Technologies")
    assert first["line"].startswith("Huaweil Technologies,,,,company,CN,,whole,ISO/TC 30")
    assert (second["party"], second["nearest"]) == ("Quxbar", [])
