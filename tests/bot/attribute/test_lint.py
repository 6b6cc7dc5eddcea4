"""The shipped gazetteer is clean, and the linter sees what it must see."""

import shutil
from pathlib import Path

import pytest

from bot.attribute.gazetteer import SHIPPED
from bot.attribute.lint import faults


def test_the_shipped_gazetteer_is_clean() -> None:
    assert list(faults()) == []


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("Foo,,Huawei,,company,CN,,,test", "already a name"),
        ("Foo Company,,FC,,company,CN,,,test", "shorter than 4"),
        ("Foo Company,,,FC,company,CN,,,test", "needs @any"),
        ("Foo Company,,,,company,CX9,,,test", "unknown country"),
        ("Foo Company,,,,company,,,,test", "no country"),
        ("Foo Company,,,,company,CN,,middle,test", "unknown match"),
    ],
)
def test_a_bad_row_is_told(tmp_path: Path, row: str, fault: str) -> None:
    folder = tmp_path / "gazetteer"
    shutil.copytree(SHIPPED, folder)
    with (folder / "institutions_world.csv").open("a", encoding="utf-8") as file:
        file.write(row + "\n")
    assert any(fault in told for told in faults(folder))


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("Quxbar,CN,SE,Geely,general knowledge,2010", "no institution"),
        ("Volvo,CN9,SE,Geely,general knowledge,2010", "unknown country"),
        ("Volvo,CN,,Geely,general knowledge,2010", "no domicile"),
        ("Volvo,CN,SE,Geely,,2010", "needs a source"),
        ("Volvo,CN,SE,Geely,general knowledge,lately", "needs a source and a date"),
    ],
)
def test_a_bad_line_on_an_owner_is_told(tmp_path: Path, row: str, fault: str) -> None:
    folder = tmp_path / "gazetteer"
    shutil.copytree(SHIPPED, folder)
    with (folder / "ownership.csv").open("a", encoding="utf-8") as file:
        file.write(row + "\n")
    assert any(fault in told for told in faults(folder))
