"""Step 6, decide, beside the alerts: mentions, sentences of running text for people to read. A mention is no verdict and never
enters the outbox."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from bot.attribute import Attributor
from bot.decide.topics import topics_of
from bot.decide.watchlist import LEAST_CONFIDENCE, Watchlist
from bot.wording import country_name
from sources.base import Source
from sources.sentences import readers
from state import records
from state.alerts import has_baseline, save_mention
from state.model import Alert, Attribution, Mention, Record
from state.records import Difference
from state.runs import Run

if TYPE_CHECKING:
    from bot.context import RunContext

NAME = "mention"


def write_mentions(
    context: "RunContext", connection: sqlite3.Connection, source: Source, run: Run, read: Sequence[Difference]
) -> None:
    """Store the mentions of the records `read` that match each watchlist. A watchlist without a baseline for the source keeps
    none."""
    rows = records.record_ids(connection, source.name, {each.record.key for each in read})
    countries_in = country_finder(context.attributor, source.body)
    for watchlist in context.watchlists if read else ():
        if not has_baseline(connection, watchlist.name, source.name) or (watchlist.bodies and source.body not in watchlist.bodies):
            continue
        for each in read:
            for mention, country in matching(each.record.mentions, each.after, watchlist, countries_in):
                if alert := mention_alert(mention, country, each.record, watchlist):
                    save_mention(connection, run, alert, rows[each.record.key], mention, country)


def matching(
    mentions: Iterable[Mention],
    attributions: Sequence[Attribution],
    watchlist: Watchlist,
    countries_in: Callable[[str], set[str]],
) -> Iterator[tuple[Mention, str]]:
    """Yield the mentions that name a watched country, each with that country (ISO 3166 alpha-2). A sentence that is already the
    evidence of an alerting attribution is left out. `countries_in` returns the countries that a text names."""
    alerted = [a.evidence for a in attributions if suffices(a, watchlist.least_confidence) and a.country in watchlist.watched]
    for mention in mentions:
        countries = countries_in(mention.text) & watchlist.watched
        here = (each.text for each in alerted if each.url == mention.url)
        if countries and not any(text in mention.text for text in here):
            yield mention, min(countries)


def suffices(attribution: Attribution, least: float) -> bool:
    """Return True when an attribution is enough for an alert: a leading role, a known country, a confidence of at least `least`."""
    return attribution.verdict == "leads" and attribution.country is not None and attribution.confidence >= least


def mention_alert(mention: Mention, country: str, record: Record, watchlist: Watchlist) -> Alert | None:
    """Return a mention as an alert row, or None when the watchlist excludes its event or topics."""
    topics = tuple(dict.fromkeys(tag for tag, _ in topics_of(record.title)))
    if (watchlist.events and NAME not in watchlist.events) or (watchlist.topics and watchlist.topics.isdisjoint(topics)):
        return None
    why = f"the sentence names {country_name(country)} beside a word of roles; this is no verdict"
    return Alert(watchlist.name, NAME, "info", mention.text, (why,), topics)


def country_finder(attributor: Attributor, body: str) -> Callable[[str], set[str]]:
    """Return a function that finds the countries named in a text of a body."""
    return lambda text: attributor.countries_named(text, body)


def explain_sentence(sentence: str, body: str | None, attributor: Attributor, watchlists: Sequence[Watchlist]) -> dict[str, Any]:
    """Explain a sentence of a body: return its claims, each with `tells` (enough for an alert), and `mention` (a watchlist would
    keep it)."""
    claims, mention = list[dict[str, Any]](), False
    for name, reader in readers(body).items():
        record = Record("", "sentence", "", claims=tuple(reader.claims_in(sentence, "", "text")))
        attributions, mentions = attributor.attribute(name, record), reader.mentions_in(sentence, "", "text")
        for a in attributions:
            alerted = suffices(a, LEAST_CONFIDENCE)
            claims.append({"role": a.role, "party": a.party, "country": a.country, "confidence": a.confidence, "tells": alerted})
        countries_in = country_finder(attributor, name)
        mention |= any(True for each in watchlists for _ in matching(mentions, attributions, each, countries_in))
    return {"claims": claims, "mention": mention}
