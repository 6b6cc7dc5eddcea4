"""What the shipped gazetteer knows: owners of groups, forms of States and of Chinese names, regulators of the world."""

import pytest

from bot.attribute import attribute_text
from bot.attribute.gazetteer import Gazetteer

GAZETTEER = Gazetteer()
UN_MEMBERS_AND_OBSERVERS = 195


@pytest.mark.parametrize(
    ("text", "group", "seat"),
    [
        ("Volvo Car Corporation", "CN", "SE"),
        ("Syngenta Crop Protection AG", "CN", "CH"),
        ("KUKA Deutschland GmbH", "CN", "DE"),
        ("Motorola Mobility LLC", "CN", "US"),
        ("Futurewei Technologies", "CN", "US"),
        ("MG Motor UK", "CN", "GB"),
        ("Nexperia B.V.", "CN", "NL"),
        ("Lotus Cars Limited", "CN", "GB"),
        ("Smithfield Foods", "CN", "US"),
        ("Shein", "CN", "SG"),
        ("T-Mobile USA", "DE", "US"),
        ("MediaTek (Chengdu) Inc.", "TW", "CN"),
        ("Ericsson (China) Communications", "SE", "CN"),
        ("Apple (Shanghai) Co.", "US", "CN"),
        ("Beijing Samsung Telecom R&D Center", "KR", "CN"),
        ("Volvo Group Trucks Technology", "SE", None),
    ],
)
def test_a_company_counts_by_who_controls_it_and_keeps_its_seat(text: str, group: str, seat: str | None) -> None:
    found = attribute_text(text, "3gpp_member_list")
    assert (found["country"], found["domicile"]) == (group, seat)


@pytest.mark.parametrize("text", ["Nokia Shanghai Bell", "TD Tech Ltd", "Ericsson-LG", "FAW-Volkswagen", "ST-Ericsson"])
def test_a_joint_venture_without_a_controller_stays_open(text: str) -> None:
    found = attribute_text(text, "3gpp_member_list")
    assert (found["country"], found["rule"]) == (None, "joint-venture")


def test_a_line_on_an_owner_says_that_another_country_controls() -> None:
    assert all(row["country"] != row["domicile"] for row in GAZETTEER.rows("ownership.csv"))


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("Гонконг, Китай", "HK"),
        ("Макао (Китай)", "MO"),
        ("Тайвань, провинция Китая", "TW"),
        ("هونغ كونغ، الصين", "HK"),
        ("ماكاو (الصين)", "MO"),
        ("مقاطعة تايوان الصينية", "TW"),
        ("中国香港特区", "HK"),
        ("中国澳门", "MO"),
        ("中国台湾省", "TW"),
        ("Hong-Kong (Chine)", "HK"),
        ("Macao, región administrativa especial de China", "MO"),
        ("Taïwan (province de Chine)", "TW"),
        ("جمهورية الصين الشعبية", "CN"),
        ("Китайской Народной Республики", "CN"),
        ("Боливия (Многонациональное Государство)", "BO"),
        ("إيران (جمهورية - الإسلامية)", "IR"),
        ("委内瑞拉（玻利瓦尔共和国）", "VE"),
        ("ملديف", "MV"),
    ],
)
def test_states_as_papers_of_the_united_nations_print_them(text: str, country: str) -> None:
    assert attribute_text(text, "itu_country_name")["country"] == country


def test_each_state_has_a_name_in_arabic_russian_and_chinese() -> None:
    scripts = {"Arabic": ("\u0600", "\u06ff"), "Russian": ("\u0400", "\u04ff"), "Chinese": ("\u4e00", "\u9fff")}
    for row in GAZETTEER.rows("countries.csv"):
        for script, (first, last) in scripts.items():
            assert any(first <= letter <= last for letter in row["names"]), (row["code"], script)


@pytest.mark.parametrize(
    "text",
    [
        "Zhongguo Biaozhunhua Yanjiuyuan",
        "Beijing Youdian Daxue",
        "Qinghua Daxue",
        "Gongye he Xinxihua Bu",
        "Université de Nankin",
        "Universidad de Pekín",
        "Académie chinoise des sciences",
        "Китайская академия наук",
        "جامعة بكين",
        "CMCC",
    ],
)
def test_chinese_names_in_pinyin_and_other_languages(text: str) -> None:
    assert attribute_text(text, "itu_contribution_source")["country"] == "CN"


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("ComReg", "IE"),
        ("POTRAZ", "ZW"),
        ("ZICTA", "ZM"),
        ("OSIPTEL", "PE"),
        ("Batelco", "BH"),
        ("BIPT", "BE"),
        ("Autorité de Régulation des Télécommunications et des Postes (ARTP)", "SN"),
        ("ARCEP (Burkina Faso)", "BF"),
        ("TRA, Oman", "OM"),
        ("NICTA Papua New Guinea", "PG"),
    ],
)
def test_regulators_and_operators(text: str, country: str) -> None:
    assert attribute_text(text, "itu_contribution_source")["country"] == country


@pytest.mark.parametrize("text", ["ARCEP", "CONATEL", "ARPCE", "NTRA", "Unitel", "National Cyber Security Centre"])
def test_a_name_of_several_countries_has_none_alone(text: str) -> None:
    assert attribute_text(text, "itu_contribution_source")["country"] is None


def test_most_states_have_a_public_body_in_the_gazetteer() -> None:
    public = {"government", "standards_body"}
    rows = [row for file in GAZETTEER.institutions for row in GAZETTEER.rows(file)]
    assert len({row["country"] for row in rows if row["kind"] in public} - {""}) >= UN_MEMBERS_AND_OBSERVERS - 15
