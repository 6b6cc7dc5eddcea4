"""What is known late is dated when it happened, and told no second time."""

from dataclasses import replace
from datetime import timedelta

from bot.config import Config
from bot.context import RunContext
from bot.deliver.routes import routing
from state import outbox
from state.queries import history
from tests.worlds.committee_list import DIN, SAC, day, row
from tests.worlds.iso import deliverable, owners_on, poll_committees, poll_deliverables, told

LED, OTHER = row(10, SAC), row(11, DIN)


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


def test_what_was_told_before_a_committee_was_known_is_not_told_again(desk: RunContext) -> None:
    poll_committees(desk, [LED, OTHER], 0)
    poll_deliverables(desk, [deliverable(1, 4000)], 0)
    poll_deliverables(desk, [deliverable(1, 4000, "ISO/TC 99")], 1)
    assert told(desk) == [("moved", "1")]
    poll_deliverables(desk, [deliverable(1, 4020, "ISO/TC 99")], 2)
    poll_committees(desk, [LED, OTHER, row(99, SAC)], 3)
    assert sorted(told(desk)) == [("ballot-opened", "1"), ("moved", "1"), ("role-gained", "900099")]
    poll_committees(desk, [LED, OTHER, row(99, DIN)], 4)
    assert len(told(desk)) == 4  # the secretariat that passed on, and nothing again


def test_what_happened_before_the_committees_first_came_is_history_and_sent_to_nobody(desk: RunContext) -> None:
    telling = replace(desk, routing=routing(Config()))
    poll_deliverables(telling, [deliverable(1, 4000)], 0)
    poll_deliverables(telling, [deliverable(1, 4020)], 1)
    poll_committees(telling, [OTHER, LED], 2)
    assert told(desk, "historic") == [("ballot-opened", "1")]
    assert [row["headline"].partition(" holds ")[0] for row in outbox.listing(desk.db)] == ["China"] * 2  # the first summaries
    poll_deliverables(telling, [deliverable(1, 4020, "ISO/TC 12"), deliverable(2)], 3)
    poll_deliverables(telling, [deliverable(1, 4060, "ISO/TC 12"), deliverable(2)], 4)
    poll_committees(telling, [OTHER, LED, row(12, SAC)], 5)
    late = [
        alert["headline"]
        for alert in history.alerts(desk.db, status="new")
        if alert["observed_at"][:10] == day(4).date().isoformat()
    ]
    assert len(late) == 1
    assert late[0] in [row["headline"] for row in outbox.listing(desk.db)]


def test_of_days_that_are_read_late_each_has_one_leader(desk: RunContext) -> None:
    for week, holder in enumerate((SAC, DIN, SAC, DIN)):
        poll_committees(desk, [row(10, holder), OTHER], week)
    for week, stage in enumerate((3000, 3020, 3060)):
        poll_deliverables(desk, [deliverable(1, stage)], week)
    led = [[each["party"] for each in history.leaders(desk.db, day(week), role="secretariat-of-owner")] for week in range(4)]
    assert led == [["SAC"], ["DIN"], ["SAC"], ["DIN"]]
