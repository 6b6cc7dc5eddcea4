"""How long a delivery is tried, how long a pass waits, and what becomes of a summary: no fewer and no more than is promised."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.deliver.routes import Hours
from bot.deliver.worker import deliver
from bot.errors import ChannelRejected, Permanent, RetryLater
from state import outbox
from state.outbox import Destination
from tests.bot.deliver.test_worker import POLICY, Scripted, keys, line
from tests.worlds.alert_rows import alert, fresh, queue, statuses

LONG_AGO = "2026-01-01T00:00:00Z"


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with closing(fresh(tmp_path)) as made:
        yield made


def waiting() -> RetryLater:
    return RetryLater("down", 60)


def test_exactly_as_many_as_are_told_one_by_one_are_no_summary(db: Database) -> None:
    channel = Scripted(threads=True)
    queue(db, [alert(n) for n in range(1, 4)], Destination("policy", summary_above=3))
    deliver(db, {"policy": line(channel)})
    assert keys(channel) == ["policy:1", "policy:2", "policy:3"]
    assert [message.parts for message in channel.arrived] == [()] * 3


def test_a_delivery_that_worked_renews_the_patience(db: Database) -> None:
    channel = Scripted(RetryLater("busy", 0.3), None, RetryLater("busy", 0.3))
    queue(db, [alert(1), alert(2)], POLICY)
    assert deliver(db, {"policy": line(channel)}, patience_s=0.5) == 0
    assert keys(channel) == ["policy:1", "policy:2"]


def test_what_waited_behind_others_has_all_its_time(db: Database) -> None:
    queue(db, [alert(1)], POLICY)
    db.execute("UPDATE deliveries SET queued_at = ?", [LONG_AGO])
    assert deliver(db, {"policy": line(Scripted(waiting()))}, patience_s=0) == 1
    assert statuses(db) == ["pending"]


def test_what_was_given_up_has_all_its_time_again_when_a_person_asks_for_it(db: Database) -> None:
    queue(db, [alert(1)], POLICY)
    lines = {"policy": line(Scripted(*[waiting() for _ in range(3)]))}
    deliver(db, lines, patience_s=0)
    db.execute("UPDATE deliveries SET first_attempt_at = ?, next_attempt_at = NULL", [LONG_AGO])
    deliver(db, lines, patience_s=0)
    assert statuses(db) == ["failed"]
    assert outbox.retry(db, [row["delivery"] for row in outbox.listing(db)]) == 1
    deliver(db, lines, patience_s=0)
    assert statuses(db) == ["pending"]


def test_below_a_summary_that_failed_each_alert_goes_alone(db: Database) -> None:
    channel = Scripted(Permanent("too large"), threads=True)
    queue(db, [alert(n) for n in range(1, 5)], Destination("policy", summary_above=3))
    assert deliver(db, {"policy": line(channel)}) == 1
    assert [(message.key, message.thread) for message in channel.arrived] == [(f"policy:{n}", None) for n in range(1, 5)]


def test_notices_of_the_bot_itself_are_no_messages_of_the_day(db: Database) -> None:
    channel, capped = Scripted(), Hours(UTC, daily_cap=1)
    outbox.put_notice(db, "ops:1:began", "a source failed", [POLICY])
    queue(db, [alert(1)], POLICY)
    deliver(db, {"policy": line(channel, hours=capped)})
    assert [(message.notice, message.alert is not None) for message in channel.arrived] == [
        ("a source failed", False),
        (None, True),
    ]


def test_a_channel_that_refuses_all_is_asked_again_when_it_said_and_not_before(db: Database) -> None:
    channel = Scripted(*[ChannelRejected("invalid_auth.", 3600)] * 3)
    queue(db, [alert(1)], POLICY)
    assert deliver(db, {"policy": line(channel)}, patience_s=5) == 1
    assert channel.tried == 1
