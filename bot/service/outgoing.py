"""The outgoing queue beside the polls: pending deliveries, notices to those who look after the bot, digests that are due."""

import os
from collections.abc import Iterable
from datetime import datetime

import structlog

from bot.app import App
from bot.deliver.routes import destinations
from bot.deliver.worker import deliver
from state import ops, outbox
from state.ops import Notice


def deliver_all(here: App) -> int:
    """Send all that is pending; returns how many deliveries failed."""
    return deliver(here.db, here.channels())


def deliver_notices(here: App) -> None:
    """Send what waits for those who look after the bot, and nothing else."""
    channels = here.channels()
    deliver(here.db, {name: channels[name] for name in here.config.ops.to})


def queue_notice(here: App, notice: Notice) -> None:
    """Put a notice into the outbox of the channels that `ops.to` names, but not of the channel that it tells of."""
    queue(here, notice.key, notice.text, [name for name in here.config.ops.to if name != notice.subject])


def send_test(here: App, now: datetime) -> int:
    """Send one test message to every channel; returns how many deliveries failed."""
    queue(
        here, f"test:{now.isoformat()}", "This is a test message of standards-watch. Nothing is to be done.", here.config.channels
    )
    return deliver_all(here)


def queue(here: App, key: str, text: str, channels: Iterable[str]) -> None:
    """Put a text into the outbox of some channels."""
    going = [place for name in channels for place in destinations(name, here.config.channels[name])]
    if going:
        outbox.put_notice(here.db, key, text, going)


def send_digests(here: App, now: datetime) -> int:
    """Send the digests whose time has come (`now` is aware UTC); returns how many recipients did not get theirs."""
    if not here.config.digests:
        return 0
    from bot.digest.send import send_due  # here, for drawing takes memory that a service without digests need not spend

    return send_due(here.db, here.config, os.environ, now)


log = structlog.get_logger()


def tell(here: App, now: datetime) -> int:
    """Tell all that was not told yet (`now` is aware UTC); returns how many notices that were."""
    waiting = ops.untold(here.db)
    for notice in waiting:
        queue_notice(here, notice)
        write_line = log.warning if notice.ended else log.error
        write_line("recovered" if notice.ended else "needs a person", subject=notice.subject, kind=notice.kind, text=notice.text)
        ops.told(here.db, notice, now)
    return len(waiting)
