"""One printed name stays one party, several stay several: a known name is never cut, and what has no proper name joins its
neighbour."""

import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.attribute import attribute_text, load_attributor
from bot.attribute.gazetteer import SHIPPED

WHOLE = [
    ("Nanjing University of Posts and Telecommunications (NJUPT)", "CN"),
    ("Chongqing University of Posts and Telecommunications (CQUPT)", "CN"),
    ("Institute of Acoustics, Chinese Academy of Sciences", "CN"),
    ("China Electronics Technology Group Corporation, 54th Research Institute", "CN"),
    ("China Unicom, Network Technology Research Institute", "CN"),
    ("Ministry of Science and Technology (MOST), China", "CN"),
    ("Huawei Technologies Co., Ltd. (China)", "CN"),
    ("Siemens Ltd., China", "DE"),
    ("Ministry of Digital Development, Communications and Mass Media of the Russian Federation", "RU"),
    ("Innovation, Science and Economic Development Canada (ISED)", "CA"),
    ("Ministère de la Communication, des Télécommunications et de l’Économie numérique, Sénégal", "SN"),
    ("Department of Infrastructure, Transport, Regional Development, Communications and the Arts, Australia", "AU"),
    ("NICT, Japan", "JP"),
    ("OFCOM, Switzerland", "CH"),
    ("Department of Electronic Engineering, Tsinghua University, Beijing", "CN"),
    ("Hong Kong Special Administrative Region, China", "HK"),
]
LISTS = [
    ("China Mobile, Institute of Computing Technology, Chinese Academy of Sciences, BUPT", ["CN", "CN", "CN"]),
    ("Korea (Rep. of), ETRI, Daejeon University", ["KR", "KR", "KR"]),
    ("Huawei, Kenya, Japan", ["CN", "KE", "JP"]),
    ("ETRI, Quxbar, Orange", ["KR", None, "FR"]),
    ("China Unicom, Shanghai Jiao Tong University, School of Electronics; Ericsson", ["CN", "CN", "SE"]),
    ("Ministry of Science and Technology (MOST), China; Korea (Rep. of); NICT, Japan", ["CN", "KR", "JP"]),
    ("Orange, UNESCO, China", ["FR", None, "CN"]),
    ("Tsinghua University and Yale University", ["CN", "US"]),
    ("Siemens Ltd., Kenya, Japan", ["DE", "KE", "JP"]),
    ("Orange, Communications, ZTE", ["FR", None, "CN"]),
    ("China Mobile, CAICT, MIIT", ["CN", "CN", "CN"]),
]


def countries(text: str) -> list[str | None]:
    return [party["country"] for party in attribute_text(text, "supporting-member", "ITU")["parties"]]


@pytest.mark.parametrize("role", ["supporting-member", "rapporteur"])
@pytest.mark.parametrize(("text", "country"), WHOLE)
def test_one_name_is_one_party(text: str, country: str, role: str) -> None:
    assert [(p["party"], p["country"]) for p in attribute_text(text, role, "ITU")["parties"]] == [(text.replace("’", "'"), country)]


@pytest.mark.parametrize(("text", "expected"), LISTS)
def test_a_list_has_as_many_parties_as_organisations(text: str, expected: list[str | None]) -> None:
    assert countries(text) == expected


def test_a_longer_name_behind_a_comma_is_not_cut_for_a_name_across_it(tmp_path: Path) -> None:
    folder = tmp_path / "gazetteer"
    shutil.copytree(SHIPPED, folder)
    with (folder / "institutions_world.csv").open("a", encoding="utf-8") as file:
        file.write("Quxbar China,,Quxbar,,company,US,,,test\n")
    found = load_attributor(folder).attribute_text("Quxbar, China Unicom", "supporting-member")
    assert [(p["party"], p["country"]) for p in found["parties"]] == [("Quxbar", "US"), ("China Unicom", "CN")]
    whole = load_attributor(folder).attribute_text("Orange, Quxbar, China", "supporting-member")
    assert [p["party"] for p in whole["parties"]] == ["Orange", "Quxbar, China"]


NAMES = sorted(
    {
        entries[0].name
        for name, entries in load_attributor().reader.resolver.lexicon.names.items()
        if entries[0].sort == "institution" and entries[0].country and " and " in entries[0].name and not entries[0].acronym
    }
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True))
def test_known_names_are_never_cut(names: list[str]) -> None:
    parties = [party["party"] for party in attribute_text(", ".join(names), "supporting-member")["parties"]]
    assert all(any(name in party for party in parties) for name in names)


@pytest.mark.parametrize("first", ["Kenya", "ETRI", "Ministry of Transport of Zambia"])
def test_a_ministry_goes_with_the_country_behind_it(first: str) -> None:
    found = attribute_text(f"{first}, Ministry of Communications, Ghana", "supporting-member")
    assert [party["party"] for party in found["parties"]] == [first, "Ministry of Communications, Ghana"]
