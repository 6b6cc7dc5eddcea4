"""What changes of roles and memberships mean, and which of them a watchlist is told."""

import dataclasses

import pytest

from bot.decide.alerts import alerts
from bot.decide.events import events
from bot.decide.watchlist import Watchlist, load_watchlist
from state.model import Attribution, Change, Evidence, Meaning, Record
from state.records import Difference

CHINA = load_watchlist("china", "china")
COMMITTEE = Record("1", "committee", "Digital marketing", "ISO/TC 352", url="https://www.iso.org/committee/1.html")
CODES = {"China": "CN", "China Telecom": "CN", "SAC": "CN", "AFNOR": "FR", "DIN": "DE", "ITCHKSAR": "HK", "CSIS": "CN"}
CHANGED = (Change("1", "changed", "secretariat"),)


def holds(party: str, role: str = "secretariat", confidence: float = 1.0) -> Attribution:
    verdict = "leads" if role in ("secretariat", "chair", "rapporteur") else "takes part"
    evidence = Evidence("https://example.org", role, party)
    return Attribution(role, party, CODES[party], party, "test", confidence, evidence, None, verdict)


def told(before: list[Attribution], after: list[Attribution], changes: tuple[Change, ...] = CHANGED, watch: Watchlist = CHINA):
    found = events(Difference(None, COMMITTEE, changes, tuple(before), tuple(after)))
    return [(alert.name, alert.severity, alert.headline) for alert in alerts(found, watch, "ISO")]


def test_gained_by_a_new_committee() -> None:
    added = (Change("1", "added"),)
    assert told([], [holds("SAC")], added) == [
        ("role-gained", "major", "China's SAC gained the secretariat of ISO/TC 352 Digital marketing (new committee)")
    ]


def test_gained_where_there_was_none() -> None:
    assert told([], [holds("SAC")]) == [
        ("role-gained", "major", "China's SAC gained the secretariat of ISO/TC 352 Digital marketing")
    ]


def test_passed_to_another_is_one_alert_with_both_names() -> None:
    assert told([holds("SAC")], [holds("AFNOR")]) == [
        ("role-passed", "major", "China's SAC passed the secretariat of ISO/TC 352 Digital marketing to AFNOR (France)")
    ]


def test_a_party_that_names_its_country_is_not_said_to_be_of_it() -> None:
    work = "the secretariat of ISO/TC 352 Digital marketing"
    assert told([holds("China")], [holds("AFNOR")])[0][2] == f"China passed {work} to AFNOR (France)"
    assert told([holds("AFNOR")], [holds("China Telecom")])[0][2] == f"China Telecom took over {work} from AFNOR (France)"


def test_a_role_that_is_named_after_its_holder() -> None:
    one, other = holds("SAC", "rapporteur"), holds("DIN", "rapporteur")
    (gained,) = told([other], [other, one])
    (lost,) = told([one, other], [other])
    assert gained[2] == "China's SAC is now rapporteur of ISO/TC 352 Digital marketing"
    assert lost[2] == "China's SAC is no longer rapporteur of ISO/TC 352 Digital marketing"


def test_taken_over_from_another() -> None:
    assert told([holds("DIN")], [holds("SAC")]) == [
        ("role-passed", "major", "China's SAC took over the secretariat of ISO/TC 352 Digital marketing from DIN (Germany)")
    ]


def test_lost_and_nobody_named() -> None:
    assert told([holds("SAC")], []) == [("role-lost", "major", "China's SAC lost the secretariat of ISO/TC 352 Digital marketing")]


def test_lost_with_the_committee() -> None:
    removed = (Change("1", "removed"),)
    assert told([holds("SAC")], [holds("SAC")], removed) == [
        (
            "role-lost",
            "major",
            "China's SAC lost the secretariat of ISO/TC 352 Digital marketing: the committee is no longer listed",
        )
    ]


def test_back_with_the_committee() -> None:
    restored = (Change("1", "restored"),)
    assert [name for name, _, _ in told([], [holds("SAC")], restored)] == ["role-gained"]


@pytest.mark.parametrize(
    ("before", "after"),
    [([holds("DIN")], [holds("AFNOR")]), ([], [holds("DIN")]), ([holds("ITCHKSAR")], []), ([holds("SAC")], [holds("SAC")])],
)
def test_what_concerns_nobody_watched_is_not_told(before: list[Attribution], after: list[Attribution]) -> None:
    assert told(before, after) == []


def test_a_territory_is_told_only_when_the_watchlist_adds_it() -> None:
    wide = CHINA.model_copy(update={"also": frozenset({"HK"})})
    assert [name for name, _, _ in told([], [holds("ITCHKSAR")], watch=wide)] == ["role-gained"]


def test_low_confidence_is_never_told_and_just_enough_is() -> None:
    assert told([], [holds("SAC", confidence=0.6)]) == []
    assert len(told([], [holds("SAC", confidence=CHINA.least_confidence)])) == 1


def test_p_to_o_is_one_membership_event_below_the_level() -> None:
    moved = ([holds("SAC", "p-member")], [holds("SAC", "o-member")])
    assert told(*moved) == []
    everything = CHINA.model_copy(update={"min_severity": "info"})
    assert told(*moved, watch=everything) == [
        ("membership", "info", "China's SAC moved from P-member to O-member of ISO/TC 352 Digital marketing")
    ]


def test_several_rapporteurs_are_told_one_by_one() -> None:
    before = [holds("DIN", "rapporteur"), holds("SAC", "rapporteur")]
    assert [name for name, _, _ in told(before, [holds("DIN", "rapporteur"), holds("CSIS", "rapporteur")])] == [
        "role-gained",
        "role-lost",
    ]


def test_two_lost_and_one_gained_are_not_passed_on() -> None:
    names = [name for name, _, _ in told([holds("SAC", "chair"), holds("CSIS", "chair")], [holds("DIN", "chair")])]
    assert names == ["role-lost", "role-lost"]
    assert [name for name, _, _ in told([holds("DIN", "chair")], [holds("SAC", "chair"), holds("CSIS", "chair")])] == [
        "role-gained",
        "role-gained",
    ]


def test_of_a_role_that_passes_between_two_watched_countries_the_gainer_is_told() -> None:
    both = CHINA.model_copy(update={"countries": frozenset({"CN", "DE"})})
    for before, after in (("DIN", "SAC"), ("SAC", "DIN")):
        (alert,) = alerts(events(Difference(None, COMMITTEE, CHANGED, (holds(before),), (holds(after),))), both, "ISO")
        assert alert.about == holds(after)
        assert f"{after} took over the secretariat" in alert.headline


def test_a_member_that_is_printed_otherwise_under_its_id_moves_nothing() -> None:
    everything = CHINA.model_copy(update={"min_severity": "info"})
    for role in ("secretariat", "chair", "p-member"):
        one = dataclasses.replace(holds("SAC", role), party_id="1635")
        assert told([one], [dataclasses.replace(one, party="SAC (China)")], watch=everything) == []
        assert told([one], [dataclasses.replace(one, party_id="1636")], watch=everything) != []


def test_a_watchlist_of_topics_is_told_of_these_only() -> None:
    def of(title: str) -> list[str]:
        record = dataclasses.replace(COMMITTEE, title=title)
        found = events(Difference(None, record, CHANGED, (), (holds("SAC"),)))
        return [alert.name for alert in alerts(found, CHINA.model_copy(update={"topics": frozenset({"ai", "quantum"})}), "ISO")]

    assert of("Artificial intelligence") == ["role-gained"]
    assert of("Robotics") == of("Digital marketing") == []


@pytest.mark.parametrize("after", [[], [holds("DIN")], [holds("SAC")]])
def test_what_concerns_everybody_is_told_once_whoever_leads(after: list[Attribution]) -> None:
    meaning = Meaning("approved", "notable", "a new Recommendation was approved", general=True)
    found = events(Difference(None, COMMITTEE, CHANGED, tuple(after), tuple(after), (meaning,)))
    assert [event.name for event in found] == ["approved"]
    everybody = CHINA.model_copy(update={"countries": frozenset({"CN", "DE"})})
    assert [alert.name for alert in alerts(found, everybody, "ITU")] == ["approved"]


def test_what_concerns_everybody_is_told_though_no_watched_country_leads() -> None:
    meaning = Meaning("approved", "notable", "a new Recommendation was approved", general=True)
    (alert,) = alerts(events(Difference(None, COMMITTEE, CHANGED, (), (), (meaning,))), CHINA, "ITU")
    assert (alert.name, alert.headline, alert.about) == ("approved", "a new Recommendation was approved", None)


def test_the_severity_of_an_event_stands_above_that_of_its_role() -> None:
    own = CHINA.model_copy(update={"severity": {"role-gained": "major", "secretariat": "info"}})
    assert [severity for _, severity, _ in told([], [holds("SAC")], watch=own)] == ["major"]
    assert told([holds("SAC")], [], watch=own) == []


def test_a_watchlist_sets_its_own_severity_roles_bodies_and_events() -> None:
    gained = ([], [holds("SAC")])
    assert told(*gained, watch=CHINA.model_copy(update={"severity": {"role-gained": "info"}})) == []
    assert told(*gained, watch=CHINA.model_copy(update={"roles": frozenset({"rapporteur"})})) == []
    assert told(*gained, watch=CHINA.model_copy(update={"bodies": frozenset({"ITU"})})) == []
    assert told(*gained, watch=CHINA.model_copy(update={"events": frozenset({"role-lost"})})) == []


def test_the_alert_names_its_evidence() -> None:
    (event,) = events(Difference(None, COMMITTEE, CHANGED, (holds("SAC"),), (holds("AFNOR"),)))
    (alert,) = alerts([event], CHINA, "ISO")
    assert alert.about == holds("SAC")
    assert alert.event is not None
    assert alert.event.change == 0
    assert any("rule test" in reason for reason in alert.reasons)


def test_a_passing_within_the_country_is_minor() -> None:
    other = dataclasses.replace(holds("CSIS"))
    everything = CHINA.model_copy(update={"min_severity": "info"})
    assert [(n, s) for n, s, _ in told([holds("SAC")], [other], watch=everything)] == [("role-passed", "info")]
