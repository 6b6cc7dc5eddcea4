"""Report pages across bodies: led items, timeline, institutions, comparison, method, engagement gaps, topics."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from bot.analyse import league
from bot.analyse.gaps import load_weights
from bot.analyse.svg import Bar, bar_chart
from bot.decide.topics import load_topics
from bot.report.bodies import rows_file
from bot.report.frame import Frame, ReportPage, day_of
from bot.report.overview import count_chart
from bot.wording import country_name
from sources import all_sources
from state.encode import moment
from state.queries import history, holdings
from state.queries.holdings import Fact, Holding

HEAT_LEVELS = 5  # shades of the table of topics


def pages(frame: Frame) -> Iterator[ReportPage]:
    """Yield the pages in the order of the menu."""
    yield led_page(frame)
    yield timeline_page(frame)
    yield institutions_page(frame)
    yield comparison_page(frame)
    yield method_page(frame)
    yield gap_page(frame)
    yield topic_page(frame)


def led_page(frame: Frame) -> ReportPage:
    """Page of the items under way that they lead."""
    rows = []
    for row in frame.snapshot.open_led:
        gap = frame.gap_of[row.record]
        absent = len(gap.standing.absent) if gap.standing.known else None
        rows.append({"row": row, "due": gap.due, "absent": absent, "topics": [topic.tag for topic in gap.topics]})
    items = len({row.record for row in frame.snapshot.open_led})
    return ReportPage("led.html", "led.html", {"rows": rows, "items": items, "finished": frame.finished})


def timeline_page(frame: Frame) -> ReportPage:
    """Page of role transitions and other alerts."""
    snapshot = frame.snapshot
    charts = [chart for body in snapshot.bodies for role in frame.roles(body)[:1] if (chart := count_chart(frame, body, role))]
    alerts = [
        {"day": day_of_text(frame, row["observed_at"]), "headline": row["headline"], "evidence": row["evidence"]["url"] or ""}
        for row in history.alerts(snapshot.db, until=snapshot.when)
        if not row["event"].startswith("role-") and row["country"] in snapshot.they.countries
    ]
    return ReportPage("timeline.html", "timeline.html", {"charts": charts, "moves": frame.moves, "alerts": alerts[::-1][:500]})


def day_of_text(frame: Frame, stamp: str) -> str:
    """Return the day of a stored time (UTC) in the report's zone."""
    return day_of(moment(stamp), frame.zone)


def institutions_page(frame: Frame) -> ReportPage:
    """Page of institutions by number of roles."""
    found: dict[str, list[Holding]] = defaultdict(list)
    for row in frame.snapshot.open_led:
        found[row.organisation].append(row)
    ordered = sorted(found.items(), key=lambda each: (-len(each[1]), each[0]))
    rows = [
        {"name": name, "rows": here, "bodies": sorted({r.body for r in here}), "roles": league.count_by_name(r.role for r in here)}
        for name, here in ordered
    ]
    return ReportPage("institutions.html", "institutions.html", {"rows": rows})


def comparison_page(frame: Frame) -> ReportPage:
    """Page that compares two dates, and countries side by side."""
    snapshot = frame.snapshot
    theirs = [row for row in snapshot.leading if snapshot.they.has(row.country, row.confidence)]
    gained, lost = league.gained_and_lost(theirs, frame.before, snapshot.when)
    now, then = (league.held_at(snapshot.leading, moment) for moment in (snapshot.when, frame.before))
    others = [
        each.country
        for each in league.rank(league.held_at(snapshot.leading, snapshot.when))
        if each.country not in snapshot.they.countries
    ]
    groups = [(snapshot.they.title, snapshot.they.countries), (snapshot.we.title, snapshot.we.countries)]
    groups += [(country_name(code), frozenset({code})) for code in [c for c in others if c][:6]]
    counts, was = by_role(now), by_role(then)
    rows = [
        {"body": body, "role": role, "rows": rows_file(body, role),
         "counts": [group_counts(codes, counts[body, role], was[body, role]) for _, codes in groups]}
        for body in snapshot.bodies for role in frame.roles(body)
    ]  # fmt: skip
    one = frame.before.astimezone(frame.zone).date().isoformat()
    variables = {"one": one, "gained": gained, "lost": lost, "sides": [title for title, _ in groups], "rows": rows}
    return ReportPage("compare.html", "compare.html", variables)


def by_role(rows: Iterable[Holding]) -> defaultdict[tuple[str, str], list[Holding]]:
    """Return roles held by body and role."""
    found: defaultdict[tuple[str, str], list[Holding]] = defaultdict(list)
    for row in rows:
        found[row.body, row.role].append(row)
    return found


def group_counts(codes: frozenset[str], now: list[Holding], then: list[Holding]) -> tuple[int, int]:
    """Return in how many items some countries hold a role now, and the change since `then`."""
    count, was = (league.count_items(row for row in rows if row.country in codes) for rows in (now, then))
    return count, count - was


def method_page(frame: Frame) -> ReportPage:
    """Page on method: sources, attribution rules, weights."""
    snapshot = frame.snapshot
    by_rule: dict[str, list[Holding]] = defaultdict(list)
    for row in snapshot.open_led:
        by_rule[row.rule].append(row)
    rules = [
        {"rule": rule, "count": len(rows), "least": min(row.confidence for row in rows), "example": rows[0]}
        for rule, rows in sorted(by_rule.items(), key=lambda each: (-len(each[1]), each[0]))
    ]
    unknown = sum(row.country is None for row in league.held_at(snapshot.leading, snapshot.when))
    variables = {"sources": list(sources(frame)), "rules": rules, "unknown": unknown, "weights": load_weights()}
    return ReportPage("decided.html", "decided.html", variables)


def sources(frame: Frame) -> Iterator[dict[str, Any]]:
    """Yield each source that was read, with its notice."""
    counts: dict[str, int] = defaultdict(int)
    for source, _, _, count in holdings.totals(frame.snapshot.db):
        counts[source] += count
    known = all_sources()
    for name, (first, last) in sorted(frame.snapshot.observed.items()):
        told = {"name": name, "records": counts[name], "first": day_of(first, frame.zone), "last": day_of(last, frame.zone)}
        if name in known:
            declared = known[name]
            yield {**told, "body": declared.body, "licence": declared.terms.licence, "notice": declared.terms.attribution}
        else:
            yield {**told, "body": "", "licence": "", "notice": "no longer a source"}


def gap_page(frame: Frame) -> ReportPage:
    """Page of the ranked gaps, with the absences of each member."""
    snapshot = frame.snapshot
    known = [gap for gap in snapshot.gaps if gap.standing.known]
    absences = {code: sum(code in gap.standing.absent for gap in known) for code in snapshot.we.countries}
    lines = [Bar(country_name(code), count, "s2") for code, count in sorted(absences.items(), key=lambda each: (-each[1], each[0]))]
    caption = f"In how many of the {len(known)} led items, whose members the body prints, each one neither takes part nor observes."
    chart = bar_chart("Absent from what they lead", caption, lines, "absent from") if known else None
    return ReportPage("gaps.html", "gaps.html", {"near": snapshot.near_gaps()[:50], "gaps": snapshot.gaps, "chart": chart})


def topic_page(frame: Frame) -> ReportPage:
    """Page of led items by topic and body, darker where there are more."""
    found: dict[str, dict[str, list[tuple[Fact, str]]]] = defaultdict(lambda: defaultdict(list))
    for gap in frame.snapshot.gaps:
        for tag, word, _ in gap.topics:
            found[tag][gap.fact.body].append((gap.fact, word))
    bodies = frame.snapshot.bodies
    most = max((len(items) for by_body in found.values() for items in by_body.values()), default=1)
    rows = [
        {"tag": tag, "cells": [
            {"body": body, "found": (items := found[tag].get(body, [])), "heat": -(-HEAT_LEVELS * len(items) // most)}
            for body in bodies
        ]}
        for tag in load_topics().labels if tag in found
    ]  # fmt: skip
    return ReportPage("topics.html", "topics.html", {"bodies": bodies, "rows": rows})
