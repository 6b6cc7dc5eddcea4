"""Outgoing queue: pending deliveries, notices to operators, digests that are due."""

import os
from collections.abc import Iterable
from datetime import datetime

import structlog

from bot.app import App
from bot.deliver.routes import destinations
from bot.deliver.worker import deliver
from state import ops, outbox
from state.ops import Notice


def deliver_all(app: App) -> int:
    """Send everything pending. Returns the number of deliveries that failed."""
    return deliver(app.db, app.channels())


def deliver_notices(app: App) -> None:
    """Send pending notices to the operators' channels, and nothing else."""
    channels = app.channels()
    deliver(app.db, {name: channels[name] for name in app.config.ops.to})


def queue_notice(app: App, notice: Notice) -> None:
    """Queue a notice for the channels that `ops.to` names, except the channel that it is about."""
    queue_text(app, notice.key, notice.text, [name for name in app.config.ops.to if name != notice.subject])


def send_test(app: App, now: datetime) -> int:
    """Send one test message to every channel. Returns the number of deliveries that failed."""
    queue_text(
        app, f"test:{now.isoformat()}", "This is a test message of standards-watch. Nothing is to be done.", app.config.channels
    )
    return deliver_all(app)


def queue_text(app: App, key: str, text: str, channels: Iterable[str]) -> None:
    """Queue a text for some channels."""
    targets = [place for name in channels for place in destinations(name, app.config.channels[name])]
    if targets:
        outbox.put_notice(app.db, key, text, targets)


def send_digests(app: App, now: datetime) -> int:
    """Send the digests that are due (`now` is aware UTC). Returns the number of recipients who did not get theirs."""
    if not app.config.digests:
        return 0
    from bot.digest.send import send_due  # imported here: drawing takes memory, which a service without digests saves

    return send_due(app.db, app.config, os.environ, now)


log = structlog.get_logger()


def announce_troubles(app: App, now: datetime) -> int:
    """Log and queue all notices not told yet (`now` is aware UTC). Returns their number."""
    waiting = ops.pending_notices(app.db)
    for notice in waiting:
        queue_notice(app, notice)
        write_line = log.warning if notice.ended else log.error
        write_line("recovered" if notice.ended else "needs a person", subject=notice.subject, kind=notice.kind, text=notice.text)
        ops.mark_told(app.db, notice, now)
    return len(waiting)
