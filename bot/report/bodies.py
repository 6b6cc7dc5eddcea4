"""A page a body: league tables by role, through time and by quarter, study groups; and the rows that the tables count."""

from collections.abc import Iterator
from typing import Any

from bot.analyse import league
from bot.analyse.svg import balance
from bot.report.frame import Frame, ReportPage, anchor
from bot.report.overview import league_bars, stairs

GROUPS = ("study-group", "working-party", "question")
LEADERSHIP = ("chair", "vice-chair", "rapporteur", "associate-rapporteur")


def pages(frame: Frame) -> Iterator[ReportPage]:
    """The pages of each body."""
    for body in frame.survey.bodies:
        roles = frame.roles(body)
        yield body_page(frame, body, roles)
        for role in roles:
            yield rows_page(frame, body, role)


def body_page(frame: Frame, body: str, roles: list[str]) -> ReportPage:
    """The league tables of one body."""
    survey = frame.survey
    span = survey.watched(body)
    watched = [moment.astimezone(frame.zone).date().isoformat() for moment in span] if span else None
    finished = frame.finished if body in {row.body for row in survey.in_deliverables} else 0
    return ReportPage(f"body-{anchor(body)}.html", "body.html", {
        "body": body, "watched": watched, "roles": [role_part(frame, body, role) for role in roles],
        "groups": list(study_groups(frame, body)), "finished": finished,
    })  # fmt: skip


def role_part(frame: Frame, body: str, role: str) -> dict[str, Any]:
    """The tables and charts of one role."""
    survey = frame.survey
    rows = [row for row in survey.leading if (row.body, row.role) == (body, role)]
    spans = [survey.observed[source] for source in {row.source for row in rows} if source in survey.observed]
    quarters = []
    if spans:
        first, last = min(span[0] for span in spans), max(span[1] for span in spans)
        quarters = league.quarters(rows, survey.they.countries, first, last)
    words = role.replace("-", " ")
    says = f"What {survey.they.title} gained (up) and lost (down) in each quarter."
    drawn = balance(f"{body}: {words}, gained and lost", says, [(q.label, len(q.gained), len(q.lost)) for q in quarters[-8:]])
    moved = any(quarter.gained or quarter.lost for quarter in quarters)
    return {
        "role": role, "name": f"{words[0].upper()}{words[1:]}", "bars": league_bars(frame, body, role, 12),
        "steps": stairs(frame, body, role), "balance": drawn if moved else None, "quarters": quarters,
        "table": league.table(rows, survey.when), "rows": rows_file(body, role),
    }  # fmt: skip


def rows_file(body: str, role: str) -> str:
    """The file of the rows that the table of a role counts."""
    return f"rows-{anchor(body)}-{anchor(role)}.html"


def rows_page(frame: Frame, body: str, role: str) -> ReportPage:
    """The rows that the table of a role counts."""
    rows = [row for row in frame.survey.leading if (row.body, row.role) == (body, role)]
    holds = {
        "body": body, "role": role, "name": role.replace("-", " "), "back": f"body-{anchor(body)}.html",
        "table": league.table(rows, frame.survey.when),
    }  # fmt: skip
    return ReportPage(rows_file(body, role), "rows.html", holds)


def study_groups(frame: Frame, body: str) -> Iterator[dict[str, Any]]:
    """Leadership of study groups, and led work items by study group, where a body has such."""
    survey = frame.survey
    everybody = [row for rows in survey.others.values() for row in rows if row.body == body]
    places = [row for row in everybody if row.kind in GROUPS and row.role in LEADERSHIP]
    if places:
        roles = [role for role in LEADERSHIP if any(row.role == role for row in places)]
        head = [role.replace("-", " ") for role in roles]
        says = f"How many hold each role in a group, its working parties and Questions; then who of {survey.they.title} does."
        yield {"title": "Leadership of study groups", "says": says, "head": head, "rows": list(group_rows(frame, places, roles))}
    items = [row for row in survey.leading if row.body == body and row.kind == "work-item"]
    if items:
        says = f"Led work items by study group: all whose leader is known, and those of {survey.they.title}."
        yield {
            "title": "Work items by study group",
            "says": says,
            "head": ["led items"],
            "rows": list(group_rows(frame, items, None)),
        }


def group_rows(frame: Frame, rows: list[Any], roles: list[str] | None) -> Iterator[dict[str, Any]]:
    """A row a study group. With roles they are counted by role, else the records."""
    survey = frame.survey
    for group, here in league.by_study_group(rows, survey.facts, survey.when).items():
        counts = [sum(row.role == role for row in here) for role in roles] if roles else [len({row.record for row in here})]
        theirs = [row for row in here if survey.they.has(row.country, row.confidence)]
        yield {"name": group, "counts": counts, "theirs": theirs}
