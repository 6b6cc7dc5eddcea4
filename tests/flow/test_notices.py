"""Troubles reach the channels that `ops.to` names, once each, beginning and end."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import App
from bot.config import Config
from bot.deliver.channel import Channel
from bot.deliver.worker import ReadyChannel, deliver
from bot.errors import ChannelRejected, DeliveryError, Permanent, RetryLater
from bot.render.message import Message
from bot.service.cycle import announce_troubles, send_test
from bot.service.health import check_health
from state import ops, outbox
from state.ops import Trouble
from state.outbox import Destination
from tests.rows import columns
from tests.worlds.alert_rows import alert, queue

POLICY = Destination("policy")
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def test_a_trouble_and_its_end_go_to_the_ops_channel_once(tmp_path: Path) -> None:
    channels = {"people": {"kind": "console"}, "crew": {"kind": "console"}}
    here = App(Config.model_validate({"channels": channels, "ops": {"to": ["crew"]}}), tmp_path / "w.db")
    here.create()
    trouble = Trouble("a", "poll", "failed", "a failed", "a works again")
    own = Trouble("crew", "delivery", "delivery", "the channel crew is broken", "crew works again")
    for found in ([trouble, own], [trouble, own], []):
        ops.store_troubles(here.db, found, ["poll", "delivery"], ["a", "crew"], NOW)
        announce_troubles(here, NOW)
    queued = [(row["channel"], row["headline"]) for row in outbox.listing(here.db)]
    assert queued == [("crew", "a failed"), ("crew", "a works again")]
    assert send_test(here, NOW) == 0
    assert columns(here.db, "deliveries", "status") == ["sent"] * 4
    here.db.close()


class Moody(Channel):
    """A channel that refuses as often as it is told to, then takes everything."""

    can_find = threads = False

    def __init__(self, *refusals: DeliveryError):
        self.refusals, self.arrived = list(refusals), list[Message]()

    def send(self, message: Message) -> str | None:
        if self.refusals:
            raise self.refusals.pop(0)
        self.arrived.append(message)
        return None


@pytest.mark.parametrize("refusal", [ChannelRejected("invalid_auth.", 60), Permanent("no such thing.")])
def test_a_failing_channel_is_told_once_and_its_recovery_once(tmp_path: Path, refusal: DeliveryError) -> None:
    channels = {"policy": {"kind": "console"}, "crew": {"kind": "console"}}
    here = App(Config.model_validate({"channels": channels, "ops": {"to": ["crew"]}}), tmp_path / "w.db")
    here.create()
    crew, policy = Moody(), Moody(*[refusal] * 3)
    lines = {"policy": ReadyChannel(policy), "crew": ReadyChannel(crew)}
    queue(here.db, [alert(1), alert(2), alert(3)], POLICY)
    for minute in range(5):
        deliver(here.db, lines, patience_s=0)
        check_health(here, [], NOW + timedelta(minutes=minute))
        announce_troubles(here, NOW + timedelta(minutes=minute))
    deliver(here.db, lines, patience_s=0)
    (began,) = [message.notice or "" for message in crew.arrived]
    assert "The channel policy does not take" in began
    assert str(refusal) in began

    policy.refusals.clear()
    outbox.retry(here.db, [row["delivery"] for row in outbox.listing(here.db)])
    for minute in range(5, 8):
        deliver(here.db, lines, patience_s=0)
        check_health(here, [], NOW + timedelta(minutes=minute))
        announce_troubles(here, NOW + timedelta(minutes=minute))
    deliver(here.db, lines, patience_s=0)
    assert len(policy.arrived) == 3
    assert [message.notice for message in crew.arrived][1:] == ["The channel policy has nothing left that it did not take."]
    here.db.close()


def test_a_delivery_that_is_tried_again_is_trouble_after_an_hour(tmp_path: Path) -> None:
    here = App(Config.model_validate({"channels": {"policy": {"kind": "console"}}}), tmp_path / "w.db")
    here.create()
    queue(here.db, [alert(1)], POLICY)
    deliver(here.db, {"policy": ReadyChannel(Moody(RetryLater("down", 60)))}, patience_s=0)
    told = []
    for hours in (0, 2):
        check_health(here, [], datetime.now(UTC) + timedelta(hours=hours))
        told.append([row["subject"] for row in ops.current(here.db) if row["slot"] == "delivery"])
    assert told == [[], ["policy"]]
    here.db.close()
