"""A State that acts as one, in three languages, and those who only look like it."""

import pytest

from bot.attribute import attribute_text, load_attributor
from state.model import Claim, Evidence, Record

STATES = [
    ("Government of the People's Republic of China", "CN"),
    ("the Government of China", "CN"),
    ("Central People’s Government of the People’s Republic of China", "CN"),
    ("Gouvernement de la République populaire de Chine", "CN"),
    ("le Gouvernement chinois", "CN"),
    ("Gobierno de la República Popular China", "CN"),
    ("Gobierno chino", "CN"),
    ("Member State: China", "CN"),
    ("Permanent Delegation of the People's Republic of China to UNESCO", "CN"),
    ("Permanent Delegation of Japan", "JP"),
    ("Delegación Permanente de China ante la UNESCO", "CN"),
    ("Délégation permanente de l’Italie auprès de l’UNESCO", "IT"),
    ("Mission permanente de la Chine auprès de l’Organisation des Nations Unies", "CN"),
    ("Embassy of China in France", "CN"),
    ("Chinese Embassy in Paris", "CN"),
    ("Commission nationale française pour l’UNESCO", "FR"),
    ("Commission nationale de la République populaire de Chine pour l'UNESCO", "CN"),
    ("Comisión Nacional de España de Cooperación con la UNESCO", "ES"),
    ("Comisión Nacional Mexicana para la UNESCO", "MX"),
    ("National Commission for UNESCO of Kenya", "KE"),
    ("Kenya National Commission for UNESCO", "KE"),
    ("Chinese delegate", "CN"),
    ("délégué permanent de la Chine auprès de l’UNESCO", "CN"),
    ("embajadora de Cuba", "CU"),
    ("Government of Bolivia (Plurinational State of)", "BO"),
    ("Government of the Islamic Republic of Iran", "IR"),
    ("Gouvernement du Royaume du Maroc", "MA"),
    ("Government of the Republic of the Congo", "CG"),
    ("Government of Mexico", "MX"),
    ("Government of the Niger", "NE"),
    ("Government of the United Kingdom of Great Britain and Northern Ireland", "GB"),
]
OTHERS = [
    ("Government of Hong Kong SAR", "HK"),
    ("Government of the Hong Kong Special Administrative Region of the People's Republic of China", "HK"),
    ("Government of Macao, China", "MO"),
    ("Government of Taiwan", "TW"),
    ("Government of the Republic of China", "TW"),
    ("Government of Quebec", "CA"),
    ("Gouvernement du Québec", "CA"),
    ("Government of Scotland", "GB"),
    ("Government of Catalonia", "ES"),
    ("Government of Guangdong Province, China", "CN"),
    ("People's Government of Hangzhou, China", "CN"),
    ("Government of the State of Georgia", None),
    ("Niger State Government", None),
    ("National Commission", None),
    ("Representative of China Mobile", "CN"),
    ("Chinese representative of Siemens", "DE"),
    ("UNESCO Goodwill Ambassador", None),
    ("Government College University Lahore, Pakistan", "PK"),
    ("China Government Securities Depository Co., Ltd", "CN"),
    ("National Development and Reform Commission of China", "CN"),
]


@pytest.mark.parametrize(("text", "country"), STATES)
def test_a_state_that_acts_is_as_sure_as_a_known_institution(text: str, country: str) -> None:
    found = attribute_text(text, "submitter", "UNESCO")
    assert (found["country"], found["rule"]) == (country, "state")
    assert found["confidence"] >= 0.9


@pytest.mark.parametrize(("text", "country"), OTHERS)
def test_who_only_looks_like_a_state_is_none(text: str, country: str | None) -> None:
    found = attribute_text(text, "submitter", "UNESCO")
    assert found["rule"] != "state"
    assert found["country"] == country


def test_georgia_is_the_state_only_where_states_are_members() -> None:
    assert attribute_text("Government of Georgia", "submitter", "UNESCO")["country"] == "GE"
    assert attribute_text("Government of Georgia", "source", "3GPP")["country"] is None


def test_a_company_with_a_country_behind_stays_a_matter_of_registration() -> None:
    assert attribute_text("Unheard-of Trading Co., Ltd., China", "source")["rule"] == "domicile-only"
    assert attribute_text("Ministry of Invented Affairs, China", "source")["rule"] == "printed-country"
    assert attribute_text("Council of Invented Trading Ltd. (China)", "source")["rule"] == "domicile-only"


def test_a_people_before_a_ministry_that_many_have_says_whose_it_is() -> None:
    assert attribute_text("Chinese Ministry of Education", "host", "UNESCO")["country"] == "CN"
    assert attribute_text("China. Ministry of Education", "source", "UNESCO")["country"] == "CN"
    assert attribute_text("Ministry of Education", "host", "UNESCO")["country"] is None
    assert attribute_text("Ministry of Education, French Polynesia", "host", "UNESCO")["country"] != "CN"


@pytest.mark.parametrize(
    ("role", "party", "expected"),
    [
        ("funder", "Google and Huawei", ["US", "CN"]),
        ("host", "Peking University and Tencent", ["CN", "CN"]),
        ("host", "Ministry of Culture and Tourism of China", ["CN"]),
        ("host", "Google and Somebody Unheard-of", ["US"]),
        ("chair", "Government of Kenya and Government of Japan", ["KE"]),  # an office has one holder
    ],
)
def test_each_of_several_hosts_or_funders_counts(role: str, party: str, expected: list[str]) -> None:
    record = Record(key="1", kind="x", title="", claims=(Claim(role, party, Evidence("https://example.org", "text", party)),))
    found = load_attributor().attribute("UNESCO", record)
    assert [each.country for each in found] == expected
    assert {each.verdict for each in found} == {"leads"}


@pytest.mark.parametrize(
    ("party", "country"),
    [("Hong Kong, China", "HK"), ("Macao, China", "MO"), ("Taiwan, Province of China", "TW"), ("Korea, Republic of", "KR")],
)
@pytest.mark.parametrize("role", ["host", "submitter", "funder", "chair"])
def test_a_name_with_a_comma_is_one_party(role: str, party: str, country: str) -> None:
    record = Record(
        key="1", kind="x", title="", claims=(Claim(role, party, Evidence("https://example.org", "text", party), party),)
    )
    assert [each.country for each in load_attributor().attribute("UNESCO", record)] == [country]
    assert attribute_text(party, role, "UNESCO")["countries"] == [country]


def test_a_state_in_the_possessive_is_the_state() -> None:
    found = attribute_text("China's National Commission for UNESCO", "host", "UNESCO")
    assert (found["country"], found["rule"]) == ("CN", "state")


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("Institut Pasteur", "FR"),
        ("Institut Pasteur de Dakar", "SN"),
        ("Institut Pasteur of Shanghai", "CN"),
        ("Instituto Cervantes de Pekín", "ES"),
    ],
)
def test_an_institute_of_a_city_is_the_citys_but_a_branch_abroad_is_its_owners(text: str, country: str) -> None:
    assert attribute_text(text, "host", "UNESCO")["country"] == country
