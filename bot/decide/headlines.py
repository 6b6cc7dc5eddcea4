"""Headlines: the words in which an event is told, from the watched side, with the reasons why. Pure."""

import re

from bot.decide.events import BACK, GONE, NEW
from bot.wording.countries import country_name
from bot.wording.roles import possessive, role_name, words
from state.model import SHARED_ROLES, Attribution, Event


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
