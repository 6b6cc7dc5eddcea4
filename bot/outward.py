"""What goes out beside the polls: pending deliveries, notices to those who look after the bot, digests that are due."""

import os
from collections.abc import Iterable
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from bot.deliver import deliver
from bot.desk import Setting
from state import outbox
from state.ops import Notice


def deliver_all(here: Setting) -> int:
    """Send all that is pending; returns how many deliveries failed."""
    return deliver(here.db, here.channels())


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
    """Put a text into the outbox of some channels, where the outbox takes texts."""
    put: Any = getattr(outbox, "put_notice", None)
    names = list(channels)
    if put is not None and names:
        places: Any = import_module("bot.routes").places
        put(here.db, key, text, [place for name in names for place in places(name, here.config.channels[name])])


def send_digests(here: Setting, now: datetime) -> int:
    """Send the digests whose time has come (`now` is aware UTC); returns how many recipients did not get theirs."""
    if not here.config.digests or find_spec("bot.digest") is None:
        return 0
    missed: int = import_module("bot.digest.send").send_due(here.db, here.config, os.environ, now)
    return missed
