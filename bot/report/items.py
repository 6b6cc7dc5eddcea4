"""A page for each item that they lead or led: what it is, who leads it by what evidence, how we stand to it, what changed."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from bot.render.terminal import field_name, plain
from bot.report.frame import Frame, ReportPage, value_text
from bot.report.league_pages import day_of_text
from state.queries import holdings
from state.queries.holdings import Fact, Holding

# What a page tells of the source's own fields, in people's words; lists of members are told by the roles
DETAILS = {
    "stage": "Stage", "type": "Type", "edition": "Edition", "publicationDate": "Published", "study_group": "Study group",
    "question": "Question", "type_of_work_item": "Type", "approval_process": "Approval process", "timing": "Timing",
    "summary": "Summary",
}  # fmt: skip


def pages(frame: Frame) -> Iterator[ReportPage]:
    """The pages, in the order of the references."""
    survey = frame.survey
    changes: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for change in holdings.history(survey.db, frame.with_page):
        changes[change["record"]].append(told(frame, change))
    rows: dict[int, list[Holding]] = defaultdict(list)
    for row in (*survey.leading, *survey.in_deliverables):
        if row.record in frame.with_page and row.since <= survey.when:
            rows[row.record].append(row)
    within: dict[int, list[Fact]] = defaultdict(list)
    for record in frame.with_page:
        if record in survey.owner:
            within[survey.owner[record]].append(survey.facts[record])
    for record, file in frame.with_page.items():
        fact = survey.facts[record]
        yield ReportPage(file, "item.html", {
            "fact": fact, "details": details(fact), "owner": survey.facts.get(survey.owner.get(record, 0)),
            "due": survey.dues.get(record), "topics": frame.topics_of(fact), "gap": frame.gap_of.get(record),
            "rows": rows[record][::-1], "within": sorted(within[record], key=lambda each: each.reference),
            "changes": changes[record][::-1],
        })  # fmt: skip


def details(fact: Fact) -> list[tuple[str, str]]:
    """The source's own fields that people want to see."""
    return [(words, plain(fact.text(name))) for name, words in DETAILS.items() if fact.text(name)]


def told(frame: Frame, change: dict[str, Any]) -> dict[str, Any]:
    """A change for people."""
    before, after = change["before"], change["after"]
    members = isinstance(before, list) or isinstance(after, list)
    return {
        "day": day_of_text(frame, change["observed_at"]), "kind": change["kind"], "members": members,
        "field": field_name(change["field"]) if change["field"] else "",
        "before": value_text(before) if before or not members else "", "after": value_text(after) if after or not members else "",
    }  # fmt: skip
