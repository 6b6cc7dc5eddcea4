"""The next date to act: told, printed or implied; and what is finished."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from bot.analyse.dates import finished, next_dates
from sources.base import Expect, History, Meaning, Record, Source
from state.queries.holdings import Due, Fact
from tests.bot.analyse.test_league import START, day


def means(old: Record | None, new: Record, seen: date) -> Iterator[Meaning]:
    if new.fields.get("stage") == "40.20":
        yield Meaning(
            "ballot-opened", "notable", "ballot opened", seen + timedelta(weeks=12), True, details=("date: 12 weeks from the day",)
        )


SOURCE = Source(
    "s",
    "ISO",
    ["https://example.org"],
    "x",
    lambda page: iter(()),
    "daily 06:00",
    Expect((1, 2), 0.1),
    history=History(means=means),
)


def fact(removed: bool = False, **fields: Any) -> Fact:
    return Fact(1, "s", "ISO", "deliverable", "1", "ISO 1", "Hoses", "", "", fields, (), START, removed)


def found(one: Fact, now: int = 0) -> Due | None:
    return next_dates([one], {"s": SOURCE}, day(now)).get(1)


def test_a_ballot_is_counted_from_the_day_on_which_its_stage_was_seen() -> None:
    assert found(fact(stage="40.20")) == Due(
        1, (START + timedelta(weeks=12)).date().isoformat(), True, "ballot opened", "12 weeks from the day"
    )


def test_what_is_past_is_no_next_date() -> None:
    assert found(fact(stage="40.20"), now=90) is None
    assert found(fact(stage="40.20"), now=84) is not None


def test_the_soonest_counts() -> None:
    printed = Due(1, "2026-02-15", False, "planned to be done by", "printed by the body")
    assert found(fact(stage="40.20", timing_until="2026-02-15")) == printed


def test_a_project_that_was_cancelled_or_dropped_has_no_date() -> None:
    assert found(fact(stage="40.98")) is None
    assert found(fact(state="dropped", timing_until="2026-02-15")) is None


def test_a_text_that_is_no_date_and_a_record_that_is_gone_have_none() -> None:
    assert found(fact(timing_until="2026-Q3")) is None
    assert found(fact(removed=True, stage="40.20")) is None


@pytest.mark.parametrize(
    ("fields", "over"),
    [({"stage": "60.60"}, True), ({"stage": "95.99"}, True), ({"stage": "30.98"}, True), ({"stage": "40.20"}, False), ({}, False),
     ({"state": "approved"}, True), ({"state": "open"}, False)],
)  # fmt: skip
def test_what_is_finished(fields: dict[str, str], over: bool) -> None:
    assert finished(fact(**fields)) is over
    assert finished(fact(removed=True))
