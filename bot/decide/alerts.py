"""Step 6, decide, second half: events and a watchlist → alerts. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from bot.decide.headlines import headline, reasons
from bot.decide.topics import topics_of
from bot.decide.watchlist import SEVERITIES, Watchlist
from bot.wording import role_name
from state.model import SHARED_ROLES, Alert, Attribution, Event, Record, Severity

TagsOf = Callable[[Record], tuple[str, ...]]


def tags_of_title(record: Record) -> tuple[str, ...]:
    """Return the topics that a title shows by itself."""
    return tuple(tag for tag, _ in topics_of(record.title))


def alerts(events: Iterable[Event], watchlist: Watchlist, body: str, tags_of: TagsOf = tags_of_title) -> list[Alert]:
    """Return an alert for each event that concerns a watched country and reaches the severity of the watchlist. `tags_of` returns
    the topics of a record."""
    return [alert for event in events if (alert := alert_for(event, watchlist, body, tags_of))]


def alert_for(event: Event, watchlist: Watchlist, body: str, tags_of: TagsOf) -> Alert | None:
    """Return the alert of an event for a watchlist, or None. A general event needs no watched country."""
    about = _watched(event, watchlist)
    severity = _severity(event, watchlist)
    if (about is None and not event.general) or SEVERITIES.index(severity) < SEVERITIES.index(watchlist.min_severity):
        return None
    if not (_wanted(body, watchlist.bodies) and _wanted(event.role, watchlist.roles) and _wanted(event.name, watchlist.events)):
        return None
    topics = tags_of(event.record)
    if watchlist.topics and not watchlist.topics.intersection(topics):
        return None
    if about is None:
        return Alert(watchlist.name, event.name, severity, event.note, topics=topics, event=event)
    return Alert(watchlist.name, event.name, severity, headline(event, about), reasons(event, about), topics, event, about)


MENTIONED = 10  # highlights named in a baseline; the rest is only counted


def baseline(source: str, led: Mapping[str, int], records: int, watchlist: Watchlist, highlights: Sequence[str] = ()) -> Alert:
    """Return the one summary of a first poll, or of a new watchlist: the number of records `led` now by role, and the `highlights`
    of the poll."""
    rest = (f"And {len(highlights) - MENTIONED} more.",) if len(highlights) > MENTIONED else ()
    roles = " and ".join(f"{count:,} by {role_name(role)}{'s' * (role in SHARED_ROLES)}" for role, count in sorted(led.items()))
    return Alert(
        watchlist.name,
        "baseline",
        "info",
        f"Starting point: of {records:,} records of {source}, {watchlist.title} leads {roles or 'none'}",
        (*highlights[:MENTIONED], *rest, "From now on you will hear only about changes."),
    )


def _watched(event: Event, watchlist: Watchlist) -> Attribution | None:
    for attribution in (event.after, event.before):
        if attribution and attribution.country in watchlist.watched and attribution.confidence >= watchlist.least_confidence:
            return attribution
    return None


def _severity(event: Event, watchlist: Watchlist) -> Severity:
    own = watchlist.severity.get(event.name) or watchlist.severity.get(event.role)
    if own:
        return own
    same = event.before and event.after and event.before.country == event.after.country and event.name == "role-passed"
    return "info" if same else event.severity


def _wanted(value: str, wanted: frozenset[str]) -> bool:
    return not wanted or value in wanted
