"""Tell those who look after the bot what began and what ended: in the log, and in the channels that they chose."""

from datetime import datetime

import structlog

from bot.app import Setting
from bot.service.outgoing import queue_notice
from state import ops

log = structlog.get_logger()


def tell(here: Setting, now: datetime) -> int:
    """Tell all that was not told yet (`now` is aware UTC); returns how many notices that were."""
    waiting = ops.untold(here.db)
    for notice in waiting:
        queue_notice(here, notice)
        write_line = log.warning if notice.ended else log.error
        write_line("recovered" if notice.ended else "needs a person", subject=notice.subject, kind=notice.kind, text=notice.text)
        ops.told(here.db, notice, now)
    return len(waiting)
