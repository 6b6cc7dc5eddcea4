"""Step 6, decide, second half: which events does a watchlist want people to see, and in what words? Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from bot.decide.events import BACK, GONE, NEW
from bot.decide.topics import topics_of
from bot.decide.watchlist import SEVERITIES, Watchlist
from bot.wording.countries import country_name
from state.model import SHARED_ROLES, Alert, Attribution, Event, Severity


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


def headline(event: Event, about: Attribution) -> str:
    """One sentence that tells the event from the watched side."""
    who = whose(about)
    thing = " ".join(filter(None, [event.record.reference, event.record.title])) or event.record.key
    kind = role_name(event.record.kind)
    match event.name:
        case "role-gained" if event.role in SHARED_ROLES:
            return f"{country_name(about.country)} now leads {thing} by its {role_name(event.role)}s, among them {about.party}"
        case "role-lost" if event.role in SHARED_ROLES:
            tail = f": the {kind} is no longer listed" if event.note == GONE else ""
            return f"{country_name(about.country)} no longer leads {thing} by its {role_name(event.role)}s{tail}"
        case "role-gained":
            tail = {NEW: f" (new {kind})", BACK: " (listed again)"}.get(event.note, "")
            return f"{who} {words(event.role).gained} of {thing}{tail}"
        case "role-lost":
            tail = f": the {kind} is no longer listed" if event.note == GONE else ""
            return f"{who} {words(event.role).lost} of {thing}{tail}"
        case "role-passed" if about is event.after and event.before:
            return f"{who} {words(event.role).taken} of {thing} from {named(event.before)}"
        case "role-passed" if event.after:
            return f"{who} {words(event.role).passed} of {thing} to {named(event.after)}"
        case "membership" if event.before and event.after:
            return f"{who} moved from {role_name(event.before.role)} to {role_name(event.after.role)} of {thing}"
        case "membership":
            verb = "became" if event.after else "is no longer"
            return f"{who} {verb} {role_name(about.role)} of {thing}"
        case "moved":
            return moved(event, about, thing)
    return f"{thing} (led by {who}): {event.note}"


class Words(NamedTuple):
    """How it is said that a role was gained, lost, taken over, passed on."""

    gained: str
    lost: str
    taken: str
    passed: str


# named after the office, the others after who holds it
SEATS = frozenset({"secretariat", "secretariat-of-owner", "chair", "wp-chair"})


def words(role: str) -> Words:
    """How a role is spoken of: "gained the secretariat", but "is now rapporteur"."""
    name = role_name(role)
    if role in SEATS:
        return Words(f"gained the {name}", f"lost the {name}", f"took over the {name}", f"passed the {name}")
    return Words(f"is now {name}", f"is no longer {name}", f"took over as {name}", f"handed over as {name}")


NAMED = 8


def moved(event: Event, about: Attribution, thing: str) -> str:
    """One sentence for documents that went from one committee to another, with who led and who leads them."""
    before, after = event.before or about, event.after or about
    led = named(before) if named(before) == named(after) else f"{named(before)}, now {named(after)}"
    if not event.others:
        return f"{thing} {event.note} (led by {led})"
    names = [event.record.reference or event.record.key, *event.others]
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{len(names)} documents {event.note} (led by {led}): {', '.join(names[:NAMED])}{more}"


def reasons(event: Event, about: Attribution) -> tuple[str, ...]:
    """Why the alert is shown: the rule, the printed text, and what was before."""
    told = [
        f"{about.party} counts as {country_name(about.country)} by the rule {about.rule} (confidence {about.confidence:.2f})",
        f"printed in {about.evidence.field}: “{about.evidence.text}”",
    ]
    if event.before and event.after and (event.before.holder, event.before.country) != (event.after.holder, event.after.country):
        told.append(f"before: {named(event.before)}; now: {named(event.after)}")
    return tuple(told)


def whose(attribution: Attribution) -> str:
    """A party as its country's: "China's SAC", but "China Telecom", which says it by itself."""
    country = country_name(attribution.country)
    return attribution.party if tells(attribution.party, country) else f"{possessive(country)} {attribution.party}"


def named(attribution: Attribution) -> str:
    """A party with its country: "AFNOR (France)", but "France"."""
    country = country_name(attribution.country)
    return attribution.party if attribution.party == country else f"{attribution.party} ({country})"


def tells(party: str, country: str) -> bool:
    """Whether the name of a party has that of its country in it."""
    return re.search(rf"\b{re.escape(country)}\b", party, re.IGNORECASE) is not None


def plural(count: int, noun: str) -> str:
    """A count with its noun: "90 secretariats"."""
    head, of, rest = noun.partition(" of ")
    return f"{count} {noun}" if count == 1 else f"{count} {head}s{of}{rest}"


def possessive(name: str) -> str:
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def role_name(role: str) -> str:
    """A role as people write it: "P-member", "secretariat"."""
    own = {"p-member": "P-member", "o-member": "O-member", "secretariat-of-owner": "secretariat of the owner"}
    return own.get(role, role.replace("-", " "))


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
