"""Claims → attributions: who leads, who supports, and what a printed country beside a party is worth."""

import pytest

from bot.attribute import load_attributor
from bot.attribute.attributor import by_seat
from bot.decide.watchlist import Watchlist
from bot.run.alerting import events_for
from state.model import Attribution, Change, Claim, Evidence, Record
from state.records import Difference

EVIDENCE = Evidence("https://example.org/item", "Supporting members", "as printed")


def attributed(body: str, *claims: Claim) -> tuple[Attribution, ...]:
    return load_attributor().attribute(body, Record("1", "work-item", "Title", claims=claims))


def verdicts(role: str, party: str) -> list[tuple[str | None, str]]:
    return [(a.country, a.verdict) for a in attributed("ITU", Claim(role, party, EVIDENCE))]


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("China Mobile", [("CN", "leads")]),
        ("China Mobile, China Telecom; China Unicom", [("CN", "leads")] * 3),
        ("UK, China Mobile", [("GB", "supports"), ("CN", "supports")]),
        ("China Mobile, China Telecom, Orange", [("CN", "leads"), ("CN", "leads"), ("FR", "supports")]),
        ("China Mobile, China Telecom, Orange, Quxbar", [("CN", "supports")] * 2 + [("FR", "supports"), (None, "supports")]),
        ("Korea (Rep. of), ETRI, Daejeon University", [("KR", "leads")] * 3),
        ("-", []),
    ],
)
def test_supporting_members(printed: str, expected: list[tuple[str | None, str]]) -> None:
    assert verdicts("supporting-member", printed) == expected


def test_sources_lead_only_alone() -> None:
    assert verdicts("source", "Huawei, HiSilicon") == [("CN", "leads")] * 2
    assert verdicts("source", "Huawei, HiSilicon, Nokia") == [("CN", "supports"), ("CN", "supports"), ("FI", "supports")]
    two = attributed("3GPP", Claim("source", "Huawei", EVIDENCE), Claim("source", "Nokia", EVIDENCE))
    assert [a.verdict for a in two] == ["supports", "supports"]


def test_members_take_part_and_secretariats_lead() -> None:
    lead, part = attributed("ISO", Claim("secretariat", "SAC", EVIDENCE, party_id="1635"), Claim("p-member", "DIN", EVIDENCE))
    assert (lead.country, lead.verdict, lead.rule, lead.party_id) == ("CN", "leads", "national-body-id", "1635")
    assert (part.country, part.verdict, part.rule) == ("DE", "takes part", "national-body")


@pytest.mark.parametrize(
    ("party", "printed", "country", "rule"),
    [
        ("Quxbar Laboratories", "China (People's Republic of)", "CN", "printed-country"),
        ("Huawei", "Canada", "CN", "group-control"),
        ("Ericsson", "China", "SE", "group-control"),
        ("SAC", "Singapore", "SG", "printed-country"),
        ("China Medical University", "Taiwan, China", "TW", "printed-country"),
        ("University of Hong Kong", "China", "HK", "institution"),
        ("Nokia Shanghai Bell", "China", None, "joint-venture"),
        ("Quxbar Laboratories", None, None, "unknown"),
    ],
)
def test_a_printed_country(party: str, printed: str | None, country: str | None, rule: str) -> None:
    (found,) = attributed("ITU", Claim("rapporteur", party, EVIDENCE, country=printed))
    assert (found.country, found.rule, found.verdict) == (country, rule, "leads")


def test_a_printed_country_is_less_sure_where_it_contradicts_what_is_known() -> None:
    claims = [Claim("rapporteur", party, EVIDENCE, country="China") for party in ("Quxbar Laboratories", "ETRI")]
    filled, against = attributed("ITU", *claims)
    assert {found.rule for found in (filled, against)} == {"printed-country"}
    assert filled.confidence > against.confidence


def test_the_acronym_of_a_national_body_means_nothing_outside_iso() -> None:
    (found,) = attributed("ITU", Claim("rapporteur", "SAC", EVIDENCE))
    assert (found.country, found.rule) == (None, "unknown")


def test_a_domain_tells_the_employer() -> None:
    (found,) = attributed("ITU", Claim("editor", "Editor (@caict.ac.cn)", EVIDENCE))
    assert (found.country, found.rule) == ("CN", "mail-domain")


def test_an_organisation_counts_once_however_often_it_is_printed() -> None:
    half = [("CN", "supports"), ("CN", "supports"), ("FR", "supports")]
    assert verdicts("supporting-member", "China Mobile; China Mobile (Hangzhou) Information Technology; Orange") == half
    assert verdicts("supporting-member", "Nanjing University of Posts and Telecommunications (NJUPT), ETRI") == [
        ("CN", "supports"), ("KR", "supports"),
    ]  # fmt: skip
    assert verdicts("source", "Huawei Technologies France; Huawei") == [("CN", "leads")] * 2


def test_a_subsidiary_counts_by_its_seat_where_that_is_asked() -> None:
    claims = (Claim("supporting-member", "Huawei Technologies France; Orange; ZTE; Huawei", EVIDENCE),)
    found = attributed("ITU", *claims)
    assert [(a.country, a.verdict) for a in found] == [("CN", "leads"), ("FR", "supports"), ("CN", "leads"), ("CN", "leads")]
    assert [(a.country, a.verdict) for a in by_seat(found)] == [
        ("FR", "supports"), ("FR", "supports"), ("CN", "supports"), ("CN", "supports"),
    ]  # fmt: skip


@pytest.mark.parametrize(("by", "country", "told"), [("group", "CN", 1), ("group", "FR", 0), ("seat", "CN", 0), ("seat", "FR", 1)])
def test_a_watchlist_counts_by_group_or_by_seat(by: str, country: str, told: int) -> None:
    record = Record("1", "work-item", "Title", claims=(Claim("rapporteur", "Huawei Technologies France", EVIDENCE),))
    difference = Difference(None, record, (Change("1", "added"),), (), load_attributor().attribute("ITU", record))
    watchlist = Watchlist.model_validate({"name": "w", "title": "W", "countries": [country], "by": by})
    told_of = {e.after.country for e in events_for([difference], watchlist) if e.after}
    assert told_of == ({country} if told else set())
