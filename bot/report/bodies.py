"""Report pages of one body: league tables by role, over time and by quarter, study groups, and the rows behind the tables."""

from collections.abc import Iterator
from typing import Any

from bot.analyse import league
from bot.analyse.svg import gain_loss_chart
from bot.report.frame import Frame, ReportPage, anchor
from bot.report.overview import count_chart, league_bars

GROUPS = ("study-group", "working-party", "question")
LEADERSHIP = ("chair", "vice-chair", "rapporteur", "associate-rapporteur")


def pages(frame: Frame) -> Iterator[ReportPage]:
    """Yield the pages of each body."""
    for body in frame.snapshot.bodies:
        roles = frame.roles(body)
        yield body_page(frame, body, roles)
        for role in roles:
            yield rows_page(frame, body, role)


def body_page(frame: Frame, body: str, roles: list[str]) -> ReportPage:
    """Page with the league tables of one body."""
    snapshot = frame.snapshot
    span = snapshot.watched(body)
    watched = [moment.astimezone(frame.zone).date().isoformat() for moment in span] if span else None
    finished = frame.finished if body in {row.body for row in snapshot.in_deliverables} else 0
    return ReportPage(f"body-{anchor(body)}.html", "body.html", {
        "body": body, "watched": watched, "roles": [role_part(frame, body, role) for role in roles],
        "groups": list(study_groups(frame, body)), "finished": finished,
    })  # fmt: skip


def role_part(frame: Frame, body: str, role: str) -> dict[str, Any]:
    """Return tables and charts of one role for the template."""
    snapshot = frame.snapshot
    rows = [row for row in snapshot.leading if (row.body, row.role) == (body, role)]
    spans = [snapshot.observed[source] for source in {row.source for row in rows} if source in snapshot.observed]
    quarters = []
    if spans:
        first, last = min(span[0] for span in spans), max(span[1] for span in spans)
        quarters = league.quarters(rows, snapshot.they.countries, first, last)
    words = role.replace("-", " ")
    caption = f"What {snapshot.they.title} gained (up) and lost (down) in each quarter."
    drawn = gain_loss_chart(
        f"{body}: {words}, gained and lost", caption, [(q.label, len(q.gained), len(q.lost)) for q in quarters[-8:]]
    )
    moved = any(quarter.gained or quarter.lost for quarter in quarters)
    return {
        "role": role, "name": f"{words[0].upper()}{words[1:]}", "bars": league_bars(frame, body, role, 12),
        "steps": count_chart(frame, body, role), "balance": drawn if moved else None, "quarters": quarters,
        "table": league.rank(league.held_at(rows, snapshot.when)), "rows": rows_file(body, role),
    }  # fmt: skip


def rows_file(body: str, role: str) -> str:
    """Return the file name of the page with the rows behind a role's table."""
    return f"rows-{anchor(body)}-{anchor(role)}.html"


def rows_page(frame: Frame, body: str, role: str) -> ReportPage:
    """Page with the rows behind a role's table."""
    rows = [row for row in frame.snapshot.leading if (row.body, row.role) == (body, role)]
    variables = {
        "body": body, "role": role, "name": role.replace("-", " "), "back": f"body-{anchor(body)}.html",
        "table": league.rank(league.held_at(rows, frame.snapshot.when)),
    }  # fmt: skip
    return ReportPage(rows_file(body, role), "rows.html", variables)


def study_groups(frame: Frame, body: str) -> Iterator[dict[str, Any]]:
    """Yield tables by study group, where the body has any: leadership, and led work items."""
    snapshot = frame.snapshot
    everybody = [row for rows in snapshot.others.values() for row in rows if row.body == body]
    places = [row for row in everybody if row.kind in GROUPS and row.role in LEADERSHIP]
    if places:
        roles = [role for role in LEADERSHIP if any(row.role == role for row in places)]
        head = [role.replace("-", " ") for role in roles]
        caption = f"How many hold each role in a group, its working parties and Questions; then who of {snapshot.they.title} does."
        yield {"title": "Leadership of study groups", "says": caption, "head": head, "rows": list(group_rows(frame, places, roles))}
    items = [row for row in snapshot.leading if row.body == body and row.kind == "work-item"]
    if items:
        caption = f"Led work items by study group: all whose leader is known, and those of {snapshot.they.title}."
        yield {
            "title": "Work items by study group",
            "says": caption,
            "head": ["led items"],
            "rows": list(group_rows(frame, items, None)),
        }


def group_rows(frame: Frame, rows: list[Any], roles: list[str] | None) -> Iterator[dict[str, Any]]:
    """Yield a row for each study group: counts by role, or, without `roles`, the number of records."""
    snapshot = frame.snapshot
    for group, here in league.by_study_group(rows, snapshot.facts, snapshot.when).items():
        counts = [sum(row.role == role for row in here) for role in roles] if roles else [len({row.record for row in here})]
        theirs = [row for row in here if snapshot.they.has(row.country, row.confidence)]
        yield {"name": group, "counts": counts, "theirs": theirs}
