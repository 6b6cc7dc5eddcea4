"""League tables, gaps and report on ISO's real committee lists."""

import csv
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest
from warcio.archiveiterator import ArchiveIterator

from tests.shared import shared

CAPTURES = "real/iso/committees-2025-06-12_07-30.warc.gz"
JUNE = {
    "DIN": 134,
    "ANSI": 92,
    "SAC": 90,
    "JISC": 84,
    "AFNOR": 82,
    "BSI": 76,
    "SIS": 25,
    "KATS": 24,
    "UNI": 23,
    "SA": 22,
    "SNV": 20,
}


def call(db: Path, *words: str | Path) -> bytes:
    return subprocess.run([sys.executable, "-m", "bot", "--db", db, *words], capture_output=True, check=True).stdout


def rows(db: Path, *words: str) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in call(db, *words, "--json").splitlines()]


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("picture") / "w.db"
    call(path, "replay", shared(CAPTURES))
    return path


@pytest.fixture(scope="module")
def printed() -> dict[str, dict[str, Any]]:
    """The committees of the first capture as printed, by reference."""
    with shared(CAPTURES).open("rb") as stream:
        for record in ArchiveIterator(stream):
            if record.rec_type == "response":
                lines = record.content_stream().read().splitlines()
                return {row["reference"]: row for line in lines if (row := orjson.loads(line))}
    raise AssertionError("the archive is empty")


def test_the_league_table_is_the_published_one(db: Path) -> None:
    league = rows(db, "league", "--body", "ISO", "--role", "secretariat", "--on", "2025-06-12")
    assert {party: count for row in league for party, count in row["parties"].items() if party in JUNE} == JUNE
    assert list(JUNE) == [next(iter(row["parties"])) for row in league[: len(JUNE)]]
    july = rows(db, "league", "--on", "2025-07-30")
    assert next(row["count"] for row in july if row["country"] == "CN") == 91


def test_every_figure_of_the_league_lists_its_rows(db: Path) -> None:
    for line in rows(db, "league", "--on", "2025-06-12")[:6]:
        listed = rows(db, *line["query"].split())
        assert len(listed) == line["count"]
        assert sorted(row["record"] for row in listed) == sorted(line["records"])


def test_quarters_tell_what_was_gained_and_lost(db: Path) -> None:
    second, third = rows(db, "league", "--quarters", "CN", "--on", "2025-07-30")
    assert (second["held"], second["gained"], second["lost"]) == (90, [], [])
    assert (third["held"], third["gained"], third["lost"]) == (91, ["ISO/TC 344/SC 2", "ISO/TC 352"], ["ISO/TC 269/SC 1"])


def test_gaps_agree_with_the_members_printed(db: Path, printed: dict[str, dict[str, Any]]) -> None:
    led = rows(db, "gaps", "--on", "2025-06-12", "--we", "DE,FR,NL,SE,PL,NO", "--they", "china")
    (one,) = rows(db, "gaps", "ISO/IEC JTC 1/SC 42", "--on", "2025-06-12", "--we", "DE,FR,NL,SE,PL,NO")
    bodies = {"DE": "DIN", "FR": "AFNOR", "NL": "NEN", "SE": "SIS", "PL": "PKN", "NO": "SN"}
    assert {row["reference"] for row in led} == {
        name for name, row in printed.items() if (row["secretariat"] or {}).get("acronym") == "SAC"
    }
    assert len(led) == 90
    for row in (*led, one):
        page = printed[row["reference"]]
        p, o = ({each["acronym"] for each in page[name] or ()} for name in ("pMembers", "oMembers"))
        if not row["members_known"]:
            assert len(p | o) < 3
            continue
        assert row["takes_part"] == sorted(code for code, body in bodies.items() if body in p), row["reference"]
        assert row["observes"] == sorted(code for code, body in bodies.items() if body in o - p), row["reference"]
        assert row["absent"] == sorted(code for code, body in bodies.items() if body not in p | o), row["reference"]


def test_gaps_of_the_whole_group_count_every_member(db: Path, printed: dict[str, dict[str, Any]]) -> None:
    eu = {
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IS",
        "IT",
        "LI",
        "LT",
        "LU",
        "LV",
    }
    eu |= {"MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"}
    (row,) = rows(db, "gaps", "ISO/IEC JTC 1/SC 42", "--on", "2025-06-12")
    members = printed["ISO/IEC JTC 1/SC 42"]
    table = {line["id"]: line["country"] for line in csv.DictReader(iso_members())}
    p, o = ({table.get(str(each["id"])) for each in members[name] or ()} for name in ("pMembers", "oMembers"))
    assert set(row["takes_part"]) == eu & p
    assert set(row["observes"]) == eu & o - p
    assert set(row["absent"]) == eu - p - o


def iso_members() -> list[str]:
    from importlib.resources import files

    return files("bot").joinpath("gazetteer", "iso_members.csv").read_text(encoding="utf-8").splitlines()


def test_two_dates_and_two_countries(db: Path) -> None:
    moved = rows(db, "leaders", "--country", "CN", "--on", "2025-06-12", "--compare", "2025-07-30")
    assert [(row["compared"], row["reference"]) for row in moved] == [
        ("lost", "ISO/TC 269/SC 1"), ("gained", "ISO/TC 344/SC 2"), ("gained", "ISO/TC 352"),
    ]  # fmt: skip
    (sides,) = rows(db, "leaders", "--country", "CN", "--on", "2025-06-12", "--compare", "DE")
    assert (sides["count"], sides["other_count"], sides["lead"]) == (90, 134, -44)


def test_the_report_shows_the_same_numbers(db: Path, tmp_path: Path) -> None:
    call(db, "report", "--out", tmp_path, "--on", "2025-06-12")
    page = (tmp_path / "body-iso.html").read_text(encoding="utf-8")
    for party, count in JUNE.items():
        assert f">{count}</a></td><td>{party} {count}</td>" in page
    listed = (tmp_path / "rows-iso-secretariat.html").read_text(encoding="utf-8")
    assert listed.split('<tbody id="cn">')[1].split("</tbody>")[0].count("<tr>") == 91  # its heading and 90 rows
    assert "Contains information from ISO Open Data" in page
