"""Chairs and rapporteurs: pages after the dossier of ITU, §5.1 and §5.2."""

import dataclasses
from collections.abc import Iterator

import pytest

from bot.context import RunContext
from bot.decide.watchlist import load_watchlist
from sources.base import LayoutChanged, Page, Record, records_of
from sources.itu.leadership import LISTS, parse, source
from tests.rehearsed import predicts_nothing
from tests.rows import rows
from tests.worlds.itu_site import DAY, ByName, Pages, told, visit

Person = tuple[str, str, str, str, str]  # given name, family name, role, company, address


def seat(number: int, person: Person, party: str = "") -> str:
    given, family, role, company, address = person
    ids = {"lblFName": given, "lblLName": family, "lblTitle": role, "lblWP": party, "lblCompany": company, "lblAddress": address}
    spans = "".join(f'<span id="Content_rows_ctl{number:02}_{name}">{text}</span>' for name, text in ids.items())
    return f'<tr><td>{spans}<a id="Content_rows_ctl{number:02}_Email">someone[at]example.org</a></td></tr>'


def management(*people: tuple[Person, str]) -> str:
    return f"<html><body><table>{''.join(seat(n, person, party) for n, (person, party) in enumerate(people))}</table></body></html>"


def rapporteurs(*questions: tuple[str, list[Person]]) -> str:
    rows, number = "", 0
    for head, people in questions:
        number += 1
        rows += f'<tr><td><span id="C_dtl_lblQWP_{number}">{head}</span>'
        rows += f'<span id="C_dtl_lblQuestion69_{number}">On {head}</span></td></tr>'
        for given, family, role, company, address in people:
            number += 1
            ids = {"lblFName": given, "lblLName": family, "lblRole": role, "lblCompany": company, "lblAddress": address}
            rows += (
                "<tr><td>" + "".join(f'<span id="C_dtl_{name}_{number}">{text}</span>' for name, text in ids.items()) + "</td></tr>"
            )
    return f"<html><body><table>{rows}</table></body></html>"


CHAIR = ("Ann", "CHAIR", "Chair", "Orange", "1 Rue X<br/>Paris<br/>France")
VICE = ("Bo", "VICE", "Vice-chair", "China Mobile", "2 Road Y<br/>Beijing<br/>China")
PARTY = ("Cy", "PARTY", "Chair", "ETRI", "Daejeon<br/>Korea (Rep. of)")
STAFF = ("Di", "STAFF", "Counsellor", "ITU/TSB", "Geneva<br/>Switzerland")
EMPTY = ("", "", "Rapporteur", "", "")
RAPPORTEUR = ("Ed", "RAP", "Rapporteur", "China Telecom", "3 Street Z<br/>Shanghai<br/>China")
ASSOCIATE = ("Flo", "ASSO", "Associate Rapporteur", "UK", "London<br/>United Kingdom")


def read(name: str, body: str, group: int = 13, period: int = 18) -> dict[str, Record]:
    page = Page.of(f"{LISTS}{name}.aspx?Group={group}&Period={period}", body.encode(), DAY)
    return {record.reference: record for record in records_of(parse(page))}


def test_chairs_with_organisation_and_postal_country() -> None:
    found = read("mgmt", management((CHAIR, ""), (VICE, ""), (PARTY, "wp1/13"), (STAFF, "")))
    assert {(c.role, c.party, c.country) for c in found["SG13"].claims} == {
        ("chair", "Orange", "France"),
        ("vice-chair", "China Mobile", "China"),
    }
    assert [(c.role, c.party, c.country) for c in found["WP1/13"].claims] == [("wp-chair", "ETRI", "Korea (Rep. of)")]
    assert found["SG13"].fields["chair"] == {"Ann CHAIR (Orange, France)"}
    assert "STAFF" not in repr(found)
    assert "example.org" not in repr(found)


def test_rapporteurs_by_question_and_a_vacancy() -> None:
    found = read("loqr", rapporteurs(("Q2/13 (WP3/13)", [RAPPORTEUR, ASSOCIATE]), ("Q5/13 (PLEN)", [EMPTY, ASSOCIATE])))
    assert [(c.role, c.party, c.country) for c in found["Q2/13"].claims] == [
        ("rapporteur", "China Telecom", "China"),
        ("associate-rapporteur", "UK", "United Kingdom"),
    ]
    assert found["Q2/13"].title == "On Q2/13 (WP3/13)"
    assert found["Q5/13"].fields["vacant"] == {"rapporteur"}
    assert found["Q5/13"].key == "2025-2028 Q5/13"


def test_a_page_without_anybody_is_no_answer() -> None:
    with pytest.raises(LayoutChanged):
        read("mgmt", "<html><body><h1>Page not found</h1></body></html>")
    with pytest.raises(LayoutChanged):
        read("loqr", rapporteurs(("Q2/13", [])))


@pytest.fixture
def china(desk: RunContext) -> Iterator[RunContext]:
    made = dataclasses.replace(desk, attributor=ByName(), watchlists=[load_watchlist("china", "china", {"min_severity": "info"})])
    yield made
    predicts_nothing(made)


def test_a_vacancy_filled_from_china_is_a_role_gained_once(china: RunContext) -> None:
    site = Pages({f"{LISTS}loqr.aspx?Group=13&Period=18": rapporteurs(("Q5/13", [EMPTY, ASSOCIATE]))})
    visit(china, source, site, 0)
    site.pages[f"{LISTS}loqr.aspx?Group=13&Period=18"] = rapporteurs(("Q5/13", [RAPPORTEUR, ASSOCIATE]))
    visit(china, source, site, 1)
    visit(china, source, site, 2)
    assert told(china, "event, role, party") == [("role-gained", "rapporteur", "China Telecom")]


def test_a_new_study_period_tells_only_who_is_new(china: RunContext) -> None:
    site = Pages({f"{LISTS}loqr.aspx?Group=13&Period=18": rapporteurs(("Q5/13", [RAPPORTEUR]), ("Q6/13", [ASSOCIATE]))})
    visit(china, source, site, 0)
    later = (DAY.replace(year=2029) - DAY).days
    new = ("Gu", "NEW", "Rapporteur", "China Mobile", "Beijing<br/>China")
    site.pages[f"{LISTS}loqr.aspx?Group=13&Period=19"] = rapporteurs(("Q5/13", [RAPPORTEUR]), ("Q6/13", [new]))
    for day in (later, later + 1, later + 2):
        visit(china, source, site, day)
    assert told(china, "event, role, party") == [("role-gained", "rapporteur", "China Mobile")]
    assert rows(china.db, "records", "removed_at IS NOT NULL") == []
