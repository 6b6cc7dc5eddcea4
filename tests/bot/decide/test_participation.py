"""Groups of countries, and what is said of their part in a committee."""

import pytest

from bot.context import RunContext
from bot.decide.participation import Participation, groups, participation
from bot.decide.watchlist import load_watchlist
from bot.errors import ConfigError
from state import records
from tests.worlds.committee_list import DIN, SAC, day, row
from tests.worlds.iso import poll_committees

AFNOR = (1738, "AFNOR")


def test_the_groups() -> None:
    eu, eea = set(groups()["eu"].members), set(groups()["eea"].members)
    assert (len(eu), eea - eu) == (27, {"IS", "LI", "NO"})
    for group in groups().values():
        assert list(group.members) == sorted(set(group.members))


def test_members_then_and_now(desk: RunContext) -> None:
    others = [(2188, "ANSI"), (1738, "AFNOR")]
    poll_committees(desk, [row(10, SAC, [DIN, *others])], 0)
    poll_committees(desk, [row(10, SAC, [others[0]], [AFNOR])], 1)
    number = records.record_ids(desk.db.conn, "iso-committees", ["900010"])["900010"]  # type: ignore[arg-type]
    g7 = groups()["g7"]
    before, after = (participation(desk.db.conn, number, g7, day(week)) for week in (0, 1))  # type: ignore[arg-type]
    assert before == Participation("G7", ("DE", "FR", "US"), (), ("CA", "GB", "IT", "JP"))
    assert after == Participation("G7", ("US",), ("FR",), ("CA", "DE", "GB", "IT", "JP"))
    assert after is not None
    assert after.text == "1 take part, 1 observe, 5 absent (CA DE GB IT JP)"


def test_a_list_that_is_not_the_whole_membership_says_nothing(desk: RunContext) -> None:
    poll_committees(desk, [row(10, SAC)], 0)
    number = records.record_ids(desk.db.conn, "iso-committees", ["900010"])["900010"]  # type: ignore[arg-type]
    assert participation(desk.db.conn, number, groups()["eea"], day(0)) is None  # type: ignore[arg-type]


def test_the_shortest_list_that_is_the_whole_membership(desk: RunContext) -> None:
    poll_committees(desk, [row(10, SAC, [DIN, AFNOR])], 0)
    number = records.record_ids(desk.db.conn, "iso-committees", ["900010"])["900010"]  # type: ignore[arg-type]
    found = participation(desk.db.conn, number, groups()["g7"], day(0))  # type: ignore[arg-type]
    assert found == Participation("G7", ("DE", "FR"), (), ("CA", "GB", "IT", "JP", "US"))


def test_a_group_that_there_is_not() -> None:
    with pytest.raises(ConfigError, match="atlantis"):
        load_watchlist("china", "china", {"engagement": "atlantis"})
