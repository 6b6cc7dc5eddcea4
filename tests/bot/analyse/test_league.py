"""League tables, gains and losses, and what differs between two moments."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.analyse import league
from bot.analyse.group import CountryGroup
from bot.analyse.league import role_transitions
from state.queries.holdings import Holding

START = datetime(2026, 1, 7, tzinfo=UTC)
CHINA = frozenset({"CN"})


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def held(record: int, country: str | None = "CN", since: int = 0, until: int | None = None, **other: object) -> Holding:
    party = str(other.pop("party", f"body of {country}"))
    row = Holding(
        record, "iso-committees", "ISO", "committee", str(record), f"ISO/TC {record}", f"Committee {record}", "https://example.org",
        "secretariat", "leads", country, party, party, day(since), None if until is None else day(until), "rule", 1.0,
        "https://example.org", "as printed",
    )  # fmt: skip
    return row._replace(**other)


def test_equal_counts_have_equal_rank_and_unknown_comes_last_among_equals() -> None:
    rows = [held(1), held(2), held(3, "DE"), held(4, "DE"), held(5, None), held(6, "FR"), held(7, "US", until=5)]
    table = league.rank(league.held_at(rows, day(10)))
    assert [(s.rank, s.country, s.count) for s in table] == [(1, "CN", 2), (1, "DE", 2), (3, "FR", 1), (3, None, 1)]


def test_a_role_counts_once_however_often_it_is_proved() -> None:
    rows = [held(1), held(1, rule="another rule", confidence=0.8)]
    assert league.rank(league.held_at(rows, day(1)))[0].count == 1


def test_an_item_that_several_parties_share_counts_once_for_each_country() -> None:
    rows = [held(1, party="BUPT"), held(1, party="CAICT"), held(1, "KR"), held(2, "KR"), held(3, party="CAICT")]
    table = league.rank(
        league.held_at([*rows, held(4, "FR", party="a"), held(4, "FR", party="b"), held(4, "FR", party="c")], day(1))
    )
    assert [(s.rank, s.country, s.count) for s in table] == [(1, "CN", 2), (1, "KR", 2), (3, "FR", 1)]
    assert table[0].parties == {"CAICT": 2, "BUPT": 1}
    assert league.count_over_time(rows, CHINA, day(0), day(1))[0] == (day(0), 2)


def test_two_countries_are_compared_by_items() -> None:
    rows = [{"body": "ITU", "role": "supporting-member", "record": record} for record in ("a", "a", "b")]
    (row,) = league.compare_countries("CN", rows, "KR", rows[:1])
    assert (row["count"], row["other_count"], row["lead"]) == (2, 1, 1)


def test_the_last_moment_of_a_role_is_not_its_own() -> None:
    rows = [held(1, "CN", 0, 5), held(1, "FR", 5)]
    assert [s.country for s in league.rank(league.held_at(rows, day(5)))] == ["FR"]
    assert [s.country for s in league.rank(league.held_at(rows, day(4)))] == ["CN"]


def test_quarters_count_no_baseline_and_no_passing_within_the_group() -> None:
    rows = [
        held(1), held(2, "CN", 0, 100), held(2, "FR", 100), held(3, "CN", 120), held(4, "CN", 0, 110, party="one"),
        held(4, "CN", 110, party="other"),
    ]  # fmt: skip
    first, second = league.quarters(rows, CHINA, START, day(150))
    assert (first.label, len(first.held), first.gained, first.lost, first.partly) == ("2026 Q1", 3, (), (), True)
    assert second.label == "2026 Q2"
    assert [row.record for row in second.gained] == [3]
    assert [row.record for row in second.lost] == [2]
    assert len(second.held) == 3


def test_through_time_tells_each_change_of_the_number() -> None:
    rows = [held(1), held(2, "CN", 10, 20), held(3, "DE", 5), held(4, "CN", 20)]
    assert league.count_over_time(rows, CHINA, day(0), day(30)) == [(day(0), 1), (day(10), 2), (day(30), 2)]


spans = st.tuples(st.integers(0, 5), st.sampled_from(["CN", "DE"]), st.integers(0, 400), st.one_of(st.none(), st.integers(1, 200)))


@given(st.lists(spans, max_size=20))
def test_quarters_add_up(drawn: list[tuple[int, str, int, int | None]]) -> None:
    rows = [held(r, c, since, None if length is None else since + length) for r, c, since, length in drawn]
    was = len({(row.record, row.role) for row in league.held_at(rows, START) if row.country == "CN"})
    for quarter in league.quarters(rows, CHINA, START, day(420)):
        assert len(quarter.held) == was + len(quarter.gained) - len(quarter.lost)
        was = len(quarter.held)


def test_compare_finds_both_directions() -> None:
    rows = [held(1), held(2, "CN", 0, 5), held(3, "CN", 6)]
    gained, lost = league.gained_and_lost(rows, day(1), day(10))
    assert ([r.record for r in gained], [r.record for r in lost]) == ([3], [2])


def test_moves_name_the_other_side() -> None:
    rows = [held(1, "CN", 0, 9), held(1, "FR", 9), held(2, "US", 0, 4), held(2, "CN", 4), held(3, rule="new"), held(4, "CN", 0, 6)]
    told = role_transitions(rows, CountryGroup("China", CHINA), {"iso-committees": (START, day(20))}, day(20), UTC)
    assert [(m.how, m.row.record, m.other and m.other.country) for m in told] == [
        ("lost", 1, "FR"), ("lost", 4, None), ("gained", 2, "US"),
    ]  # fmt: skip


def test_a_new_proof_of_the_same_role_is_no_move() -> None:
    rows = [held(1, "CN", 0, 9), held(1, "CN", 9, rule="another rule")]
    assert role_transitions(rows, CountryGroup("China", CHINA), {"iso-committees": (START, day(20))}, day(20), UTC) == []


def test_study_groups_in_the_order_of_their_numbers() -> None:
    rows = [held(1, reference="Q4/SG17"), held(2, reference="SG2"), held(3, reference="SG 05"), held(4, reference="TSAG")]
    assert list(league.by_study_group(rows, {}, day(1))) == ["SG2", "SG5", "SG17"]
