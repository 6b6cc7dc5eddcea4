"""Heartbeat of the service, kept in memory: readable also when nothing can be written any more."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

import structlog

from bot.app import now

log = structlog.get_logger()
JUMP_S = 300.0
EVEN_S = 3600.0


def clocks() -> tuple[float, float]:
    """Return wall clock and monotonic clock, in seconds."""
    return time.time(), time.monotonic()


class Heartbeat:
    """State of the jobs (failing or not) and evenness of the clock. `read` returns wall and monotonic clock in seconds."""

    def __init__(self, read: Callable[[], tuple[float, float]] = clocks):
        self._read, self._lock = read, Lock()
        self._wall, self._steady = read()
        self._jumped_s: float | None = None
        self.jump = timedelta(0)
        self.failing: dict[str, str] = {}
        self.last_check: datetime | None = None

    def succeeded(self, job: str) -> None:
        """Record that a job succeeded; log it once if it was failing."""
        with self._lock:
            was = self.failing.pop(job, None)
            if job == "health":
                self.last_check = now()
        if was is not None:
            log.warning("recovered", subject=job, text=f"The job {job} works again.")

    def failed(self, job: str, error: Exception) -> None:
        """Record that a job failed; log it once for each reason. The log is the only way to tell when nothing can be written."""
        reason = f"{type(error).__name__}: {error}"
        with self._lock:
            new = self.failing.get(job) != reason
            self.failing[job] = reason
        if new:
            log.error(
                "needs a person", subject=job, kind="storage", reason=reason,
                text=f"The job {job} cannot be done ({reason}). Look at the disk and its permissions; it is tried again.",
            )  # fmt: skip

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
