"""The main job on ISO's real committee lists: nine dates of 2025."""

import csv
import subprocess
import sys
from collections import Counter
from pathlib import Path

import orjson
import pytest

from tests.shared import shared

CAPTURES = "real/iso/committees-2025-06-12_07-30.warc.gz"


def call(db: Path, *words: str) -> list[dict]:
    done = subprocess.run([sys.executable, "-m", "bot", "--db", db, *words, "--json"], capture_output=True, check=True)
    return [orjson.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    captures = shared(CAPTURES)
    path = tmp_path_factory.mktemp("real") / "w.db"
    runs = call(path, "replay", str(captures))
    assert [run["status"] for run in runs] == ["baseline", "ok", "ok", "unchanged", *["ok"] * 5]
    assert [run["records"] for run in runs] == [785, 785, 785, 785, 787, 787, 787, 787, 788]
    return path


def test_a_second_replay_is_unchanged(db: Path) -> None:
    assert [run["status"] for run in call(db, "replay", str(shared(CAPTURES)))] == ["unchanged"] * 9


def test_changes_are_exactly_the_known_facts(db: Path) -> None:
    with shared("real/iso/committees-expected-changes.tsv").open(newline="", encoding="utf-8") as file:
        expected = Counter(fact(line) for line in csv.DictReader(file, delimiter="\t"))
    assert sum(expected.values()) == 584
    told: Counter[tuple] = Counter()
    for change in call(db, "changes", "--source", "iso-committees"):
        day, key, field = change["observed_at"][:10], change["record"], change["field"]
        if field in ("p_members", "o_members"):
            told.update((day, key, f"{field} left", name) for name in change["before"])
            told.update((day, key, f"{field} joined", name) for name in change["after"])
        elif field is None:
            told[day, key, change["kind"], ""] += 1
        else:
            told[day, key, field, f"{change['before']} → {change['after']}"] += 1
    assert told == expected


def fact(line: dict[str, str]) -> tuple[str, str, str, str]:
    change, day = line["change"], line["to"]
    if change == "removed":
        return "2025-07-30", line["id"], change, ""  # told at the second poll that lacks it
    if change == "added":
        return day, line["id"], change, ""
    if change in ("secretariat", "title"):
        return day, line["id"], change, f"{line['old']} → {line['new']}"
    kind, verb = change.split()
    return day, line["id"], f"{kind[0].lower()}_members {verb}", line["old"] or line["new"]


def test_alerts_for_china(db: Path) -> None:
    told = [(a["event"], a["reference"], a["observed_at"][:10], a["country"]) for a in call(db, "alerts")]
    assert sorted(told) == [
        ("role-gained", "ISO/TC 344/SC 2", "2025-07-30", "CN"),
        ("role-gained", "ISO/TC 352", "2025-07-02", "CN"),
        ("role-passed", "ISO/TC 269/SC 1", "2025-07-02", "CN"),
    ]
    for alert in call(db, "alerts"):
        assert alert["evidence"]["url"].startswith("https://")
        assert "SAC" in alert["evidence"]["text"]
        assert alert["status"] == "historic"


def test_a_membership_that_moves_is_a_change_below_the_alert_level(db: Path) -> None:
    moved = [c for c in call(db, "changes") if c["reference"] == "ISO/TC 92/SC 1" and c["observed_at"].startswith("2025-07-09")]
    assert [(c["field"], c["before"], c["after"]) for c in moved] == [("o_members", [], ["SAC"]), ("p_members", ["SAC"], [])]


@pytest.mark.parametrize(("country", "june", "july"), [("CN", 90, 91), ("DE", 134, 134), ("US", 92, 92)])
def test_leaders_on_a_day(db: Path, country: str, june: int, july: int) -> None:
    for on, count in (("2025-06-30", june), ("2025-07-30", july)):
        rows = call(db, "leaders", "--country", country, "--role", "secretariat", "--on", on)
        assert len(rows) == count
        assert {row["party"] for row in rows} == {{"CN": "SAC", "DE": "DIN", "US": "ANSI"}[country]}


def test_removed_records_were_last_seen_before_they_went(db: Path) -> None:
    for reference in ("ISO/PC 250", "ISO/WS ESG"):
        (shown,) = call(db, "show", reference)
        assert shown["last_seen"].startswith("2025-07-16")
        assert shown["removed_at"].startswith("2025-07-30")
    assert not [r for r in call(db, "leaders", "--country", "GB", "--on", "2025-07-23") if r["reference"] == "ISO/PC 250"]


def test_show_prints_the_hand_over(db: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "--db", db, "show", "ISO/TC 269/SC 1"], capture_output=True, check=True, text=True
    )
    assert "SAC (China), since on or before 2025-06-12, until 2025-07-02\n" in done.stdout
    assert "AFNOR (France), since 2025-07-02\n" in done.stdout
    assert "secretariat: SAC → AFNOR" in done.stdout


def test_every_member_body_of_the_files_has_a_country(db: Path) -> None:
    (unknown,) = [[r for r in call(db, "leaders", "--role", role) if r["country"] is None] for role in ("p-member",)]
    assert unknown == []
