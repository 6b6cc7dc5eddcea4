"""Step 6, decide, within a run: the alerts of each watchlist, written in the transaction of the run and queued in the outbox.

Mentions are kept beside the alerts, for people to read: a mention is no verdict and is never put into the outbox.
"""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from bot.attribute import Attributor
from bot.attribute.attributor import by_seat
from bot.context import RunContext
from bot.decide.alerts import alerts, baseline
from bot.decide.events import events, merge
from bot.decide.participation import ParticipationLookup, groups
from bot.decide.record_topics import TopicFinder
from bot.decide.watchlist import LEAST_CONFIDENCE, Watchlist
from bot.run.writer import Written
from bot.wording import country_name
from sources import readers
from sources.base import Source
from state import outbox, records
from state.alerts import has_baseline, save_alerts, save_mention
from state.model import Alert, Attribution, Event, Mention, Record, seat_of
from state.queries.committees import Owners
from state.queries.history import led_on
from state.records import Difference
from state.runs import Run

MENTION = "mention"  # the event name of a mention


def record_alerts(
    context: RunContext, connection: sqlite3.Connection, source: Source, run: Run, written: Written, owners: Owners
) -> None:
    """Decide and store the alerts of each watchlist, and queue them in the outbox for the destinations of their routes. A watchlist
    without a baseline for this source gets one summary instead, with the highlights of a first poll."""
    status = "shadow" if source.mode == "shadow" else "new" if context.routing else "historic"
    stored: list[tuple[Alert, int]] = []
    for watchlist in context.watchlists:
        if watchlist.bodies and source.body not in watchlist.bodies:
            continue
        if has_baseline(connection, watchlist.name, source.name):
            decided = decide_alerts(connection, source, run, written.changed, watchlist, owners)
            keys = {alert.event.record.key for alert in decided if alert.event}
            rows = records.record_ids(connection, source.name, keys)
            ids = save_alerts(connection, run, decided, status, written.changes, rows)
            run.alerts += len(ids)
        else:
            decided = [summary(context, source, run, watchlist, written.highlights)]
            ids = save_alerts(connection, run, decided, "baseline", {}, {})
        stored += zip(decided, ids, strict=True)
    if context.routing and status == "new":
        for destination, some in context.routing.sort(stored, source.body).items():
            outbox.put(connection, destination, run.id, some)


def decide_alerts(
    connection: sqlite3.Connection,
    source: Source,
    run: Run,
    differences: Iterable[Difference],
    watchlist: Watchlist,
    owners: Owners,
) -> list[Alert]:
    """Return the alerts of a watchlist for some differences, each with the participation in the committee as a reason."""
    found = events_for(differences, watchlist)
    participation = ParticipationLookup(connection, owners, groups()[watchlist.engagement], run.observed_at)
    tags_of = partial(TopicFinder(connection).tags, source.name, source.body)
    return [
        replace(alert, reasons=(*alert.reasons, *participation.line(alert.event.record if alert.event else None)))
        for alert in alerts(found, watchlist, source.body, tags_of)
    ]


def events_for(differences: Iterable[Difference], watchlist: Watchlist) -> list[Event]:
    """Return the merged events of the differences of one run that concern a watchlist."""
    differences = (_as_counted(each, watchlist) for each in differences)
    concerned = (d for d in differences if d.news and concerns(d, watchlist))
    return merge(event for difference in concerned for event in events(difference))


def _as_counted(difference: Difference, watchlist: Watchlist) -> Difference:
    """Return the difference with the countries by which a watchlist counts: of groups, or of seats."""
    if watchlist.by == "group":
        return difference
    earlier = difference.earlier
    if earlier:
        earlier = replace(earlier, attributions=by_seat(earlier.attributions))
    return replace(difference, before=by_seat(difference.before), after=by_seat(difference.after), earlier=earlier)


def concerns(difference: Difference, watchlist: Watchlist) -> bool:
    """Return True when a watched country has, or had, any role in a record (rare in a large file), or the change concerns
    everybody."""
    return any(meaning.general for meaning in difference.meanings) or any(
        a.country in watchlist.watched for a in (*difference.before, *difference.after)
    )


def summary(context: RunContext, source: Source, run: Run, watchlist: Watchlist, highlights: Sequence[str]) -> Alert:
    """Return the baseline alert of a watchlist for a source that is new to it."""
    led = {
        (row["role"], row["record"])
        for row in led_on(context.db, source.name, run.observed_at)
        if _country_counted(row, watchlist) in watchlist.watched and row["confidence"] >= watchlist.least_confidence
    }
    return baseline(source.name, Counter(role for role, _ in led), run.records, watchlist, highlights)


def _country_counted(row: Mapping[str, Any], watchlist: Watchlist) -> str | None:
    country: str | None = row["country"]
    return seat_of(country, row["organisation"]) if watchlist.by == "seat" else country


def write_mentions(
    context: RunContext, connection: sqlite3.Connection, source: Source, run: Run, read: Sequence[Difference]
) -> None:
    """Store the mentions of the records `read` that match each watchlist. A watchlist without a baseline for the source keeps
    none."""
    if not read:
        return
    rows = records.record_ids(connection, source.name, {each.record.key for each in read})
    countries_in = partial(context.attributor.countries_named, body=source.body)
    finder = TopicFinder(connection)
    for watchlist in context.watchlists:
        if not has_baseline(connection, watchlist.name, source.name) or (watchlist.bodies and source.body not in watchlist.bodies):
            continue
        for each in (_as_counted(difference, watchlist) for difference in read):
            for mention, country in matching(each.record.mentions, each.after, watchlist, countries_in):
                if alert := mention_alert(mention, country, watchlist, finder.tags(source.name, source.body, each.record)):
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


def mention_alert(mention: Mention, country: str, watchlist: Watchlist, topics: tuple[str, ...]) -> Alert | None:
    """Return a mention as an alert row, or None when the watchlist excludes its event or topics."""
    if (watchlist.events and MENTION not in watchlist.events) or (watchlist.topics and watchlist.topics.isdisjoint(topics)):
        return None
    why = f"the sentence names {country_name(country)} beside a word of roles; this is no verdict"
    return Alert(watchlist.name, MENTION, "info", mention.text, (why,), topics)


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
        countries_in = partial(attributor.countries_named, body=name)
        mention |= any(True for each in watchlists for _ in matching(mentions, attributions, each, countries_in))
    return {"claims": claims, "mention": mention}
