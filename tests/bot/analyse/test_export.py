"""What is exported is whole, described, and harmless in a spreadsheet."""

import csv
import io
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from bot.analyse.export import COLUMNS, safe_cell, write_csv
from tests.worlds.large_database import build


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\uff1d1", "|x", "%x"])
def test_a_formula_becomes_a_text(text: str) -> None:
    assert safe_cell(text) == safe_cell(f"\u200b\ufeff{text}") == f"'{text}"


@pytest.mark.parametrize("text", ["SAC", "ISO/TC 1", "a=b", "", "Ä", "12"])
def test_a_text_stays_as_it_is(text: str) -> None:
    assert safe_cell(text) == text


def test_numbers_stay_numbers() -> None:
    assert safe_cell(-1) == -1
    assert safe_cell(None) is None


def test_quotes_lines_and_lists_survive() -> None:
    out = io.StringIO(newline="")
    row = {"change": 1, "title": 'a "quoted"\nline, with comma', "before": ["SAC"], "after": None}
    write_csv("changes", [row], out)
    (read,) = csv.DictReader(io.StringIO(out.getvalue(), newline=""))
    assert read["title"] == row["title"]
    assert orjson.loads(read["before"]) == ["SAC"]
    assert read["after"] == ""


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("export") / "w.db", 20, 30, 10, hostile=True)


def call(db: Path, *words: str | Path) -> bytes:
    return subprocess.run([sys.executable, "-m", "bot", "--db", db, "export", *words], capture_output=True, check=True).stdout


@pytest.mark.parametrize("kind", ["records", "leaders", "changes"])
def test_both_formats_have_the_described_columns_and_the_same_rows(db: Path, kind: str, tmp_path: Path) -> None:
    names = [column.name for column in COLUMNS[kind]]
    table = list(csv.reader(io.StringIO(call(db, kind, "--format", "csv").decode(), newline="")))
    rows = [orjson.loads(line) for line in call(db, kind, "--format", "jsonl").splitlines()]
    assert table[0] == names
    assert all(list(row) == names for row in rows)
    assert len(table) - 1 == len(rows)
    assert rows or kind == "changes"
    assert not [value for line in table[1:] for value in line if value[:1] in ("=", "+", "-", "@")]
    call(db, kind, "--format", "csv", "--bom", "--out", tmp_path)
    assert (tmp_path / f"{kind}.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    package = orjson.loads((tmp_path / "datapackage.json").read_bytes())
    (resource,) = package["resources"]
    assert [field["name"] for field in resource["schema"]["fields"]] == names
    assert all(field["description"] for field in resource["schema"]["fields"])
    assert (tmp_path / resource["path"]).exists()
    assert "ISO Open Data, made available under the ODC Attribution License" in package["description"]
    assert package["licenses"][0]["name"] == "ODC-By 1.0"
