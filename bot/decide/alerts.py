"""Step 6, decide, second half: which events does a watchlist want people to see, and in what words? Pure."""

from collections.abc import Iterable, Mapping, Sequence

from bot.decide.headlines import headline, reasons
from bot.decide.topics import topics_of
from bot.decide.watchlist import SEVERITIES, Watchlist
from bot.wording.roles import plural, role_name
from state.model import Alert, Attribution, Event, Severity


def alerts(events: Iterable[Event], watchlist: Watchlist, body: str) -> list[Alert]:
    """One alert for each event that concerns a watched country and is as severe as the watchlist asks for."""
    return [alert for event in events if (alert := judge(event, watchlist, body))]


def judge(event: Event, watchlist: Watchlist, body: str) -> Alert | None:
    """The alert that an event is worth to a watchlist, or None. A general event needs no watched country."""
    about = _watched(event, watchlist)
    severity = _severity(event, watchlist)
    if (about is None and not event.general) or SEVERITIES.index(severity) < SEVERITIES.index(watchlist.min_severity):
        return None
    if not (_wanted(body, watchlist.bodies) and _wanted(event.role, watchlist.roles) and _wanted(event.name, watchlist.events)):
        return None
    found = topics_of(event.record.title)
    topics = tuple(dict.fromkeys(tag for tag, _ in found))
    if watchlist.topics and not watchlist.topics.intersection(topics):
        return None
    if about is None:
        return Alert(watchlist.name, event.name, severity, event.note, topics=topics, event=event)
    return Alert(watchlist.name, event.name, severity, headline(event, about), reasons(event, about), topics, event, about)


MENTIONED = 10  # of what a first poll found for everybody; the rest is counted


def baseline(
    body: str, source: str, led: Mapping[str, int], records: int, watchlist: Watchlist, worth: Sequence[str] = ()
) -> Alert:
    """The one summary that a first poll, or a new watchlist, is worth: how many of each role are led now, and what else is `worth`
    telling."""
    rest = (f"And {len(worth) - MENTIONED} more.",) if len(worth) > MENTIONED else ()
    told = " and ".join(plural(count, role_name(role)) for role, count in sorted(led.items())) or "nothing"
    return Alert(
        watchlist.name,
        "baseline",
        "info",
        f"{watchlist.title} holds {told} in {body} as watching starts ({records} records of {source})",
        (*worth[:MENTIONED], *rest, "From here on only what changes is told one by one."),
    )


def _watched(event: Event, watchlist: Watchlist) -> Attribution | None:
    for side in (event.after, event.before):
        if side and side.country in watchlist.watched and side.confidence >= watchlist.least_confidence:
            return side
    return None


def _severity(event: Event, watchlist: Watchlist) -> Severity:
    own = watchlist.severity.get(event.name) or watchlist.severity.get(event.role)
    if own:
        return own
    same = event.before and event.after and event.before.country == event.after.country and event.name == "role-passed"
    return "info" if same else event.severity


def _wanted(value: str, wanted: frozenset[str]) -> bool:
    return not wanted or value in wanted
