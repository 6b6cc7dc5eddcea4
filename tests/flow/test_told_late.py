"""What is known late is dated when it happened, and told no second time."""

from datetime import timedelta

from bot.pipeline import Desk
from state import reading
from tests.iso_world import deliverable, owners_on, poll_committees, poll_deliverables, told
from tests.world import DIN, SAC, day, row

LED, OTHER = row(10, SAC), row(11, DIN)


def test_what_happened_in_a_committee_that_is_gone_is_dated_when_it_was_first_missing(desk: Desk) -> None:
    poll_committees(desk, [LED, OTHER], 0)
    poll_deliverables(desk, [deliverable(1)], 0)
    for week in (1, 2):
        poll_committees(desk, [OTHER], week)
    assert told(desk) == [("role-lost", "900010")]
    assert owners_on(desk, 0) == {"1": ("CN", "SAC")}
    assert owners_on(desk, 1) == owners_on(desk, 2) == {"1": (None, "ISO/TC 10")}
    led = [{row["record"] for row in reading.leaders(desk.db, day(week), role="secretariat")} for week in (0, 1, 2)]
    assert led == [{"900010", "900011"}, {"900011"}, {"900011"}]
    just_before = day(1) - timedelta(seconds=1)
    assert len(list(reading.leaders(desk.db, just_before, role="secretariat"))) == 2


def test_what_was_told_before_a_committee_was_known_is_not_told_again(desk: Desk) -> None:
    poll_committees(desk, [LED, OTHER], 0)
    poll_deliverables(desk, [deliverable(1, 4000)], 0)
    poll_deliverables(desk, [deliverable(1, 4000, "ISO/TC 99")], 1)
    assert told(desk) == [("moved", "1")]
    poll_deliverables(desk, [deliverable(1, 4020, "ISO/TC 99")], 2)
    poll_committees(desk, [LED, OTHER, row(99, SAC)], 3)
    assert sorted(told(desk)) == [("ballot-opened", "1"), ("moved", "1"), ("role-gained", "900099")]
    poll_committees(desk, [LED, OTHER, row(99, DIN)], 4)
    assert len(told(desk)) == 4  # the secretariat that passed on, and nothing again
