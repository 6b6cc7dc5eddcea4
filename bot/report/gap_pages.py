"""Pages of judgement: engagement gaps, and topics × bodies."""

from collections import defaultdict
from collections.abc import Iterator

from bot.analyse.svg import Bar, bars
from bot.decide.topics import load_topics
from bot.report.frame import Frame, Page
from bot.wording.countries import country_name
from state.queries.holdings import Fact

HEATS = 5


def pages(frame: Frame) -> Iterator[Page]:
    """These two pages."""
    yield gap_page(frame)
    yield topic_page(frame)


def gap_page(frame: Frame) -> Page:
    """The ranked list, how often each member is absent, and all items."""
    survey = frame.survey
    known = [gap for gap in survey.gaps if gap.stand.known]
    absences = {code: sum(code in gap.stand.absent for gap in known) for code in survey.we.countries}
    lines = [Bar(country_name(code), count, "s2") for code, count in sorted(absences.items(), key=lambda each: (-each[1], each[0]))]
    says = f"In how many of the {len(known)} led items, whose members the body prints, each one neither takes part nor observes."
    chart = bars("Absent from what they lead", says, lines, "absent from") if known else None
    return Page("gaps.html", "gaps.html", {"near": survey.near()[:50], "gaps": survey.gaps, "chart": chart})


def topic_page(frame: Frame) -> Page:
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
    return Page("topics.html", "topics.html", {"bodies": bodies, "rows": rows})
