"""Engagement gaps: who stands how, what makes a gap heavier, and what is not known."""

from typing import Any

import pytest

from bot.analyse.gaps import GapInputs, gaps, load_weights
from bot.analyse.group import CountryGroup, country_group
from bot.decide.record_topics import Topic
from bot.decide.topics import topics_of
from state.queries.holdings import Due, Fact
from tests.bot.analyse.test_league import START, day, held

WE = CountryGroup("ours", frozenset({"DE", "FR", "NL", "SE"}))


def fact(record: int, title: str = "Rubber hoses", kind: str = "committee", **fields: Any) -> Fact:
    return Fact(record, "s", "ISO", kind, str(record), f"ISO/TC {record}", title, "", "", fields, (), START, False)


def member(record: int, country: str, role: str = "p-member", verdict: str = "takes part") -> Any:
    return held(record, country, role=role, verdict=verdict)


def inputs(others: list[Any], dues: list[Due] = [], owner: dict[int, int] | None = None, days: int = 60) -> GapInputs:  # noqa: B006
    by_record: dict[int, list[Any]] = {}
    for row in others:
        by_record.setdefault(row.record, []).append(row)
    found = {due.record: due for due in dues}
    return GapInputs(
        WE,
        day(10),
        days,
        by_record,
        owner or {},
        found,
        lambda fact: [Topic(tag, f"“{word}” in the title", "title") for tag, word in topics_of(fact.title)],
        load_weights(),
    )


def test_each_member_stands_in_the_best_of_its_roles() -> None:
    others = [member(1, "DE"), member(1, "DE", "o-member"), member(1, "FR", "o-member"), member(1, "CN"), member(1, "US")]
    (gap,) = gaps([held(1)], {1: fact(1)}, inputs(others))
    assert (gap.standing.leads, gap.standing.takes_part, gap.standing.observes, gap.standing.absent) == (
        (),
        ("DE",),
        ("FR",),
        ("NL", "SE"),
    )
    assert gap.score == 31.2  # 100 × 1 × 0.5 × (2 + 0.5) / 4


def test_a_list_that_is_not_the_membership_says_nothing_of_absence() -> None:
    (gap,) = gaps([held(1)], {1: fact(1)}, inputs([member(1, "CN"), member(1, "US")]))
    assert not gap.standing.known
    assert gap.standing.absent == ()
    assert gap.score == 0
    assert "participation is not published" in gap.reasons


def test_of_a_project_the_members_of_its_committee_count() -> None:
    others = [member(7, each) for each in ("DE", "FR", "CN", "US")]
    led = [held(1, role="secretariat-of-owner", kind="deliverable")]
    (gap,) = gaps(led, {1: fact(1, kind="deliverable")}, inputs(others, owner={1: 7}))
    assert gap.standing.takes_part == ("DE", "FR")
    assert gap.standing.absent == ("NL", "SE")


def test_the_soonest_date_the_heaviest_topic_and_the_emptiest_room_come_first() -> None:
    members = [member(record, each) for record in (1, 2, 3, 4) for each in ("DE", "CN", "US", "JP")]
    facts = {1: fact(1), 2: fact(2), 3: fact(3, "Artificial intelligence"), 4: fact(4)}
    dues = [Due(1, day(12).date().isoformat(), True, "DIS ballot opened"), Due(4, day(200).date().isoformat(), False, "closes")]
    ranked = gaps([held(n) for n in facts], facts, inputs(members, dues))
    assert [gap.fact.id for gap in ranked] == [1, 4, 3, 2]  # of equal scores the one with a date comes first
    assert "DIS ballot opened: 2026-01-19 (estimate), in 2 days" in ranked[0].reasons
    assert any("weighs 2" in reason for reason in ranked[2].reasons)
    assert "no next date is known" in ranked[3].reasons


def test_one_of_ours_that_leads_beside_them_makes_it_lighter() -> None:
    others = [member(1, each) for each in ("CN", "US", "JP")]
    (alone,) = gaps([held(1)], {1: fact(1)}, inputs(others))
    (beside,) = gaps([held(1)], {1: fact(1)}, inputs([*others, member(1, "FR", "chair", "leads")]))
    assert beside.standing.leads == ("FR",)
    assert beside.score < alone.score / 2


def test_members_of_another_time_do_not_count() -> None:
    gone = held(1, "DE", 0, 5, role="p-member", verdict="takes part")
    others = [gone, *(member(1, each) for each in ("CN", "US", "JP"))]
    (gap,) = gaps([held(1)], {1: fact(1)}, inputs(others))
    assert "DE" in gap.standing.absent


@pytest.mark.parametrize(("text", "codes"), [("CN", {"CN"}), ("de, fr", {"DE", "FR"}), ("china", {"CN"})])
def test_a_side_is_codes_or_a_watchlist(text: str, codes: set[str]) -> None:
    assert country_group(text).countries == codes


def test_the_union_is_no_country() -> None:
    assert len(country_group("eu").countries) == 30
