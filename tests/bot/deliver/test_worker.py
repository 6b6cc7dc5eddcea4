"""The outbox with channels that behave as they are told: order, back-off, unknown outcomes, giving up, caps and quiet hours."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.deliver.channel import Channel
from bot.deliver.routes import Hours
from bot.deliver.worker import ReadyChannel, deliver
from bot.errors import ChannelRejected, DeliveryError, OutcomeUnknown, Permanent, RetryLater
from bot.render.message import Message
from state import outbox
from state.encode import moment
from state.locks import lock
from state.outbox import Destination, Sending
from tests.rows import columns
from tests.worlds.alert_rows import alert, fresh, queue, statuses

POLICY = Destination("policy")
SOON = 0.05


class Scripted(Channel):
    """Raises or accepts as its script says; then accepts everything. `hides` are errors after which the message is there."""

    def __init__(self, *script: DeliveryError | None, can_find: bool = False, threads: bool = False, hides: bool = False):
        self.script, self.can_find, self.threads, self.hides = list(script), can_find, threads, hides
        self.arrived: list[Message] = []
        self.tried = 0

    def send(self, message: Message) -> str | None:
        self.tried += 1
        error = self.script.pop(0) if self.script else None
        if error is None or (isinstance(error, OutcomeUnknown) and self.hides):
            self.arrived.append(message)
        if error:
            raise error
        return f"C/{len(self.arrived)}"

    def find(self, message: Message, since: datetime) -> str | None:
        places = [n for n, each in enumerate(self.arrived, start=1) if each.key == message.key]
        return f"C/{places[0]}" if places else None


def line(channel: Channel, **more: object) -> ReadyChannel:
    return ReadyChannel(channel, first_wait_s=SOON, look_s=SOON, **more)  # type: ignore[arg-type]


def keys(channel: Scripted) -> list[str]:
    return [message.key for message in channel.arrived]


def test_all_arrive_in_order(tmp_path: Path) -> None:
    db, channel = fresh(tmp_path), Scripted()
    queue(db, [alert(n) for n in range(1, 6)], POLICY)
    assert deliver(db, {"policy": line(channel)}) == 0
    assert keys(channel) == [f"policy:{n}" for n in range(1, 6)]
    assert statuses(db) == ["sent"] * 5
    assert deliver(db, {"policy": line(channel)}) == 0
    assert channel.tried == 5


def test_later_keeps_the_order_and_counts_attempts(tmp_path: Path) -> None:
    db, channel = fresh(tmp_path), Scripted(RetryLater("busy"), RetryLater("busy", 0.1))
    queue(db, [alert(1), alert(2)], POLICY)
    assert deliver(db, {"policy": line(channel)}) == 0
    assert keys(channel) == ["policy:1", "policy:2"]
    assert columns(db, "deliveries", "attempts") == [3, 1]


def test_a_bad_channel_holds_up_no_other(tmp_path: Path) -> None:
    db, bad, good = fresh(tmp_path), Scripted(*[RetryLater("down", 60)] * 9), Scripted()
    queue(db, [alert(1), alert(2)], POLICY, Destination("desk"))
    assert deliver(db, {"policy": line(bad), "desk": line(good)}) == 1
    assert keys(good) == ["desk:1", "desk:2"]
    assert bad.tried == 1  # the head waits, and what is behind it with it
    assert sorted(statuses(db)) == ["pending", "pending", "sent", "sent"]


def test_an_unknown_outcome_is_looked_up_before_a_second_send(tmp_path: Path) -> None:
    db, channel = fresh(tmp_path), Scripted(OutcomeUnknown("no answer"), can_find=True, hides=True)
    queue(db, [alert(1), alert(2)], POLICY)
    assert deliver(db, {"policy": line(channel)}) == 0
    assert keys(channel) == ["policy:1", "policy:2"]
    assert channel.tried == 2
    assert columns(db, "deliveries", "remote_id") == ["C/1", "C/2"]


def test_an_unknown_outcome_that_did_not_arrive_is_sent_again(tmp_path: Path) -> None:
    db, channel = fresh(tmp_path), Scripted(OutcomeUnknown("no answer"), can_find=True)
    queue(db, [alert(1)], POLICY)
    assert deliver(db, {"policy": line(channel)}) == 0
    assert keys(channel) == ["policy:1"]
    assert not channel.arrived[0].repeat


def test_where_nobody_can_look_the_repeat_says_that_it_may_be_one(tmp_path: Path) -> None:
    db, channel = fresh(tmp_path), Scripted(OutcomeUnknown("no answer"), RetryLater("busy"), hides=True)
    queue(db, [alert(1), alert(2)], POLICY)
    assert deliver(db, {"policy": line(channel)}) == 0
    assert [(message.key, message.repeat) for message in channel.arrived] == [
        ("policy:1", False), ("policy:1", True), ("policy:2", False),
    ]  # fmt: skip


def test_what_is_refused_fails_and_the_next_goes_on(tmp_path: Path) -> None:
    db, channel = fresh(tmp_path), Scripted(Permanent("no such thing"))
    queue(db, [alert(1), alert(2)], POLICY)
    assert deliver(db, {"policy": line(channel)}) == 1
    assert statuses(db) == ["failed", "sent"]


def test_a_broken_channel_loses_nothing(tmp_path: Path) -> None:
    db, channel = fresh(tmp_path), Scripted(ChannelRejected("invalid_auth.", 60))
    queue(db, [alert(1), alert(2)], POLICY)
    lines = {"policy": line(channel)}
    assert deliver(db, lines) == 1
    assert statuses(db) == ["pending", "pending"]
    deliver(db, lines)
    assert channel.tried == 1
    assert outbox.retry(db, [row["delivery"] for row in outbox.listing(db)]) == 2
    assert deliver(db, lines) == 0
    assert keys(channel) == ["policy:1", "policy:2"]


def test_given_up_after_its_time_and_tried_again_on_request(tmp_path: Path) -> None:
    db, channel = fresh(tmp_path), Scripted(*[RetryLater("down")] * 3)
    (number,) = queue(db, [alert(1)], POLICY)
    assert deliver(db, {"policy": line(channel, give_up=timedelta(seconds=0.12))}) == 1
    assert statuses(db) == ["failed"]
    (row,) = outbox.listing(db)
    assert "given up" in row["error"]
    outbox.retry(db, [row["delivery"] for row in outbox.listing(db, alert=number)])
    assert deliver(db, {"policy": line(channel)}) == 0
    assert statuses(db) == ["sent"]


def test_a_fault_of_ours_stops_only_its_own_message(tmp_path: Path) -> None:
    class Faulty(Scripted):
        def send(self, message: Message) -> str | None:
            if message.key == "policy:1":
                raise KeyError("surprise")
            return super().send(message)

    db, channel = fresh(tmp_path), Faulty()
    queue(db, [alert(1), alert(2)], POLICY)
    assert deliver(db, {"policy": line(channel)}) == 1
    assert statuses(db) == ["failed", "sent"]


def test_many_in_one_run_become_a_summary_with_a_thread(tmp_path: Path) -> None:
    db, channel = fresh(tmp_path), Scripted(threads=True)
    queue(db, [alert(n) for n in range(1, 5)], Destination("policy", summary_above=3))
    deliver(db, {"policy": line(channel)})
    head, *rest = channel.arrived
    assert [part["headline"][-8:] for part in head.parts] == ["ISO/TC 1", "ISO/TC 2", "ISO/TC 3", "ISO/TC 4"]
    assert [(message.key, message.thread) for message in rest] == [(f"policy:{n}", "C/1") for n in range(1, 5)]


def test_a_summary_without_threads_carries_its_alerts(tmp_path: Path) -> None:
    db, channel = fresh(tmp_path), Scripted()
    queue(db, [alert(n) for n in range(1, 5)], Destination("policy", summary_above=3))
    deliver(db, {"policy": line(channel)})
    assert [len(message.parts) for message in channel.arrived] == [4]
    assert statuses(db) == ["sent"] * 5


def test_the_daily_cap_summarises_the_rest_the_next_day(tmp_path: Path) -> None:
    db, channel = fresh(tmp_path), Scripted(threads=True)
    queue(db, [alert(n) for n in range(1, 7)], POLICY)
    assert deliver(db, {"policy": line(channel, hours=Hours(UTC, daily_cap=2))}) == 0
    assert keys(channel) == ["policy:1", "policy:2"]
    queue(db, [alert(7)], POLICY)
    deliver(db, {"policy": line(channel, hours=Hours(UTC, daily_cap=2))})
    assert len(channel.arrived) == 2
    db.execute("UPDATE deliveries SET next_attempt_at = '2026-01-01T00:00:00Z' WHERE next_attempt_at IS NOT NULL")
    db.execute("UPDATE deliveries SET sent_at = '2026-01-01T00:00:00Z' WHERE sent_at IS NOT NULL")
    deliver(db, {"policy": line(channel, hours=Hours(UTC, daily_cap=2))})
    head, *rest = channel.arrived[2:]
    assert len(head.parts) == 5
    assert [message.key for message in rest] == [f"policy:{n}" for n in range(3, 8)]
    assert set(statuses(db)) == {"sent"}


def test_nothing_is_sent_in_quiet_hours(tmp_path: Path) -> None:
    db, channel = fresh(tmp_path), Scripted()
    queue(db, [alert(1)], POLICY)
    always = Hours(UTC, time(0), time(23, 59, 59, 999999))
    assert deliver(db, {"policy": line(channel, hours=always)}) == 0
    assert statuses(db) == ["pending"]


@pytest.mark.parametrize(
    ("clock", "quiet"), [("21:59", False), ("22:00", True), ("03:00", True), ("06:59", True), ("07:00", False)]
)
def test_quiet_hours_pass_midnight(clock: str, quiet: bool) -> None:
    hours = Hours(UTC, time(22), time(7))
    assert hours.is_quiet(datetime.fromisoformat(f"2026-01-07T{clock}:00+00:00")) is quiet


def test_one_worker_a_place(tmp_path: Path) -> None:
    db, channel = fresh(tmp_path), Scripted()
    queue(db, [alert(1)], POLICY, Destination("other"))
    with lock(tmp_path / "w.db", "queue-policy-"):
        assert deliver(db, {"policy": line(channel), "other": line(channel)}) == 0
        assert keys(channel) == ["other:1"]
    deliver(db, {"policy": line(channel)})
    assert keys(channel) == ["other:1", "policy:1"]


def test_what_a_dead_sender_left_is_unsure_since_its_attempt(tmp_path: Path) -> None:
    db = fresh(tmp_path)
    queue(db, [alert(1)], POLICY)
    outbox.start_next(db, POLICY)
    (tried_at,) = columns(db, "deliveries", "tried_at")
    again = outbox.start_next(db, POLICY)
    assert isinstance(again, Sending)
    assert again.unsure_since == moment(tried_at)
    assert again.attempts == 2


def test_dropping_a_summary_leaves_its_alerts(tmp_path: Path) -> None:
    db, channel = fresh(tmp_path), Scripted(threads=True)
    queue(db, [alert(n) for n in range(1, 5)], Destination("policy", summary_above=3))
    assert outbox.drop(db, [1]) == 1
    deliver(db, {"policy": line(channel)})
    assert [message.thread for message in channel.arrived] == [None] * 4
