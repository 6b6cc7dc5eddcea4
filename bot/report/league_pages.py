"""Pages across bodies: led items, timeline, institutions, comparison, engagement gaps, topics, and how it was decided."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from bot.analyse import league
from bot.analyse.gaps import load_weights
from bot.analyse.svg import Bar, bars
from bot.decide.topics import load_topics
from bot.report.bodies import rows_file
from bot.report.frame import Frame, ReportPage, anchor, day_of
from bot.report.overview import stairs
from bot.wording.countries import country_name
from sources import all_sources
from state.encode import moment
from state.queries import history, holdings
from state.queries.holdings import Fact, Holding


def pages(frame: Frame) -> Iterator[ReportPage]:
    """These five pages."""
    yield led(frame)
    yield timeline(frame)
    yield institutions(frame)
    yield comparison(frame)
    yield decided(frame)


def led(frame: Frame) -> ReportPage:
    """Everything that they lead and that is worked on."""
    rows = []
    for row in frame.survey.open_led:
        gap = frame.gap_of[row.record]
        absent = len(gap.stand.absent) if gap.stand.known else None
        rows.append({"row": row, "due": gap.due, "absent": absent, "topics": [tag for tag, _ in gap.topics]})
    items = len({row.record for row in frame.survey.open_led})
    return ReportPage("led.html", "led.html", {"rows": rows, "items": items, "finished": frame.finished})


def timeline(frame: Frame) -> ReportPage:
    """What they gained and lost, and the other alerts."""
    survey = frame.survey
    charts = [chart for body in survey.bodies for role in frame.roles(body)[:1] if (chart := stairs(frame, body, role))]
    alerts = [
        {"day": day_of_text(frame, row["observed_at"]), "headline": row["headline"], "evidence": row["evidence"]["url"] or ""}
        for row in history.alerts(survey.db, until=survey.when)
        if not row["event"].startswith("role-") and row["country"] in survey.they.countries
    ]
    return ReportPage("timeline.html", "timeline.html", {"charts": charts, "moves": frame.moves, "alerts": alerts[::-1][:500]})


def day_of_text(frame: Frame, stamp: str) -> str:
    """The day of a stored time in the zone of the report."""
    return day_of(moment(stamp), frame.zone)


def institutions(frame: Frame) -> ReportPage:
    """Who holds how many roles."""
    found: dict[str, list[Holding]] = defaultdict(list)
    for row in frame.survey.open_led:
        found[row.organisation].append(row)
    ordered = sorted(found.items(), key=lambda each: (-len(each[1]), each[0]))
    rows = [
        {"name": name, "rows": here, "bodies": sorted({r.body for r in here}), "roles": league.counted(r.role for r in here)}
        for name, here in ordered
    ]
    lines = [Bar(name, len(here), "s1", f"#{anchor(name)}") for name, here in ordered[:15]]
    chart = bars("Most active institutions", f"Roles in items that are worked on, {frame.as_of}.", lines, "roles")
    return ReportPage("institutions.html", "institutions.html", {"rows": rows, "chart": chart})


def comparison(frame: Frame) -> ReportPage:
    """Two dates, and countries side by side."""
    survey = frame.survey
    theirs = [row for row in survey.leading if survey.they.has(row.country, row.confidence)]
    gained, lost = league.compare(theirs, frame.before, survey.when)
    now, then = (league.held(survey.leading, moment) for moment in (survey.when, frame.before))
    others = [each.country for each in league.table(survey.leading, survey.when) if each.country not in survey.they.countries]
    sides = [(survey.they.title, survey.they.countries), (survey.we.title, survey.we.countries)]
    sides += [(country_name(code), frozenset({code})) for code in [c for c in others if c][:6]]
    counts, was = (Counter((row.body, row.role, row.country) for row in rows) for rows in (now, then))
    rows = [
        {"body": body, "role": role, "rows": rows_file(body, role),
         "counts": [side_counts(body, role, codes, counts, was) for _, codes in sides]}
        for body in survey.bodies for role in frame.roles(body)
    ]  # fmt: skip
    one = frame.before.astimezone(frame.zone).date().isoformat()
    holds = {"one": one, "gained": gained, "lost": lost, "sides": [title for title, _ in sides], "rows": rows}
    return ReportPage("compare.html", "compare.html", holds)


Counts = Counter[tuple[str, str, str | None]]


def side_counts(body: str, role: str, codes: frozenset[str], now: Counts, then: Counts) -> tuple[int, int]:
    """How many of a role some countries hold, and how many more than before."""
    count = sum(now[body, role, code] for code in codes)
    return count, count - sum(then[body, role, code] for code in codes)


def decided(frame: Frame) -> ReportPage:
    """Sources, rules, weights and words."""
    survey = frame.survey
    by_rule: dict[str, list[Holding]] = defaultdict(list)
    for row in survey.open_led:
        by_rule[row.rule].append(row)
    rules = [
        {"rule": rule, "count": len(rows), "least": min(row.confidence for row in rows), "example": rows[0]}
        for rule, rows in sorted(by_rule.items(), key=lambda each: (-len(each[1]), each[0]))
    ]
    unknown = sum(row.country is None for row in league.held(survey.leading, survey.when))
    holds = {"sources": list(sources(frame)), "rules": rules, "unknown": unknown, "weights": load_weights()}
    return ReportPage("decided.html", "decided.html", holds)


def sources(frame: Frame) -> Iterator[dict[str, Any]]:
    """Each source that was read, with its notice."""
    counts: dict[str, int] = defaultdict(int)
    for source, _, _, count in holdings.totals(frame.survey.db):
        counts[source] += count
    known = all_sources()
    for name, (first, last) in sorted(frame.survey.observed.items()):
        told = {"name": name, "records": counts[name], "first": day_of(first, frame.zone), "last": day_of(last, frame.zone)}
        if name in known:
            declared = known[name]
            yield {**told, "body": declared.body, "licence": declared.terms.licence, "notice": declared.terms.attribution}
        else:
            yield {**told, "body": "", "licence": "", "notice": "no longer a source"}


HEATS = 5


def judgement_pages(frame: Frame) -> Iterator[ReportPage]:
    """These two pages."""
    yield gap_page(frame)
    yield topic_page(frame)


def gap_page(frame: Frame) -> ReportPage:
    """The ranked list, how often each member is absent, and all items."""
    survey = frame.survey
    known = [gap for gap in survey.gaps if gap.stand.known]
    absences = {code: sum(code in gap.stand.absent for gap in known) for code in survey.we.countries}
    lines = [Bar(country_name(code), count, "s2") for code, count in sorted(absences.items(), key=lambda each: (-each[1], each[0]))]
    says = f"In how many of the {len(known)} led items, whose members the body prints, each one neither takes part nor observes."
    chart = bars("Absent from what they lead", says, lines, "absent from") if known else None
    return ReportPage("gaps.html", "gaps.html", {"near": survey.near()[:50], "gaps": survey.gaps, "chart": chart})


def topic_page(frame: Frame) -> ReportPage:
    """Led items by topic and body, darker where there are more."""
    found: dict[str, dict[str, list[tuple[Fact, str]]]] = defaultdict(lambda: defaultdict(list))
    for gap in frame.survey.gaps:
        for tag, word in gap.topics:
            found[tag][gap.fact.body].append((gap.fact, word))
    bodies = frame.survey.bodies
    most = max((len(items) for by_body in found.values() for items in by_body.values()), default=1)
    rows = [
        {"tag": tag, "cells": [
            {"body": body, "found": (items := found[tag].get(body, [])), "heat": -(-HEATS * len(items) // most)} for body in bodies
        ]}
        for tag in load_topics().labels if tag in found
    ]  # fmt: skip
    return ReportPage("topics.html", "topics.html", {"bodies": bodies, "rows": rows})
