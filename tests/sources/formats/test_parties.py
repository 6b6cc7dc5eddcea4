"""Claims of people are told from those of institutions; titles are no part of a name."""

import pytest

from sources import all_sources
from sources.base import Claim, Evidence, no_person
from sources.formats.parties import without_title

PAGE = "https://example.org/page"


def claim(role: str, party: str, text: str = "", country: str | None = None, field: str = "label") -> Claim:
    return Claim(role, party, Evidence(PAGE, field, text or party), country)


@pytest.mark.parametrize(
    ("source", "printed", "person"),
    [
        ("itu-leadership", claim("chair", "ETRI", "Ann Example (ETRI, Korea (Rep. of))", "Korea (Rep. of)"), "Ann Example"),
        ("itu-leadership", claim("chair", "ETRI", "Ann (Annie) Example (ETRI)"), "Ann (Annie) Example"),
        ("itu-leadership", claim("chair", "Ann Example", "Ann Example (Korea)", "Korea"), "Ann Example"),
        ("itu-leadership", claim("chair", "Ann Example", "Ann Example ()"), "Ann Example"),
        ("itu-work-programme", claim("editor", "Ann Example (@etri.example)", "Ann Example, Editor"), "Ann Example"),
        ("itu-work-programme", claim("editor", "Ann Example"), "Ann Example"),
        ("itu-work-programme", claim("supporting-member", "China Mobile, China Telecom"), ""),
        ("iso-committee-pages", claim("chair", "Dr.-Ing. Ann Example"), "Ann Example"),
        ("iso-committee-pages", claim("committee-manager", "Ms Ann Example"), "Ann Example"),
        ("iso-committee-pages", claim("secretariat", "SAC"), ""),
        ("unesco-news", claim("chair", "H.E. Ms Ann Example", country="Egypt", field="officers"), "Ann Example"),
        ("unesco-news", claim("chair", "Ann Example", country="Egypt", field="officers"), "Ann Example"),
        ("unesco-news", claim("chair", "Egypt", country="Egypt", field="officers"), ""),
        ("unesco-news", claim("chair", "Mr Bo Example", country="Egypt", field="text"), "Bo Example"),
        ("unesco-news", claim("host", "Government of Egypt", country="Egypt", field="text"), ""),
        ("iso-committees", claim("secretariat", "SAC"), ""),
    ],
)  # fmt: skip
def test_a_source_says_who_is_a_person(source: str, printed: Claim, person: str) -> None:
    assert all_sources()[source].person(printed) == person


def test_titles_are_no_part_of_a_name() -> None:
    assert [without_title(name) for name in ("Prof. Dr. Ann Example", "Mrs Ann Example", "Drew Example", "Msgr Example")] == [
        "Ann Example", "Ann Example", "Drew Example", "Msgr Example",
    ]  # fmt: skip


def test_the_sources_that_print_people_are_these() -> None:
    assert {name for name, source in all_sources().items() if source.person is not no_person} == {
        "itu-leadership", "itu-work-programme", "iso-committee-pages", "unesco-news",
    }  # fmt: skip
