"""Headlines: the sentence of an event as seen from the watched country, and the reasons for the alert. Pure."""

import re

from bot.decide.events import BACK, GONE, NEW
from bot.wording import SHARED_VERBS, by_country, country_name, possessive, role_name, role_phrases, shortened
from state.model import OWNED, SHARED_ROLES, Attribution, Event, Record


def headline(event: Event, about: Attribution) -> str:
    """Return one sentence for an event, from the side of the attribution `about`: what happened, then to what."""
    who, thing = as_its_countrys(about), named(event.record)
    kind = role_name(event.record.kind)
    gone = f": the {kind} is no longer listed" if event.note == GONE else ""
    match event.name:
        case "role-gained" if event.role in SHARED_ROLES:
            return f"Now {by_members(event, about)}: {thing}"
        case "role-lost" if event.role in SHARED_ROLES:
            return f"No longer {by_members(event, about)}: {thing}{gone.replace(': ', ', ', 1)}"
        case "role-gained":
            tail = {NEW: f" (new {kind})", BACK: " (listed again)"}.get(event.note, "")
            return f"{who} {role_phrases(event.role).gained} of {thing}{tail}"
        case "role-lost":
            return f"{who} {role_phrases(event.role).lost} of {thing}{gone}"
        case "role-passed" if about is event.after and event.before:
            return f"{who} {role_phrases(event.role).taken} of {thing} from {with_country(event.before)}"
        case "role-passed" if event.after:
            return f"{who} {role_phrases(event.role).passed} of {thing} to {with_country(event.after)}"
        case "membership" if event.before and event.after:
            return f"{who} moved from {role_name(event.before.role)} to {role_name(event.after.role)} of {thing}"
        case "membership":
            verb = "became" if event.after else "is no longer"
            return f"{who} {verb} {role_name(about.role)} of {thing}"
    what = event.note[:1].upper() + event.note[1:]
    return f"{len(event.others) + 1} documents {event.note}" if event.others else f"{what}: {thing}"


TITLE = 90  # characters of a title in a headline; phones show some 80 of the whole
NAMED = 8  # documents of a block that are named
# events whose headline names the party and the role
ROLE_EVENTS = frozenset({"role-gained", "role-lost", "role-passed", "membership"})


def named(record: Record) -> str:
    """Return the reference of a record and its title, cut at a word."""
    return " ".join(filter(None, [record.reference, shortened(record.title, TITLE)])) or record.key


def by_members(event: Event, about: Attribution) -> str:
    """Return how a country leads by a role that several share: "supported only by members from China"."""
    only = all(holder.country == about.country for holder in event.holders)
    verb = SHARED_VERBS.get(event.role, "led")
    return f"{verb} {'only' if only else 'mostly'} by members from {country_name(about.country)}"


def reasons(event: Event, about: Attribution) -> tuple[str, ...]:
    """Return what is known beside the headline, each as "label: text": details of the event, who leads, printed text and rule."""
    return (
        *event.details,
        *led_by(event, about),
        *([f"documents: {documents(event)}"] if event.others else []),
        f"printed: “{about.evidence.text}” ({about.evidence.field})",
        f"why {country_name(about.country)}: rule {about.rule}, confidence {about.confidence:.2f}",
    )


def led_by(event: Event, about: Attribution) -> list[str]:
    """Return the line on who holds the role, where the headline does not say it."""
    if event.role in SHARED_ROLES:
        return [f"{role_name(event.role)}s: {by_country(event.holders)}"] if event.holders else []
    if event.name in ROLE_EVENTS:
        return []
    sides = dict.fromkeys(f"{with_country(side)}, {holding(side)}" for side in (event.before, event.after or about) if side)
    return [f"led by: {'; now '.join(sides)}"]


def holding(about: Attribution) -> str:
    """Return the role of an attribution with its place: "secretariat of ISO/TC 130", "rapporteur"."""
    return f"secretariat of {about.evidence.text}" if about.role == OWNED else role_name(about.role)


def documents(event: Event) -> str:
    """Return the references of a block of documents, the first few by name."""
    names = [event.record.reference or event.record.key, *event.others]
    return ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "")


def as_its_countrys(attribution: Attribution) -> str:
    """Return a party as its country's: "China's SAC", but "China Telecom", whose name contains the country."""
    country = country_name(attribution.country)
    return attribution.party if names_country(attribution.party, country) else f"{possessive(country)} {attribution.party}"


def with_country(attribution: Attribution) -> str:
    """Return a party with its country: "AFNOR (France)", but "France"."""
    country = country_name(attribution.country)
    return attribution.party if attribution.party == country else f"{attribution.party} ({country})"


def names_country(party: str, country: str) -> bool:
    """Return True when the name of a party contains the name of its country."""
    return re.search(rf"\b{re.escape(country)}\b", party, re.IGNORECASE) is not None
