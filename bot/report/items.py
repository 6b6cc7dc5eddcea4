"""Report page of each item that they lead or led: facts, leaders with evidence, our standing, changes."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from bot.render.terminal import field_name, plain
from bot.report.across_bodies import day_of_text
from bot.report.frame import Frame, ReportPage, value_text
from state.queries import holdings
from state.queries.holdings import Fact, Holding

# The source's own fields that a page shows, with their labels; lists of members appear as roles
DETAILS = {
    "stage": "Stage", "type": "Type", "edition": "Edition", "publicationDate": "Published", "study_group": "Study group",
    "question": "Question", "type_of_work_item": "Type", "approval_process": "Approval process", "timing": "Timing",
    "summary": "Summary",
}  # fmt: skip


def pages(frame: Frame) -> Iterator[ReportPage]:
    """Yield the pages."""
    snapshot = frame.snapshot
    changes: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for change in holdings.history(snapshot.db, frame.with_page):
        changes[change["record"]].append(change_row(frame, change))
    rows: dict[int, list[Holding]] = defaultdict(list)
    for row in (*snapshot.leading, *snapshot.in_deliverables):
        if row.record in frame.with_page and row.since <= snapshot.when:
            rows[row.record].append(row)
    within: dict[int, list[Fact]] = defaultdict(list)
    for record in frame.with_page:
        if record in snapshot.owner:
            within[snapshot.owner[record]].append(snapshot.facts[record])
    for record, file in frame.with_page.items():
        fact = snapshot.facts[record]
        yield ReportPage(file, "item.html", {
            "fact": fact, "details": details(fact), "owner": snapshot.facts.get(snapshot.owner.get(record, 0)),
            "due": snapshot.due_dates.get(record), "topics": frame.topics_of(fact), "gap": frame.gap_of.get(record),
            "rows": rows[record][::-1], "within": sorted(within[record], key=lambda each: each.reference),
            "changes": changes[record][::-1],
        })  # fmt: skip


def details(fact: Fact) -> list[tuple[str, str]]:
    """Return the source's own fields that readers want, with their labels."""
    return [(words, plain(fact.text(name))) for name, words in DETAILS.items() if fact.text(name)]


def change_row(frame: Frame, change: dict[str, Any]) -> dict[str, Any]:
    """Return a change as a row for the template."""
    before, after = change["before"], change["after"]
    members = isinstance(before, list) or isinstance(after, list)
    return {
        "day": day_of_text(frame, change["observed_at"]), "kind": change["kind"], "members": members,
        "field": field_name(change["field"]) if change["field"] else "",
        "before": value_text(before) if before or not members else "", "after": value_text(after) if after or not members else "",
    }  # fmt: skip
