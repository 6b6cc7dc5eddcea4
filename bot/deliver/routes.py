"""Routes: which alerts go where, and when a channel may be written to. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

from bot.config import ChannelTable, Config, RouteTable
from bot.decide.watchlist import SEVERITIES
from state.model import Alert
from state.outbox import Cap, Destination

# more alerts than this in one run become one summary; machines and the console take them one by one
SUMMARY_ABOVE = {"slack": 10, "email": 10, "apprise": 10}


@dataclass(frozen=True, slots=True)
class Routing:
    """The routes of a configuration, with the places of each channel."""

    routes: tuple[RouteTable, ...]
    places: Mapping[str, tuple[Destination, ...]]
    usual: tuple[str, ...]

    def of(self, alert: Alert, body: str) -> list[Destination]:
        """Where an alert goes. Without routes everything goes to every channel but mail. A summary of what is led as watching
        starts goes wherever its watchlist's alerts may go. What a digest-only route matches goes nowhere else."""
        matching = [route for route in self.routes if matches(route, alert, body)]
        if any(route.digest_only for route in matching):
            return []
        names = [name for route in matching for name in route.to] if self.routes else self.usual
        return [place for name in dict.fromkeys(names) for place in self.places[name]]

    def sort(self, alerts: Iterable[tuple[Alert, int]], body: str) -> dict[Destination, list[int]]:
        """The ids of a run's alerts by place, in their order."""
        going: dict[Destination, list[int]] = {}
        for alert, number in alerts:
            for place in self.of(alert, body):
                going.setdefault(place, []).append(number)
        return going


def matches(route: RouteTable, alert: Alert, body: str) -> bool:
    """Whether a route wants an alert; an empty filter wants all."""
    if not (wanted(alert.watchlist, route.watchlists) and wanted(body, route.bodies)):
        return False
    if alert.name == "baseline":
        return not route.digest_only
    if SEVERITIES.index(alert.severity) < SEVERITIES.index(route.min_severity) or not wanted(alert.name, route.events):
        return False
    return not route.topics or not set(route.topics).isdisjoint(alert.topics)


def wanted(value: str, values: Sequence[str]) -> bool:
    return not values or value in values


def routing(config: Config) -> Routing:
    """The routing of a configuration."""
    usual = tuple(name for name, table in config.channels.items() if table.kind != "email")
    return Routing(config.routes, {name: destinations(name, table) for name, table in config.channels.items()}, usual)


def destinations(name: str, table: ChannelTable) -> tuple[Destination, ...]:
    """The places of a channel: one for each recipient where it has several."""
    above = SUMMARY_ABOVE.get(table.kind) if table.summary_above is None else table.summary_above
    targets = table.to if table.kind == "email" else ("",)
    return tuple(Destination(name, target, above or None) for target in targets)


@dataclass(frozen=True, slots=True)
class Hours:
    """When a channel may be written to, in its people's zone: not in the quiet hours, and at most `daily_cap` messages a day."""

    zone: tzinfo = UTC
    quiet_from: time | None = None
    quiet_to: time | None = None
    daily_cap: int | None = None

    def quiet(self, moment: datetime) -> bool:
        """Whether a moment (aware) lies in the quiet hours; these may pass midnight."""
        if self.quiet_from is None or self.quiet_to is None:
            return False
        clock = moment.astimezone(self.zone).time()
        if self.quiet_from <= self.quiet_to:
            return self.quiet_from <= clock < self.quiet_to
        return clock >= self.quiet_from or clock < self.quiet_to

    def cap(self, moment: datetime) -> Cap | None:
        """The limit of the day in which a moment (aware) lies."""
        if self.daily_cap is None:
            return None
        day = moment.astimezone(self.zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
        return Cap(self.daily_cap, day, day + timedelta(days=1))  # a day of the wall clock, also when the clocks change


def hours(config: Config, table: ChannelTable) -> Hours:
    """The hours of a channel."""
    begin, end = table.quiet_hours or (None, None)
    return Hours(config.local, begin, end, table.daily_cap)
