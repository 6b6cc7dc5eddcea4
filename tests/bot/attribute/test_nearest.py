"""Names like a printed one are shown to people, with the difference and the line to add; they decide nothing."""

import shutil
from pathlib import Path

import pytest

from bot.attribute import attribute_text, load_attributor
from bot.attribute.gazetteer import SHIPPED
from bot.attribute.nearest import line_to_add, nearest

GAZETTEER = load_attributor().reader.resolver.gazetteer


@pytest.mark.parametrize(
    ("printed", "name", "difference"),
    [
        ("Huaweil Technologies Co., Ltd.", "Huawei Technologies", "an extra “l”"),
        ("Chinunicom", "China Unicom", "a missing “a”"),
        ("Hikvison", "Hikvision", "a missing “i”"),
        ("Ericssom AB", "Ericsson", "“m” for “n”"),
    ],
)
def test_a_typing_error_finds_its_name_and_decides_nothing(printed: str, name: str, difference: str) -> None:
    assert attribute_text(printed)["confidence"] < 0.7
    best = nearest(printed, GAZETTEER)[0]
    assert (best.name, best.difference) == (name, difference)


@pytest.mark.parametrize("printed", ["SAMRT", "Quxbar Zymurgy Ltd", "ZTEC", "", "·"])
def test_acronyms_and_unlike_names_find_none(printed: str) -> None:
    assert nearest(printed, GAZETTEER) == []


def test_the_line_makes_the_name_known(tmp_path: Path) -> None:
    printed = 'Huaweil "Technologies", Ltd'
    folder = tmp_path / "gazetteer"
    shutil.copytree(SHIPPED, folder)
    with (folder / "institutions_world.csv").open("a", encoding="utf-8") as file:
        file.write(line_to_add(printed, nearest(printed, GAZETTEER)[0], "ISO/TC 30") + "\n")
    assert load_attributor(folder).attribute_text(printed)["country"] == "CN"
