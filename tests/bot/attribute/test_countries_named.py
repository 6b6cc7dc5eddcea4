"""Countries that a sentence names: by State, people or known institution, and not by what only looks like them."""

import pytest

from bot.attribute import load_attributor

NAMED = [
    ("China was asked to chair.", {"CN"}),
    ("The People’s Republic of China’s delegation took the floor.", {"CN"}),
    ("Kenya’s proposal and Viet Nam's reply", {"KE", "VN"}),
    ("les autorités chinoises et le Gouvernement français", {"CN", "FR"}),
    ("el Gobierno chino", {"CN"}),
    ("Students of Tsinghua University", {"CN"}),
    ("Teachers of Shanghai Normal University", {"CN"}),  # of the second table
    ("上海师范大学主持会议", {"CN"}),
    ("CAICT chaired it.", {"CN"}),
    ("CHINA HOSTS THE FORUM", {"CN"}),
    ("中国科学院主持会议", {"CN"}),
    ("the Republic of Korea and Japan", {"KR", "JP"}),
    ("Hong Kong, China", {"HK"}),
    ("Taiwan Province of China", {"TW"}),
]
NOT_NAMED = [
    "vases of fine china",
    "Apple and pears",
    "a sac of rice, and the ant on it",
    "The forum opens in Beijing.",  # a city is no State
    "Indochina",
    "le smic",  # a wage, no firm
    "CAS was read",  # an acronym of another body's fields
    "",
]


@pytest.mark.parametrize(("text", "countries"), NAMED)
def test_who_is_named(text: str, countries: set[str]) -> None:
    assert load_attributor().countries_named(text, "UNESCO") == countries


@pytest.mark.parametrize("text", NOT_NAMED)
def test_who_only_seems_to_be(text: str) -> None:
    assert load_attributor().countries_named(text, "UNESCO") == set()


def test_an_acronym_counts_in_the_fields_of_its_body() -> None:
    assert load_attributor().countries_named("CAS was read", "IETF") == {"CN"}
