"""Step 6, decide, beside the alerts: sentences of running text that are kept for people to read. A mention is no verdict: it is
never put into the outbox."""

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


def keep_mentions(desk: "RunContext", connection: sqlite3.Connection, source: Source, run: Run, read: Sequence[Difference]) -> None:
    """Write the mentions of what was `read` that each watchlist keeps; one that has seen nothing of the source yet keeps none."""
    rows = records.record_ids(connection, source.name, {each.record.key for each in read})
    named = named_of(desk.attributor, source.body)
    for watchlist in desk.watchlists if read else ():
        if not has_baseline(connection, watchlist.name, source.name) or (watchlist.bodies and source.body not in watchlist.bodies):
            continue
        for each in read:
            for mention, country in to_read(each.record.mentions, each.after, watchlist, named):
                if alert := mentioned(mention, country, each.record, watchlist):
                    save_mention(connection, run, alert, rows[each.record.key], mention, country)


def to_read(
    mentions: Iterable[Mention],
    attributions: Sequence[Attribution],
    watchlist: Watchlist,
    named: Callable[[str], set[str]],
) -> Iterator[tuple[Mention, str]]:
    """Yield the mentions that name a watched country, each with that country (ISO 3166 alpha-2). A sentence of which an attribution
    tells already is left out. `named` gives the countries that a text names."""
    told = [a.evidence for a in attributions if tells(a, watchlist.least_confidence) and a.country in watchlist.watched]
    for mention in mentions:
        countries = named(mention.text) & watchlist.watched
        here = (each.text for each in told if each.url == mention.url)
        if countries and not any(text in mention.text for text in here):
            yield mention, min(countries)


def tells(attribution: Attribution, least: float) -> bool:
    """Return whether an attribution is enough for an alert: a leading role, a known country, a confidence of at least `least`."""
    return attribution.verdict == "leads" and attribution.country is not None and attribution.confidence >= least


def mentioned(mention: Mention, country: str, record: Record, watchlist: Watchlist) -> Alert | None:
    """Return the row in which a mention is kept, or None where the watchlist wants neither its event nor its topics."""
    topics = tuple(dict.fromkeys(tag for tag, _ in topics_of(record.title)))
    if (watchlist.events and NAME not in watchlist.events) or (watchlist.topics and watchlist.topics.isdisjoint(topics)):
        return None
    why = f"the sentence names {country_name(country)} beside a word of roles; this is no verdict"
    return Alert(watchlist.name, NAME, "info", mention.text, (why,), topics)


def named_of(attributor: Attributor, body: str) -> Callable[[str], set[str]]:
    """Return the function that gives the countries named in a text of a body."""
    return lambda text: attributor.countries_named(text, body)


def of_sentence(sentence: str, body: str | None, attributor: Attributor, watchlists: Sequence[Watchlist]) -> dict[str, Any]:
    """Return what is made of one sentence of a body: its claims, each with whether it `tells`, and whether any watchlist would keep
    it as a `mention`."""
    claims, mention = list[dict[str, Any]](), False
    for name, reader in readers(body).items():
        record = Record("", "sentence", "", claims=tuple(reader.claims_in(sentence, "", "text")))
        attributions, mentions = attributor.attribute(name, record), reader.mentions_in(sentence, "", "text")
        for a in attributions:
            told = tells(a, LEAST_CONFIDENCE)
            claims.append({"role": a.role, "party": a.party, "country": a.country, "confidence": a.confidence, "tells": told})
        named = named_of(attributor, name)
        mention |= any(True for each in watchlists for _ in to_read(mentions, attributions, each, named))
    return {"claims": claims, "mention": mention}
