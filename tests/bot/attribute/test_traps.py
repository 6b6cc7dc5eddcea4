"""Strings that have gone wrong elsewhere. This list only grows."""

import shutil
from pathlib import Path

import pytest

from bot.attribute import attribute_text, load_attributor
from bot.attribute.gazetteer import SHIPPED

TRAPS: list[tuple[str, str | None, str | None]] = [
    # national names that hold another's
    ("Hong Kong, China", "member_country", "HK"),
    ("Macao, China", "itu_country_name", "MO"),
    ("Taiwan, Province of China", "member_country", "TW"),
    ("Chinese Taipei", "apec_meeting_host", "TW"),
    ("Republic of China", "country_name", "TW"),
    ("People's Republic of China", "country_name", "CN"),
    ("People’s Republic of China", "country_name", "CN"),
    ("Democratic People's Republic of Korea", "member_country", "KP"),
    ("Korea (Rep. of)", "itu_supporting_member", "KR"),
    ("Korea (Dem. People's Rep. of)", "country_name", "KP"),
    ("Bangladesh (People's Republic of)", "itu_country_name", "BD"),
    ("Lao People's Democratic Republic", "member_country", "LA"),
    ("Congo (Democratic Republic of the)", "itu_country_name", "CD"),
    ("Iran, Islamic Republic of", "member_country", "IR"),
    ("中国澳门特别行政区", "country_name", "MO"),
    ("CHN", "country_name", "CN"),
    ("CHE", "country_name", "CH"),
    # acronyms belong to whoever's field it is
    ("SAC", "iso_member_acronym", "CN"),
    ("SAC", "ror_acronym", None),
    ("SAC", "rapporteur", None),
    ("SAC", None, None),
    ("SA", "iso_secretariat", "AU"),
    ("SA WG2", "3gpp_tdoc_source", None),
    ("CMCC", "3gpp_tdoc_source", "CN"),
    ("CMCC", "ror_acronym", None),
    ("FRA", "3gpp_member_list", "SE"),
    ("Norway (NSF) [p]", "iso_committee_member", "NO"),
    ("Singapore Accreditation Council (SAC)", "member_list", "SG"),
    # China in the name, and not China
    ("China Airlines", None, "TW"),
    ("Chunghwa Telecom", None, "TW"),
    ("Chinese University of Hong Kong", None, "HK"),
    ("Hong Kong University of Science and Technology (Guangzhou)", None, "CN"),
    ("China Medical University", None, None),
    ("China Medical University, Taiwan", None, "TW"),
    ("National Tsing Hua University", None, "TW"),
    ("Tsinghua University", None, "CN"),
    ("Sinop University", None, "TR"),
    ("China Lake Naval Station", None, "US"),
    ("American Chamber of Commerce in China", None, "US"),
    ("中国電力株式会社", None, "JP"),
    ("中華民國交通部", None, "TW"),
    ("Internet Society of China", None, "CN"),
    # groups and their offices
    ("Ericsson (China) Communications Co., Ltd.", None, "SE"),
    ("Nanjing Ericsson Panda Communications", None, "SE"),
    ("Huawei Technologies France", None, "CN"),
    ("Huawei Technologies (UK) Co. Ltd.", None, "CN"),
    ("施耐德电气（中国）有限公司", "gb_drafting_organisation", "FR"),
    ("Nokia Shanghai Bell", "3gpp_source", None),
    ("Futurewei Technologies", None, "CN"),
    # a word in a name decides nothing alone
    ("China Grove Telephone Company", None, None),
    ("China Systems", None, None),
    ("China Town Ltd", None, None),
    ("Chinatown Community Development Center", None, None),
    ("Fine China Museum", None, None),
    ("Bone China Manufacturers' Guild", None, None),
    ("China Chamber of Commerce for Import and Export of Machinery", None, "CN"),
    ("Turkey Hill Research Center", None, None),
    ("Essen Innovation", None, None),
    ("University of Essen", None, "DE"),
    ("Hugging Face, Inc.", None, "US"),
    ("Automotive Edge Computing Consortium (AECC)", None, None),
    ("Carpenters' Alliance for Indoor Craft Trades (CAICT)", None, None),
    ("Quxbar Computer Network (CN)", None, None),
    ("Gatehouse Satcom A/S", None, "DK"),
    ("Quxbar a.s.", None, None),
    ("Quxbar A.Ş.", None, "TR"),
    # a country printed beside the name
    ("Ofcom", None, "GB"),
    ("Ofcom (CH)", None, "CH"),
    ("OFCOM, Switzerland", None, "CH"),
    ("Quxbar Research Institute (QR)", None, None),
    ("Algeria's Institut Quxbar", None, "DZ"),
    ("BIPT – Belgian Institute for Postal services and Telecommunications", None, "BE"),
    ("Korean Register", None, "KR"),
    # no party at all
    ("Oil of cassia, Chinese type", "title", None),
    ("ISO/TC 249 Traditional Chinese medicine", "committee_title", None),
    ("The meeting was held in Wuxi, China, in December.", "itu_text", None),
    ("Wuxi, China", "meeting_place", None),
    ("D. Zhang", "ietf_author_affiliation", None),
    ("Jack London", "rapporteur", None),
    ("World Health Organization", None, None),
    ("Department of Computer Science", "affiliation", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "role", "country"), TRAPS)
def test_traps(text: str, role: str | None, country: str | None) -> None:
    assert attribute_text(text, role)["country"] == country


def test_a_local_office_keeps_its_domicile() -> None:
    found = attribute_text("Ericsson (China)", "rapporteur")
    assert found["rule"] == "group-control"
    assert "domicile CN" in found["organisation"]


def test_who_controls_a_group_decides_and_a_joint_venture_stays_open(tmp_path: Path) -> None:
    folder = tmp_path / "gazetteer"
    shutil.copytree(SHIPPED, folder)
    with (folder / "institutions_world.csv").open("a", encoding="utf-8") as file:
        file.write("Quxbar Cars,,,,company,SE,,,test\nQuxbar Bell,,,,company,CN,,,test\n")
    with (folder / "ownership.csv").open("a", encoding="utf-8") as file:
        file.write("Quxbar Cars,CN,SE,Geely,test,2010\nQuxbar Bell,,CN,,test,2010\n")
    cars, bell = (load_attributor(folder).attribute_text(text) for text in ("Quxbar Cars AB", "Quxbar Bell Co."))
    assert (cars["country"], cars["domicile"], cars["rule"]) == ("CN", "SE", "group-control")
    assert (bell["country"], bell["rule"]) == (None, "joint-venture")


def test_names_that_only_say_where_they_are_registered_go_to_review() -> None:
    found = attribute_text("Blauwvogel (China) Co., Ltd.", "rapporteur")
    assert found["rule"] == "domicile-only"
    assert found["confidence"] < 0.7


@pytest.mark.parametrize(
    ("text", "role", "countries"),
    [
        ("China Mobile, Orange; ETRI", "itu_supporting_member", ["CN", "FR", "KR"]),
        ("Tsinghua University/Yale University", "affiliation", ["CN", "US"]),
        ("国家电网有限公司、浙江大学", "gb_drafting_organisations", ["CN"]),
        ("China,Kazakhstan,Kyrgyzstan", "world_heritage_states", ["CN", "KZ", "KG"]),
        ("Vodafone (based on CR 1440 from Huawei)", "3gpp_tdoc_source", ["GB"]),
        ("MediaTek [OPPO]", "3gpp_tdoc_source", ["TW", "CN"]),
        ("Zhejiang Dahua Technology Co., Ltd., Zhejiang Lab.", "itu_supporting_member", ["CN"]),
    ],
)
def test_lists(text: str, role: str, countries: list[str]) -> None:
    assert attribute_text(text, role)["countries"] == countries


def test_names_with_commas_stay_whole() -> None:
    found = attribute_text("China Telecom, Zhejiang Dahua Technology Co., Ltd., KDDI Corp., Japan, Foo Ltd.", "supporting-member")
    assert [p["party"] for p in found["parties"]][:2] == ["China Telecom", "Zhejiang Dahua Technology Co., Ltd."]
    assert found["countries"] == ["CN", "JP"]


@pytest.mark.parametrize("text", ["China Uicom", "Quxbar A/S", "Quxbar Oy", "Blauwvogel China Ltd"])
def test_a_word_or_a_legal_form_alone_is_a_hint_at_most(text: str) -> None:
    found = attribute_text(text, "rapporteur")
    assert found["country"] is None or found["confidence"] < 0.7
