"""Pages of committees, small ones of our own after the labels that are reported of them (iso.md §2.2 to 2.5)."""

from datetime import UTC, datetime

import pytest

from sources.base import LayoutChanged, Page, Record, records_of
from sources.iso import committee_pages

NOW = datetime(2026, 2, 2, tzinfo=UTC)
COMMITTEE = """<html lang="en"><!-- iso.md §2.2 --><body><section class="section-navigation"><nav><h1>ISO/TC 999 [STANDBY]</h1>
<h2>Invented things</h2></nav></section>
<ul><li>{label}: <a href="/member/1635.html">China (SAC)</a></li>
<li>Committee&nbsp;Manager: Ms A. Invented</li><li>Chairperson (until end 2027): Dr B. Invented</li>
<li>Twinned secretariat: <a href="/member/1511.html">Germany (DIN)</a></li>
<li>ISO Technical Programme Manager [TPM]: Mr C</li><li>Creation date: 2017</li></ul></body></html>"""
PARTICIPATION = """<html lang="en"><!-- iso.md §2.2 --><body><h1>ISO/TC 999</h1>
<table id="datatable-PART_P_OC"><tbody><tr><td data-title="Country/Territory">China</td>
<td data-title="Acronym"><a href="/member/1635.html">SAC</a></td></tr></tbody></table>
<table id="datatable-PART_O_OC"><tbody><tr><td data-title="Country/Territory">France</td>
<td data-title="Acronym"><a href="/member/1738.html">AFNOR</a></td></tr></tbody></table></body></html>"""
TWINS = """<html lang="en"><!-- iso.md §2.5 --><body><table id="datatable-participation"><tr><th>Committee</th><th>Title</th></tr>
<tr><td><a href="/committee/999.html">ISO/TC 999</a></td><td>Invented things</td></tr></table></body></html>"""


def read(body: str, url: str) -> list[Record]:
    assert committee_pages.source.recognises(url)
    return records_of(committee_pages.parse(Page.of(url, body.encode(), NOW)))


@pytest.mark.parametrize("label", ["Secretariat", "SECRETARIAT"])
def test_officers_by_their_labels(label: str) -> None:
    (record,) = read(COMMITTEE.format(label=label), "https://www.iso.org/committee/999.html")
    assert (record.reference, record.status) == ("ISO/TC 999", "Standby")
    assert record.fields == {
        "secretariat": "SAC", "twinned_secretariat": "DIN", "chair": "Dr B. Invented", "committee_manager": "Ms A. Invented",
        "chair_until": "2027", "created": "2017",
    }  # fmt: skip
    claims = {claim.role: (claim.party, claim.country, claim.party_id) for claim in record.claims}
    assert claims["secretariat"] == ("SAC", "China", "1635")
    assert claims["twinned-secretariat"] == ("DIN", "Germany", "1511")
    assert claims["chair"] == ("Dr B. Invented", None, None)  # a name says nothing of a country


def test_participation() -> None:
    (record,) = read(PARTICIPATION, "https://www.iso.org/committee/999.html?view=participation")
    assert (record.fields["p_members"], record.fields["o_members"]) == (frozenset({"SAC"}), frozenset({"AFNOR"}))
    assert [(claim.role, claim.party_id, claim.country) for claim in record.claims] == [
        ("p-member", "1635", "China"), ("o-member", "1738", "France"),
    ]  # fmt: skip


def test_twinned_secretariats_of_a_member() -> None:
    (record,) = read(TWINS, "https://www.iso.org/member/1635.html?view=participation&t=TS")
    assert (record.reference, record.claims[0].role, record.claims[0].party_id) == ("ISO/TC 999", "twinned-secretariat", "1635")


def test_no_page_makes_a_committee_that_deliverables_could_belong_to() -> None:
    pages = [(COMMITTEE.format(label="Secretariat"), ""), (PARTICIPATION, "?view=participation")]
    kinds = {record.kind for body, view in pages for record in read(body, f"https://www.iso.org/committee/999.html{view}")}
    assert kinds == {"committee-page"}


@pytest.mark.parametrize("body", [COMMITTEE.format(label="Home"), "<html lang=en><body>Just a moment...</body></html>",
                                  COMMITTEE.format(label="Secretariat").replace('"en"', '"fr"')])  # fmt: skip
def test_what_is_refused(body: str) -> None:
    with pytest.raises(LayoutChanged):
        read(body, "https://www.iso.org/committee/999.html")
