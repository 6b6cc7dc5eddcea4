"""Routes: the destinations of each alert, and the hours in which a channel may be used. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

from bot.config import ChannelTable, Config, RouteTable
from bot.decide.watchlist import SEVERITIES
from state.model import Alert
from state.outbox import Cap, Destination
from state.queries.history import Row

# more alerts than this in one run become one summary; other kinds take them one by one
SUMMARY_ABOVE = {"slack": 10, "email": 10, "apprise": 10}


@dataclass(frozen=True, slots=True)
class Routing:
    """Routes of a configuration, with the destinations of each channel. `default_channels` are used when there are no routes."""

    routes: tuple[RouteTable, ...]
    destinations_by_channel: Mapping[str, tuple[Destination, ...]]
    default_channels: tuple[str, ...]

    def of(self, alert: Alert, body: str) -> list[Destination]:
        """Return the destinations of an alert. Without routes every alert goes to every channel but mail. A baseline goes wherever
        alerts of its watchlist may go. An alert that matches a digest-only route goes nowhere else."""
        matching = self.routes_for(alert, body)
        if any(route.digest_only for route in matching):
            return []
        names = [name for route in matching for name in route.to] if self.routes else self.default_channels
        return [destination for name in dict.fromkeys(names) for destination in self.destinations_by_channel[name]]

    def routes_for(self, alert: Alert, body: str) -> list[RouteTable]:
        """Return the routes that accept an alert."""
        return [route for route in self.routes if matches(route, alert, body)]

    def wanted(self, alert: Alert, body: str) -> bool:
        """Return True when an alert goes somewhere, if only into the digest."""
        return bool(self.routes_for(alert, body) if self.routes else self.default_channels)

    def unwanted(self, rows: Iterable[Row]) -> int:
        """Count the alerts (rows of `history.alerts`) that were queued for no channel and that no route wants."""
        idle = (row for row in rows if not row["deliveries"])
        return sum(not self.wanted(alert_of(row), row["body"]) for row in idle)

    def sort(self, alerts: Iterable[tuple[Alert, int]], body: str) -> dict[Destination, list[int]]:
        """Return the ids of a run's alerts by destination, in their order."""
        queued: dict[Destination, list[int]] = {}
        for alert, number in alerts:
            for destination in self.of(alert, body):
                queued.setdefault(destination, []).append(number)
        return queued


def matches(route: RouteTable, alert: Alert, body: str) -> bool:
    """Return True when a route accepts an alert; an empty filter accepts all."""
    if not (accepts(alert.watchlist, route.watchlists) and accepts(body, route.bodies)):
        return False
    if alert.name == "baseline":
        return not route.digest_only
    if SEVERITIES.index(alert.severity) < SEVERITIES.index(route.min_severity) or not accepts(alert.name, route.events):
        return False
    return not route.topics or not route.topics.isdisjoint(alert.topics)


def alert_of(row: Row) -> Alert:
    """Return what routes see of a stored alert."""
    return Alert(row["watchlist"], row["event"], row["severity"], row["headline"], topics=tuple(row["topics"]))


def accepts(value: str, values: Sequence[str]) -> bool:
    return not values or value in values


def routing(config: Config) -> Routing:
    """Return the routing of a configuration."""
    default_channels = tuple(name for name, table in config.channels.items() if table.kind != "email")
    return Routing(config.routes, {name: destinations(name, table) for name, table in config.channels.items()}, default_channels)


def destinations(name: str, table: ChannelTable) -> tuple[Destination, ...]:
    """Return the destinations of a channel: one for each recipient where it has several."""
    above = SUMMARY_ABOVE.get(table.kind) if table.summary_above is None else table.summary_above
    targets = table.to if table.kind == "email" else ("",)
    return tuple(Destination(name, target, above or None) for target in targets)


@dataclass(frozen=True, slots=True)
class Hours:
    """Sending hours of a channel in the configured zone: none in the quiet hours, at most `daily_cap` messages a day."""

    zone: tzinfo = UTC
    quiet_from: time | None = None
    quiet_to: time | None = None
    daily_cap: int | None = None

    def is_quiet(self, moment: datetime) -> bool:
        """Return True when a moment (aware) is within the quiet hours, which may pass midnight."""
        if self.quiet_from is None or self.quiet_to is None:
            return False
        clock = moment.astimezone(self.zone).time()
        if self.quiet_from <= self.quiet_to:
            return self.quiet_from <= clock < self.quiet_to
        return clock >= self.quiet_from or clock < self.quiet_to

    def cap(self, moment: datetime) -> Cap | None:
        """Return the cap of the day that contains a moment (aware), or None."""
        if self.daily_cap is None:
            return None
        day = moment.astimezone(self.zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
        return Cap(self.daily_cap, day, day + timedelta(days=1))  # a calendar day, also when the clocks change


def hours(config: Config, table: ChannelTable) -> Hours:
    """Return the sending hours of a channel."""
    begin, end = table.quiet_hours or (None, None)
    return Hours(config.local, begin, end, table.daily_cap)
