"""Heartbeat of the service, kept in memory: readable also when nothing can be written any more, and told past the outbox."""

import sqlite3
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

import structlog

from bot.app import now

log = structlog.get_logger()
JUMP_S = 300.0
EVEN_S = 3600.0
STORAGE = (sqlite3.Error, OSError)


def clocks() -> tuple[float, float]:
    """Return wall clock and monotonic clock, in seconds."""
    return time.time(), time.monotonic()


class Heartbeat:
    """State of the jobs and evenness of the clock. `failing` are the reasons by job, `told` those that were told and are not over,
    `untold` the notices that the operators have not had. `read` returns wall and monotonic clock in seconds."""

    def __init__(self, read: Callable[[], tuple[float, float]] = clocks):
        self._read, self._lock = read, Lock()
        self._wall, self._steady = read()
        self._jumped_s: float | None = None
        self.jump = timedelta(0)
        self.failing: dict[str, str] = {}
        self.told: set[str] = set()
        self.untold: list[str] = []
        self.last_check: datetime | None = None

    def succeeded(self, job: str) -> None:
        """Record that a job succeeded; say once of each reason that no job fails for it any more."""
        with self._lock:
            self.last_check = now() if job == "health" else self.last_check
            over = self.told.difference(self.failing.values()) if self.failing.pop(job, None) else set[str]()
            self.told -= over
            self.untold += (texts := [f"It is over, the jobs work again: {reason}." for reason in sorted(over)])
        for text in texts:
            log.warning("recovered", kind="storage", text=text)

    def failed(self, job: str, error: Exception) -> None:
        """Record that a job failed; say it once for each reason, in whatever job."""
        text = str(error.strerror if isinstance(error, OSError) and error.strerror else error)
        reason = f"{type(error).__name__}: {text}"
        with self._lock:
            self.failing[job] = reason
            if reason in self.told:
                return
            self.told.add(reason)
            hint = "Look at the disk and its permissions" if isinstance(error, STORAGE) else "It is a fault in the program"
            told = f"The job {job} cannot be done ({reason}). {hint}; it is tried again."
            self.untold.append(told)
        log.error("needs a person", subject=job, kind="storage", reason=reason, text=told)

    def jumped(self) -> timedelta:
        """Return by how much the clock was set within the last hour, zero for less than five minutes. Call it every minute."""
        with self._lock:
            wall, steady = self._read()
            step = (wall - self._wall) - (steady - self._steady)
            self._wall, self._steady = wall, steady
            if abs(step) > JUMP_S:
                self.jump, self._jumped_s = timedelta(seconds=round(step)), steady
            if self._jumped_s is not None and steady - self._jumped_s > EVEN_S:
                self.jump, self._jumped_s = timedelta(0), None
            return self.jump
