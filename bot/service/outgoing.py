"""What goes out beside the polls: pending deliveries, notices to those who look after the bot, digests that are due."""

import os
from collections.abc import Iterable
from datetime import datetime

from bot.app import Setting
from bot.deliver.routes import places
from bot.deliver.worker import deliver
from state import outbox
from state.ops import Notice


def deliver_all(here: Setting) -> int:
    """Send all that is pending; returns how many deliveries failed."""
    return deliver(here.db, here.channels())


def deliver_notices(here: Setting) -> None:
    """Send what waits for those who look after the bot, and nothing else."""
    channels = here.channels()
    deliver(here.db, {name: channels[name] for name in here.config.ops.to})


def queue_notice(here: Setting, notice: Notice) -> None:
    """Put a notice into the outbox of the channels that `ops.to` names, but not of the channel that it tells of."""
    queue(here, notice.key, notice.text, [name for name in here.config.ops.to if name != notice.subject])


def send_test(here: Setting, now: datetime) -> int:
    """Send one test message to every channel; returns how many deliveries failed."""
    queue(
        here, f"test:{now.isoformat()}", "This is a test message of standards-watch. Nothing is to be done.", here.config.channels
    )
    return deliver_all(here)


def queue(here: Setting, key: str, text: str, channels: Iterable[str]) -> None:
    """Put a text into the outbox of some channels."""
    going = [place for name in channels for place in places(name, here.config.channels[name])]
    if going:
        outbox.put_notice(here.db, key, text, going)


def send_digests(here: Setting, now: datetime) -> int:
    """Send the digests whose time has come (`now` is aware UTC); returns how many recipients did not get theirs."""
    if not here.config.digests:
        return 0
    from bot.digest.send import send_due  # here, for drawing takes memory that a service without digests need not spend

    return send_due(here.db, here.config, os.environ, now)
