"""robots.txt: the addresses we may request, and the pause that a site asks for."""

from collections.abc import Callable
from functools import lru_cache

import structlog
from protego import Protego
from sqlite_utils import Database

from bot.errors import HostUnresolved, Unreachable
from bot.fetch.throttle import Clock
from bot.fetch.types import Received, Retryable
from bot.fetch.urls import origin_of
from state.politeness import Robots, store_robots, stored_robots

log = structlog.get_logger()

NAME = "standards-watch"
READ_BYTES = 500_000  # the rest is ignored, as the standard allows
LONGEST_DELAY_S = 60.0


class Rules:
    """robots.txt rules of each origin, kept in the database for a day. `ask` fetches the robots.txt of an origin."""

    def __init__(self, db: Database, ask: Callable[[str], Received], clock: Clock):
        self._db, self._ask, self._clock = db, ask, clock
        self._known: dict[str, Robots | None] = {}

    def allow(self, url: str) -> bool:
        """Return True when an address may be requested. A robots.txt that is missing or cannot be fetched allows everything; one
        that is itself forbidden (401, 403) forbids everything."""
        rules = self._of(origin_of(url).origin)
        if rules is None or rules.status not in (200, 401, 403):
            return True
        return rules.status == 200 and bool(_read(rules.body).can_fetch(url, NAME))

    def delay_s(self, url: str) -> float:
        """Return the pause in seconds between requests that the known rules ask for; 0 without rules."""
        rules = self._known.get(origin_of(url).origin)
        if rules is None or rules.status != 200:
            return 0.0
        return min(_read(rules.body).crawl_delay(NAME) or 0.0, LONGEST_DELAY_S)

    def _of(self, origin: str) -> Robots | None:
        if origin not in self._known:
            self._known[origin] = stored_robots(self._db, origin, self._clock()) or self._fetched(origin)
        return self._known[origin]

    def _fetched(self, origin: str) -> Robots | None:
        try:
            received = self._ask(origin)
        except HostUnresolved:  # the page itself has no address either
            raise
        except (Unreachable, Retryable) as error:
            log.info("robots.txt could not be had", origin=origin, reason=str(error))
            return None
        status = received.reply.status
        if status >= 500 or status == 429:
            return None
        with received.body.open() as stream:
            text = stream.read(READ_BYTES).decode("utf-8", "replace") if status == 200 else ""
        rules = Robots(status, text)
        store_robots(self._db, origin, rules, self._clock())
        return rules


@lru_cache(maxsize=32)
def _read(body: str) -> Protego:
    return Protego.parse(body)
