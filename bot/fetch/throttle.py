"""The pace per host: one request at a time, a pause after each, and longer where the host asks for it (Retry-After)."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from sqlite_utils import Database

from bot.errors import HostUnresolved, Refused
from sources.base import Source
from state import politeness

JITTER = 0.25  # the pause is up to this share longer, so that we do not tick like a clock
RENEW_S = 15.0
LONGEST = timedelta(days=1)  # no Retry-After keeps us away for longer

Clock = Callable[[], datetime]
Sleep = Callable[[float], None]


class Turn:
    """The right to one request; `alive()` is called while its answer comes in, so that nobody takes us for dead."""

    def __init__(self, db: Database, host: str, holder: str, clock: Clock):
        self._db, self._host, self._holder, self._clock = db, host, holder, clock
        self._renewed = time.monotonic()

    def alive(self) -> None:
        """Say, now and then, that the request is still under way."""
        if time.monotonic() - self._renewed > RENEW_S:
            politeness.renew_turn(self._db, self._host, self._holder, self._clock())
            self._renewed = time.monotonic()


@contextmanager
def turn(db: Database, host: str, holder: str, pace_s: float, patience_s: float, clock: Clock, sleep: Sleep) -> Iterator[Turn]:
    """Wait for our turn at a host, and give it back after the request. Raises Refused when the host asked for a wait that is
    longer than our patience."""
    while (wait := politeness.take_turn(db, host, holder, now := clock(), pace_s)) > 0:
        until = politeness.held_until(db, host)
        if until and (until - now).total_seconds() > patience_s:
            raise Refused(f"{host} asked to be left alone until {until:%Y-%m-%d %H:%M} UTC", until)
        sleep(wait)
    try:
        yield Turn(db, host, holder, clock)
    except HostUnresolved:
        pace_s = 0.0
        raise
    finally:
        pause = pace_s * random.uniform(1, 1 + JITTER)
        politeness.give_turn(db, host, holder, clock() + timedelta(seconds=pause))


def retry_after(value: str | None, now: datetime) -> datetime | None:
    """The time that a Retry-After names, in seconds or as a date; None when there is none, or none that can be read."""
    text = (value or "").strip()
    try:
        wait = timedelta(seconds=int(text)) if text.isdigit() else _aware(parsedate_to_datetime(text)) - now
    except (ValueError, TypeError, OverflowError):
        return None
    return now + min(max(wait, timedelta(0)), LONGEST)


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def told_until(source: Source, body: bytes) -> datetime | None:
    """Until when an error answer of the body's own making wants no further requests (aware UTC), or None."""
    fault = source.answer.fault(body) if source.answer.fault else None
    return fault.until if fault else None
