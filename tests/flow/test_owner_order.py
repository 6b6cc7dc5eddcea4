"""Deliverables and committees in whatever order they are read, and committees that are gone: what happened is dated when it
happened, nothing is told late, and nothing twice."""

import tempfile
from collections.abc import Callable
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.attribute import load_attributor
from bot.attribute.attributor import by_owner
from bot.context import RunContext
from bot.digest.collect import collect
from bot.digest.week import week_named
from bot.run.backtest import backtest
from sources.base import Claim, Evidence
from sources.iso import deliverables
from state.db import connection_of, open_database, write
from state.queries import history
from state.queries.committees import load_owners
from tests.rows import columns
from tests.worlds.committee_list import DIN, SAC, day, row
from tests.worlds.iso import deliverable, owners_on, poll_committees, poll_deliverables, told

LED, OTHER = row(10, SAC), row(11, DIN)


def test_deliverables_read_before_their_committees_are_led_once_those_come_and_nothing_is_told_late(desk: RunContext) -> None:
    poll_deliverables(desk, [deliverable(1, 4000), deliverable(2)], 0)
    poll_deliverables(desk, [deliverable(1, 4020), deliverable(2)], 1)
    assert set(owners_on(desk, 0).values()) == {(None, "ISO/TC 10")}
    poll_committees(desk, [LED], 2)
    assert set(owners_on(desk, 0).values()) == {("CN", "SAC")}
    assert told(desk) == []
    with write(desk.db) as connection:  # nor is it predicted: nobody knew then
        assert list(backtest(connection, [deliverables.source], desk.attributor, desk.watchlists)) == []
    poll_deliverables(desk, [deliverable(1, 4040), deliverable(2, 4020)], 3)
    assert ("ballot-opened", "2") in told(desk)


def test_deliverables_learn_of_their_committee_though_it_has_no_secretariat(desk: RunContext) -> None:
    poll_deliverables(desk, [deliverable(1)], 0)
    poll_committees(desk, [row(10, None)], 1)
    assert columns(desk.db, "attributions", "rule, country, via", "role = 'secretariat-of-owner'") == [
        ("owner-without-secretariat", None, "900010")
    ]


def test_what_happened_in_a_committee_that_was_not_listed_yet_is_not_told_late(desk: RunContext) -> None:
    poll_committees(desk, [OTHER], 0)
    poll_deliverables(desk, [deliverable(1, 4000)], 0)
    poll_deliverables(desk, [deliverable(1, 4020)], 1)
    poll_committees(desk, [OTHER, LED], 2)
    assert told(desk) == [("role-gained", "900010")]
    assert owners_on(desk, 0) == owners_on(desk, 2) == {"1": ("CN", "SAC")}


def test_the_digest_of_that_week_shows_what_happened_before_the_committee_was_known(desk: RunContext) -> None:
    def led(week: str) -> int:
        part = collect(desk.db, "weekly", week_named(week, UTC), desk.watchlists).parts[0]
        return {figure.name: figure.value for figure in part.numbers}["items under way led"]

    poll_committees(desk, [OTHER], 0)
    for week, stage in enumerate((4000, 4020)):
        poll_deliverables(desk, [deliverable(1, stage)], week)
    assert [led("2026-W02"), led("2026-W03")] == [0, 0]
    poll_committees(desk, [OTHER, LED], 2)
    assert [led("2026-W02"), led("2026-W03")] == [1, 1]


def test_what_was_told_before_a_committee_was_known_is_not_told_again(desk: RunContext) -> None:
    poll_committees(desk, [LED, OTHER], 0)
    poll_deliverables(desk, [deliverable(1, 4000)], 0)
    poll_deliverables(desk, [deliverable(1, 4000, "ISO/TC 99")], 1)
    assert told(desk) == [("moved", "1")]
    poll_deliverables(desk, [deliverable(1, 4020, "ISO/TC 99")], 2)
    poll_committees(desk, [LED, OTHER, row(99, SAC)], 3)
    assert sorted(told(desk)) == [("moved", "1"), ("role-gained", "900099")]
    poll_committees(desk, [LED, OTHER, row(99, DIN)], 4)
    assert sorted(told(desk)) == [("moved", "1"), ("role-gained", "900099"), ("role-passed", "900099")]


@pytest.mark.parametrize("committees_first", [True, False])
def test_history_is_the_same_whatever_is_read_first(desk: RunContext, committees_first: bool) -> None:
    weeks_of_deliverables = [(0, [deliverable(1), deliverable(2)]), (1, [deliverable(1, owner="ISO/TC 11"), deliverable(2, 4020)])]
    weeks_of_committees = [(2, [LED, OTHER]), (3, [row(10, DIN), OTHER]), (4, [row(10, DIN), row(11, SAC)])]
    polls = [(poll_committees, *each) for each in weeks_of_committees]
    others = [(poll_deliverables, *each) for each in weeks_of_deliverables]
    for poll, week, rows in [*polls, *others] if committees_first else [*others, *polls]:
        poll(desk, rows, week)
    assert owners_on(desk, 0) == {"1": ("CN", "SAC"), "2": ("CN", "SAC")}
    assert owners_on(desk, 2) == {"1": ("DE", "DIN"), "2": ("CN", "SAC")}
    assert owners_on(desk, 3) == {"1": ("DE", "DIN"), "2": ("DE", "DIN")}
    assert owners_on(desk, 4) == {"1": ("CN", "SAC"), "2": ("DE", "DIN")}
    about_deliverables = [(event, key) for event, key in told(desk) if key in ("1", "2")]
    assert sorted(about_deliverables) == ([("ballot-opened", "2"), ("moved", "1")] if committees_first else [])


OWNERS = ("ISO/TC 10", "ISO/TC 11", "ISO/TC 510", "ISO/TMBG", None)
steps = st.lists(
    st.tuples(
        st.sampled_from([SAC, DIN, None]), st.sampled_from([SAC, DIN, None]), st.booleans(), st.booleans(), st.sampled_from(OWNERS),
    ),
    min_size=1, max_size=4,
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(steps, st.integers(0, 2))
def test_the_rule_and_the_view_say_the_same_on_every_day_in_whatever_order_it_is_read(
    weeks: list[tuple[Any, Any, bool, bool, str | None]], order: int
) -> None:
    """The committees change hands and names, or are gone, and a deliverable moves among them."""
    polls: list[list[tuple[Callable[..., Any], list[Any], int]]] = [[], []]
    for week, (one, other, renamed, listed, owner) in enumerate(weeks):
        rows = [
            {**row(10, one), "reference": "ISO/TC 510" if renamed else "ISO/TC 10"},
            *([row(11, other)] if listed else []),
            row(12),
        ]
        polls[0].append((poll_committees, rows, week))
        polls[1].append((poll_deliverables, [deliverable(1, owner=owner), deliverable(2)], week))
    ordered = [[*polls[0], *polls[1]], [*polls[1], *polls[0]], [each for pair in zip(*polls, strict=True) for each in pair]][order]
    with tempfile.TemporaryDirectory() as folder, open_database(Path(folder) / "w.db") as db:
        desk = RunContext(db, Path(folder), load_attributor(), [])
        for poll, rows, week in ordered:
            poll(desk, rows, week)
        connection = connection_of(desk.db)
        for week, (*_, owner) in enumerate(weeks):
            for name, key in ((owner, "1"), ("ISO/TC 10", "2")):
                seen = [r for r in history.leaders(desk.db, day(week), role="secretariat-of-owner") if r["record"] == key]
                claims = [Claim("secretariat-of-owner", name, Evidence("u", "ownerCommittee", name))] if name else []
                said = [by_owner(claim, load_owners(connection, "ISO", day(week))) for claim in claims]
                # the view says of a whole period that it began before the committee was listed, the rule of a day
                assert [
                    (r["country"], r["party"], r["rule"].partition(",")[0], r["confidence"], r["organisation"]) for r in seen
                ] == [(a.country, a.party, a.rule.partition(",")[0], a.confidence, a.organisation) for a in said]
        ids = columns(desk.db, "attributions", "id")
        assert len(ids) == len(set(ids))


def test_of_days_that_are_read_late_each_has_one_leader(desk: RunContext) -> None:
    for week, holder in enumerate((SAC, DIN, SAC, DIN)):
        poll_committees(desk, [row(10, holder), OTHER], week)
    for week, stage in enumerate((3000, 3020, 3060)):
        poll_deliverables(desk, [deliverable(1, stage)], week)
    led = [[each["party"] for each in history.leaders(desk.db, day(week), role="secretariat-of-owner")] for week in range(4)]
    assert led == [["SAC"], ["DIN"], ["SAC"], ["DIN"]]


def test_what_happened_in_a_committee_that_is_gone_is_dated_when_it_was_first_missing(desk: RunContext) -> None:
    poll_committees(desk, [LED, OTHER], 0)
    poll_deliverables(desk, [deliverable(1)], 0)
    for week in (1, 2):
        poll_committees(desk, [OTHER], week)
    assert told(desk) == [("role-lost", "900010")]
    assert owners_on(desk, 0) == {"1": ("CN", "SAC")}
    assert owners_on(desk, 1) == owners_on(desk, 2) == {"1": (None, "ISO/TC 10")}
    led = [{row["record"] for row in history.leaders(desk.db, day(week), role="secretariat")} for week in (0, 1, 2)]
    assert led == [{"900010", "900011"}, {"900011"}, {"900011"}]
    just_before = day(1) - timedelta(seconds=1)
    assert len(list(history.leaders(desk.db, just_before, role="secretariat"))) == 2


def test_a_committee_that_is_gone_after_a_hand_over_is_gone_since_it_was_missing(desk: RunContext) -> None:
    for week, rows in enumerate(([row(10, DIN), OTHER], [LED, OTHER], [OTHER], [OTHER])):
        poll_committees(desk, rows, week)
        poll_deliverables(desk, [deliverable(1)], week)
    assert [owners_on(desk, week)["1"][0] for week in range(4)] == ["DE", "CN", None, None]
