"""Names that people write: usual forms are understood, what is unknown is answered with the nearest right names."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.decide import names
from bot.decide.names import Names
from bot.errors import UnknownName
from sources import all_sources

KINDS = (names.bodies, names.countries, names.events, names.roles, names.sources, names.topics, names.country_groups)


@pytest.mark.parametrize(
    ("kind", "written", "meant"),
    [
        (names.countries, "China", "CN"),
        (names.countries, "people's republic of china", "CN"),
        (names.countries, "PRC", "CN"),
        (names.countries, "cn", "CN"),
        (names.countries, "DEU", "DE"),
        (names.countries, "Deutschland", "DE"),
        (names.countries, "中国", "CN"),
        (names.countries, "Iran, Islamic Republic of", "IR"),
        (names.countries, "Hong Kong", "HK"),
        (names.roles, "P-Member", "p-member"),
        (names.roles, "Secretariats", "secretariat"),
        (names.roles, "secretariat of the owner", "secretariat-of-owner"),
        (names.roles, "vice chair", "vice-chair"),
        (names.bodies, "iso", "ISO"),
        (names.topics, "Artificial intelligence", "ai"),
        (names.topics, "smart city", "smart_city"),
        (names.events, "role gained", "role-gained"),
        (names.sources, "ISO Committees", "iso-committees"),
    ],
)
def test_usual_forms_are_understood(kind: Callable[[], Names], written: str, meant: str) -> None:
    assert kind().find(written) == meant


@pytest.mark.parametrize(
    ("kind", "written", "says"),
    [
        (names.countries, "Chna", "There is no country 'Chna'; did you mean China (CN) or"),
        (names.countries, "XX", "There is no country 'XX'; give a name, or a code of two letters (ISO 3166)."),
        (names.countries, "EU", "There is no country 'EU'; give a name, or a code of two letters (ISO 3166)."),
        (names.roles, "boss", "There is no role 'boss'; there are: abstained, associate-rapporteur, "),
        (names.roles, "secretary", "There is no role 'secretary'; did you mean secretariat"),
        (names.bodies, "ITU-T", "There is no body 'ITU-T'; did you mean ITU?"),
        (names.topics, "quantun", "There is no topic 'quantun'; did you mean quantum?"),
        (names.events, "role-gaind", "There is no event 'role-gaind'; did you mean role-gained"),
        (names.sources, "iso-comittees", "There is no source 'iso-comittees'; did you mean iso-committees"),
        (names.sources, "iso", "There is no source 'iso'; did you mean iso-committee-pages or iso-committees or iso-deliverables?"),
        (names.country_groups, "atlantis", "There is no group of countries 'atlantis'; there are: eea, eu, g7."),
    ],
)
def test_a_wrong_name_is_answered_with_the_nearest(kind: Callable[[], Names], written: str, says: str) -> None:
    with pytest.raises(UnknownName) as told:
        kind().find(written)
    assert str(told.value).startswith(says)


def said_of(kind: Names, text: str) -> str:
    """Return what is said of a text that is no name, or an empty text."""
    try:
        kind.find(text)
    except UnknownName as error:
        return str(error)
    return ""


@given(st.sampled_from(KINDS), st.text(max_size=30))
def test_any_text_is_a_known_name_or_one_sentence(kind: Callable[[], Names], text: str) -> None:
    known = set(kind().forms.values())
    said = said_of(kind(), text)
    assert re.fullmatch(r"(?s)There is no .*[.?]", said) if said else kind().find(text) in known


@given(st.data(), st.sampled_from(KINDS))
def test_a_name_is_found_in_any_case_and_with_other_signs(data: st.DataObject, kind: Callable[[], Names]) -> None:
    name = data.draw(st.sampled_from(sorted(set(kind().forms.values()))))
    for written in (name, name.upper(), f" {name.replace('-', ' ').replace('_', '-')} "):
        assert kind().find(written) == name


def test_parts_of_a_body_are_understood_where_they_are_printed_so() -> None:
    part = names.body_part("itu-t")
    assert (part.name, part.body) == ("ITU-T", "ITU")
    assert part.has("itu-aap", "")
    assert not part.has("itu-r-documents", "BO.1130")
    joint = names.body_part("ISO/IEC")
    assert joint.body == "ISO"
    assert joint.has("iso-committees", "ISO/IEC JTC 1/SC 42")
    assert not joint.has("iso-committees", "ISO/TC 1")
    assert not joint.has("iso-committees", "ISO/IECX 1")
    assert names.body_part("un").has("un-documents", "A/RES/1")
    with pytest.raises(UnknownName, match="there are: ISO, ISO/IEC, ITU, ITU-R, ITU-T, UN"):
        names.body_part("XYZ")


def test_what_means_something_declares_its_events() -> None:
    assert [name for name, source in all_sources().items() if source.history.means and not source.history.events] == []
