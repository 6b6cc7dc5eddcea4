"""The first page: key figures, the league in short, what moved, and the heaviest gaps."""

from collections.abc import Iterator
from typing import Any

from bot.analyse import league
from bot.analyse.snapshot import Snapshot
from bot.analyse.svg import Bar, Chart, bars, shares, steps
from bot.report.frame import Frame, ReportPage, anchor, things
from bot.wording import country_name

SHOWN = 10


def page(frame: Frame) -> ReportPage:
    """The overview."""
    survey = frame.survey
    near = survey.near()
    return ReportPage("index.html", "index.html", {
        "bodies": survey.bodies, "figures": figures(frame), "charts": list(charts(frame)),
        "moves": frame.moves[:8], "near": near, "top": (near or [gap for gap in survey.gaps if gap.score > 0])[:5],
    })  # fmt: skip


def figures(frame: Frame) -> list[dict[str, Any]]:
    """The key figures, each with the page of the rows that it counts."""
    survey = frame.survey
    kinds = league.counted(row.kind for row in {row.record: row for row in survey.open_led}.values())
    told = [{"name": f"led {things(kind)}", "value": count, "href": "led.html", "note": ""} for kind, count in kinds.items()]
    gained, lost = league.compare(
        [r for r in survey.leading if survey.they.has(r.country, r.confidence)], frame.before, survey.when
    )
    since = frame.before.astimezone(frame.zone).date().isoformat()
    told.append({"name": "roles gained", "value": len(gained), "href": "compare.html", "note": f"since {since}"})
    told.append({"name": "roles lost", "value": len(lost), "href": "compare.html", "note": f"since {since}"})
    told.append(
        {"name": f"dates in {survey.days} days", "value": len(survey.near()), "href": "gaps.html", "note": "where we are absent"}
    )
    return told


def charts(frame: Frame) -> Iterator[Chart]:
    """The league of the role with most holders in each body, through time, and where our members stand."""
    survey = frame.survey
    for body in survey.bodies[:2]:
        if roles := frame.roles(body):
            yield league_bars(frame, body, roles[0], SHOWN)
            if (chart := stairs(frame, body, roles[0])) and len(chart.rows) > 1:
                yield chart
    if chart := standing(survey):
        yield chart


def league_bars(frame: Frame, body: str, role: str, most: int) -> Chart:
    """The countries with most of a role, each with the link to its rows."""
    survey = frame.survey
    table = league.table((row for row in survey.leading if (row.body, row.role) == (body, role)), survey.when)
    known = [each for each in table if each.country is not None]
    unknown = [each for each in table if each.country is None]
    lines = [
        Bar(name(each), each.count, style(survey, each.country), f"rows-{anchor(body)}-{anchor(role)}.html#{anchor(each.country)}")
        for each in (*known[:most], *unknown)
    ]
    words = role.replace("-", " ")
    says = f"{sum(each.count for each in table)} of this role on {frame.as_of}; {len(known)} countries hold at least one."
    return bars(f"{body}: {words} by country", says, lines, "count")


def name(standing: league.LeagueRow) -> str:
    """A country with the party through which it leads, where that is one."""
    only = next(iter(standing.parties)) if len(standing.parties) == 1 else ""
    return f"{country_name(standing.country)}{f' · {only}' if only and len(only) < 16 else ''}"


def stairs(frame: Frame, body: str, role: str) -> Chart | None:
    """How many they held through time; None where they never held any."""
    survey = frame.survey
    spans = {row.source for row in survey.leading if (row.body, row.role) == (body, role)} & survey.observed.keys()
    if not spans:
        return None
    first, last = min(survey.observed[s][0] for s in spans), max(survey.observed[s][1] for s in spans)
    rows = [row for row in survey.leading if (row.body, row.role) == (body, role)]
    theirs = league.through_time(rows, survey.they.countries, first, last)
    if not any(count for _, count in theirs):
        return None
    says = f"Held by {survey.they.title} from {first.date()} to {last.date()}; each step is a change of the number."
    return steps(f"{body}: {role.replace('-', ' ')} through time", says, [(survey.they.title, "s1", theirs)])


def standing(survey: Snapshot) -> Chart | None:
    """How many places our members have, and lack, in what they lead."""
    known = [gap.stand for gap in survey.gaps if gap.stand.known]
    if not known:
        return None
    parts = (("lead", "leads"), ("take part", "takes_part"), ("observe", "observes"), ("absent", "absent"))
    lines = [Bar(words, sum(len(getattr(stand, part)) for stand in known)) for words, part in parts]
    says = (
        f"Each of the {len(survey.we.countries)} members in each of {len(known)} led items of which the body prints who takes part."
    )
    return shares(f"How {survey.we.title} members stand to what {survey.they.title} leads", says, lines, "places")


def style(survey: Snapshot, country: str | None) -> str:
    """The class of a country: theirs, ours, or another."""
    return "s1" if country in survey.they.countries else "s2" if country in survey.we.countries else "s0"
