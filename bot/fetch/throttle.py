"""Pace per host: one request at a time, a pause after each, and a longer one where the host asks for it (Retry-After)."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from sqlite_utils import Database

from bot.errors import HostUnresolved, Refused
from sources.base import Source
from state import politeness
from state.db import path_of
from state.locks import lock

JITTER = 0.25  # the pause is up to this share longer, so that requests are not evenly timed
LONGEST = timedelta(days=1)  # upper limit of any Retry-After

Clock = Callable[[], datetime]
Sleep = Callable[[float], None]


@contextmanager
def turn(db: Database, host: str, pace_s: float, patience_s: float, clock: Clock, sleep: Sleep) -> Iterator[None]:
    """Hold a host for one request, after its pause. Raises Refused when the host asked for a wait longer than `patience_s`."""
    with lock(path_of(db), f"host-{host}"):
        wait_s, asked = politeness.wait_s(db, host, now := clock())
        if asked and wait_s > patience_s:
            until = now + timedelta(seconds=wait_s)
            raise Refused(f"{host} asked to be left alone until {until:%Y-%m-%d %H:%M} UTC", until)
        sleep(wait_s)  # computed once: whatever the clock does meanwhile, the wait is no longer than the pause
        try:
            yield
        except HostUnresolved:
            pace_s = 0.0
            raise
        finally:
            done = clock()
            politeness.pause(db, host, done, done + timedelta(seconds=pace_s * random.uniform(1, 1 + JITTER)))


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
