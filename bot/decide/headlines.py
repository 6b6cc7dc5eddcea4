"""Headlines: the sentence of an event as seen from the watched country, and the reasons for the alert. Pure."""

import re

from bot.decide.events import BACK, GONE, NEW
from bot.wording import country_name, possessive, role_name, role_phrases
from state.model import SHARED_ROLES, Attribution, Event


def headline(event: Event, about: Attribution) -> str:
    """Return one sentence for an event, from the side of the attribution `about`."""
    who = as_its_countrys(about)
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
            return f"{who} {role_phrases(event.role).gained} of {thing}{tail}"
        case "role-lost":
            tail = f": the {kind} is no longer listed" if event.note == GONE else ""
            return f"{who} {role_phrases(event.role).lost} of {thing}{tail}"
        case "role-passed" if about is event.after and event.before:
            return f"{who} {role_phrases(event.role).taken} of {thing} from {with_country(event.before)}"
        case "role-passed" if event.after:
            return f"{who} {role_phrases(event.role).passed} of {thing} to {with_country(event.after)}"
        case "membership" if event.before and event.after:
            return f"{who} moved from {role_name(event.before.role)} to {role_name(event.after.role)} of {thing}"
        case "membership":
            verb = "became" if event.after else "is no longer"
            return f"{who} {verb} {role_name(about.role)} of {thing}"
        case "moved":
            return move_headline(event, about, thing)
    return f"{thing} (led by {who}): {event.note}"


NAMED = 8


def move_headline(event: Event, about: Attribution, thing: str) -> str:
    """Return one sentence for documents that moved from one committee to another, with the parties that led and lead them."""
    before, after = event.before or about, event.after or about
    was, now = with_country(before), with_country(after)
    led = was if was == now else f"{was}, now {now}"
    if not event.others:
        return f"{thing} {event.note} (led by {led})"
    names = [event.record.reference or event.record.key, *event.others]
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{len(names)} documents {event.note} (led by {led}): {', '.join(names[:NAMED])}{more}"


def reasons(event: Event, about: Attribution) -> tuple[str, ...]:
    """Return the reasons for an alert: rule, printed text, and the state before."""
    lines = [
        f"{about.party} counts as {country_name(about.country)} by the rule {about.rule} (confidence {about.confidence:.2f})",
        f"printed in {about.evidence.field}: “{about.evidence.text}”",
    ]
    if event.before and event.after and (event.before.holder, event.before.country) != (event.after.holder, event.after.country):
        lines.append(f"before: {with_country(event.before)}; now: {with_country(event.after)}")
    return tuple(lines)


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
