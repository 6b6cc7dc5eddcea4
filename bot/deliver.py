"""Step 8, deliver: what the outbox holds goes to its channels, in order; a channel that fails holds up no other."""

from collections.abc import Callable, Mapping

import structlog
from sqlite_utils import Database

from bot.errors import DeliveryError
from state import outbox
from state.reading import Row

log = structlog.get_logger()
Send = Callable[[Row], str | None]


def deliver(db: Database, channels: Mapping[str, Send]) -> int:
    """Send all that is pending to each channel; returns how many deliveries failed."""
    return sum(_channel(db, name, send) for name, send in channels.items())


def _channel(db: Database, name: str, send: Send) -> int:
    for delivery, alert in outbox.pending(db, name):
        try:
            remote_id = send(alert)
        except DeliveryError as error:
            log.error("delivery failed", step="deliver", delivery=delivery, channel=name, reason=str(error))
            outbox.failed(db, delivery, str(error))
            return 1  # what comes after it keeps its order and waits
        outbox.sent(db, delivery, remote_id)
    return 0
