"""Who sits in councils and boards: the layouts of elections, written for the test, and the recorded ones."""

import pytest

from sources.unesco.elections import officers, seats
from tests.shared import shared

DASHES = (
    "Group IV – China, Viet Nam and Japan.\nGroup Va – Burkina Faso, Congo, Democratic Republic of Congo.\n"
    "Group Vb – Syrian Arab Republic."
)
BULLETS = (
    "Group IV (6 seats to be filled)\n• China\n• Viet Nam\n• Japan\nGroup V (11 seats to be filled)\n"
    "Group V(a) (3 seats to be filled)\n"
    "• Burkina Faso\n• Congo\n• Democratic Republic of Congo\nGroup V(b)\n• Syrian Arab Republic\nThe Board meets twice a year."
)
COLONS = (
    "Group IV: China, Viet Nam and Japan\n\nGroup V(a): Burkina Faso, Congo and Democratic Republic of Congo\n\n"
    "Group V(b): Syrian Arab Republic"
)


NUMBERED = (
    "GROUP IV\n1. China\n2. Viet Nam\n3. Japan\nElectoral Group V (a)\nBurkina Faso, Congo and Democratic Republic of Congo\n"
    "Group V(b)\n(1) Elected by acclamation"
)
FRENCH = "Groupe IV : Chine, Viet Nam et Japon"
SPANISH = "Grupo IV: China, Viet Nam y el Japón"


def text(name: str) -> list[str]:
    return shared(f"real/unesco/{name}").read_text(encoding="utf-8").splitlines()


def test_the_three_layouts_of_an_election_give_the_same_seats() -> None:
    told = [[(seat.group, seat.state, seat.term) for seat in seats(layout.splitlines())] for layout in (DASHES, BULLETS, COLONS)]
    assert told[0] == [
        ("IV", "China", ""), ("IV", "Viet Nam", ""), ("IV", "Japan", ""),
        ("Va", "Burkina Faso", ""), ("Va", "Congo", ""), ("Va", "Democratic Republic of Congo", ""),
        ("Vb", "Syrian Arab Republic", ""),
    ]  # fmt: skip
    assert told[0] == told[1] == told[2]


def test_further_layouts_give_the_same_seats() -> None:
    told = [[(seat.group, seat.state) for seat in seats(layout.splitlines())] for layout in (DASHES, NUMBERED)]
    assert told[1] == [each for each in told[0] if each[0] != "Vb"]
    assert [(seat.group, seat.state) for seat in seats([FRENCH])] == [("IV", "Chine"), ("IV", "Viet Nam"), ("IV", "Japon")]
    assert [(seat.group, seat.state) for seat in seats([SPANISH])] == [("IV", "China"), ("IV", "Viet Nam"), ("IV", "Japón")]


def test_names_with_and_in_them_stay_whole_and_sentences_are_no_lists() -> None:
    line = "Group I: United Kingdom of Great Britain and Northern Ireland, Bosnia and Herzegovina and Trinidad and Tobago"
    assert [seat.state for seat in seats([line])] == [
        "United Kingdom of Great Britain and Northern Ireland", "Bosnia and Herzegovina", "Trinidad and Tobago",
    ]  # fmt: skip
    assert seats(["Group IV discussed the candidature of China.", "Group of friends: China and Peru"]) == []


@pytest.mark.parametrize("layout", [DASHES, BULLETS, COLONS])
@pytest.mark.parametrize(
    ("before", "after", "term"),
    [
        ("15.10.2009 -", "Members are elected to the Board for a term of four years.", "2009-2013"),
        ("The following States were elected on 14 October 2009.", "", "2009"),
        ("Elected for the term 2015-2019:", "", "2015-2019"),
        ("Having examined document ITH/14/5.GA/10", "for a term of four years from the date of election:", "2014-2018"),
        ("Last update: 20 April 2023", "The Board was founded in 1946.", ""),
    ],
)
def test_every_layout_of_an_election_tells_the_term(layout: str, before: str, after: str, term: str) -> None:
    told = seats([before, after, *layout.splitlines()])
    assert [(s.group, s.state, s.term) for s in told][:2] == [("IV", "China", term), ("IV", "Viet Nam", term)]
    assert {s.term for s in told} == {term}


def test_a_term_behind_a_state_is_its_own() -> None:
    told = seats(["Group IV: China (2021-2025), Japan (2023-2027)", "Group V(a)", "• Kenya (2023–2027)", "• Mali"])
    assert [(s.state, s.term) for s in told] == [
        ("China", "2021-2025"), ("Japan", "2023-2027"), ("Kenya", "2023-2027"), ("Mali", ""),
    ]  # fmt: skip


def test_sample_executive_board_2009() -> None:
    told = seats(text("unescoorg_exb_elections_2009.txt"))
    assert len(told) == 31
    assert str(next(s for s in told if s.state == "China")) == "IV 2009-2013: China"
    assert [s.state for s in told if s.group == "IV"] == ["China", "Viet Nam", "Japan", "India", "Bangladesh", "Kazakhstan"]
    assert [s.state for s in told if s.group == "Vb"] == ["Algeria", "Egypt", "Syrian Arab Republic"]


def test_sample_intangible_heritage_committee_2014() -> None:
    told = seats(text("ich_decision_5GA10_committee_election_webarchive.txt"))
    assert len(told) == 12
    assert [s.state for s in told if s.group == "Va"] == ["Congo", "Côte d’Ivoire", "Ethiopia"]
    assert {s.term for s in told} == {"2014-2018"}
    assert [s.state for s in told if s.group == "IV"] == ["Afghanistan", "India", "Mongolia", "Republic of Korea"]


def test_sample_ifap_council_terms_without_china() -> None:
    told = seats(text("enunescoorg_ifap_council_2015-2021.txt"))
    assert [len([s for s in told if s.term == term]) for term in ("2015-2019", "2017-2021")] == [12, 12]
    assert ("2017-2021", "Democratic People's Republic of Korea") in {(s.term, s.state) for s in told}
    assert "China" not in {s.state for s in told}


def test_sample_ifap_council_chair() -> None:
    (chair,) = officers(text("unescoorg_ifap_council_mirror.txt"))
    assert (chair.role, chair.state, chair.person) == ("chair", "Dominican Republic", "Pablo Medina Jiménez")


def test_officers_in_labelled_lines() -> None:
    told = officers(["Chairperson: Ms Ana Sow (Egypt)", "Vice-Chairs: China, Peru and Hungary", "Note: the Chair spoke (China)"])
    assert [(o.role, o.state, o.person) for o in told] == [
        ("chair", "Egypt", "Ms Ana Sow"), ("vice-chair", "China", ""), ("vice-chair", "Peru", ""), ("vice-chair", "Hungary", ""),
    ]  # fmt: skip


def test_officers_in_lines_below_their_office() -> None:
    lines = [
        "Chairperson",
        "",
        "• Ms Ana Sow (Egypt) Group V",
        "Vice-Chairs",
        "• Jo Doe (Fiji)",
        "- Ada Li (China)",
        "Members",
        "• Bo Ek (Mali)",
    ]
    assert [(o.role, o.state, o.person) for o in officers(lines)] == [
        ("chair", "Egypt", "Ms Ana Sow"), ("vice-chair", "Fiji", "Jo Doe"), ("vice-chair", "China", "Ada Li"),
    ]  # fmt: skip
    assert list(officers(["Rapporteur: " + "Jo Doe (Fiji), " * 400])) == []
