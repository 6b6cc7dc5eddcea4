"""Pace per host: one request at a time, a pause after each, and a longer one where the host asks for it (Retry-After)."""

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

JITTER = 0.25  # the pause is up to this share longer, so that requests are not evenly timed
RENEW_S = 15.0
LONGEST = timedelta(days=1)  # upper limit of any Retry-After

Clock = Callable[[], datetime]
Sleep = Callable[[float], None]


class Turn:
    """The lease on a host for one request; `renew()` must be called while the answer comes in, so that the lease does not
    expire."""

    def __init__(self, db: Database, host: str, holder: str, clock: Clock):
        self._db, self._host, self._holder, self._clock = db, host, holder, clock
        self._renewed = time.monotonic()

    def renew(self) -> None:
        """Renew the lease when it is older than RENEW_S."""
        if time.monotonic() - self._renewed > RENEW_S:
            politeness.renew_turn(self._db, self._host, self._holder, self._clock())
            self._renewed = time.monotonic()


@contextmanager
def turn(db: Database, host: str, holder: str, pace_s: float, patience_s: float, clock: Clock, sleep: Sleep) -> Iterator[Turn]:
    """Wait for the turn at a host, and release it after the request. Raises Refused when the host asked for a wait longer than
    `patience_s`."""
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
        politeness.release_turn(db, host, holder, clock() + timedelta(seconds=pause))


def retry_after(value: str | None, now: datetime) -> datetime | None:
    """Return the time that a Retry-After names, in seconds or as a date; None without a readable one."""
    text = (value or "").strip()
    try:
        wait = timedelta(seconds=int(text)) if text.isdigit() else _aware(parsedate_to_datetime(text)) - now
    except (ValueError, TypeError, OverflowError):
        return None
    return now + min(max(wait, timedelta(0)), LONGEST)


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def fault_until(source: Source, body: bytes) -> datetime | None:
    """Return the time (aware UTC) until which an error document of the body asks for no further requests, or None."""
    fault = source.answer.fault(body) if source.answer.fault else None
    return fault.until if fault else None
