"""First page of the report: key figures, short league table, latest transitions, highest gaps."""

from collections.abc import Iterator
from typing import Any

from bot.analyse import league
from bot.analyse.snapshot import Snapshot
from bot.analyse.svg import Bar, Chart, bar_chart, share_chart, step_chart
from bot.report.frame import Frame, ReportPage, anchor, plural_kind
from bot.wording import country_name

SHOWN = 10


def page(frame: Frame) -> ReportPage:
    """Return the overview page."""
    snapshot = frame.snapshot
    near = snapshot.near_gaps()
    return ReportPage("index.html", "index.html", {
        "bodies": snapshot.bodies, "figures": figures(frame), "charts": list(charts(frame)),
        "moves": frame.moves[:8], "near": near, "top": (near or [gap for gap in snapshot.gaps if gap.score > 0])[:5],
    })  # fmt: skip


def figures(frame: Frame) -> list[dict[str, Any]]:
    """Return the key figures, each with the page of the rows that it counts."""
    snapshot = frame.snapshot
    kinds = league.count_by_name(row.kind for row in {row.record: row for row in snapshot.open_led}.values())
    told = [{"name": f"led {plural_kind(kind)}", "value": count, "href": "led.html", "note": ""} for kind, count in kinds.items()]
    gained, lost = league.gained_and_lost(
        [r for r in snapshot.leading if snapshot.they.has(r.country, r.confidence)], frame.before, snapshot.when
    )
    since = frame.before.astimezone(frame.zone).date().isoformat()
    told.append({"name": "roles gained", "value": len(gained), "href": "compare.html", "note": f"since {since}"})
    told.append({"name": "roles lost", "value": len(lost), "href": "compare.html", "note": f"since {since}"})
    told.append(
        {
            "name": f"dates in {snapshot.days} days",
            "value": len(snapshot.near_gaps()),
            "href": "gaps.html",
            "note": "where we are absent",
        }
    )
    return told


def charts(frame: Frame) -> Iterator[Chart]:
    """Yield the charts: in each body the role with most holders, by country and over time; then our members' participation."""
    snapshot = frame.snapshot
    for body in snapshot.bodies[:2]:
        if roles := frame.roles(body):
            yield league_bars(frame, body, roles[0], SHOWN)
            if (chart := count_chart(frame, body, roles[0])) and len(chart.rows) > 1:
                yield chart
    if chart := participation_chart(snapshot):
        yield chart


def league_bars(frame: Frame, body: str, role: str, most: int) -> Chart:
    """Draw the countries with most of a role, each with the link to its rows."""
    snapshot = frame.snapshot
    rows = (row for row in snapshot.leading if (row.body, row.role) == (body, role))
    table = league.rank(league.held_at(rows, snapshot.when))
    known = [each for each in table if each.country is not None]
    unknown = [each for each in table if each.country is None]
    lines = [
        Bar(
            country_label(each),
            each.count,
            colour_class(snapshot, each.country),
            f"rows-{anchor(body)}-{anchor(role)}.html#{anchor(each.country)}",
        )
        for each in (*known[:most], *unknown)
    ]
    words = role.replace("-", " ")
    items = league.count_items(row for each in table for row in each.rows)
    caption = f"{items} items on {frame.as_of}, of {len(known)} countries; an item of several countries counts for each."
    return bar_chart(f"{body}: {words} by country", caption, lines, "items")


def country_label(row: league.LeagueRow[Any]) -> str:
    """Return a country's name, with its party if it leads through a single one."""
    only = next(iter(row.parties)) if len(row.parties) == 1 else ""
    return f"{country_name(row.country)}{f' · {only}' if only and len(only) < 16 else ''}"


def count_chart(frame: Frame, body: str, role: str) -> Chart | None:
    """Draw the number of items in which they held a role over time; None where they never did."""
    snapshot = frame.snapshot
    spans = {row.source for row in snapshot.leading if (row.body, row.role) == (body, role)} & snapshot.observed.keys()
    if not spans:
        return None
    first, last = min(snapshot.observed[s][0] for s in spans), max(snapshot.observed[s][1] for s in spans)
    rows = [row for row in snapshot.leading if (row.body, row.role) == (body, role)]
    theirs = league.count_over_time(rows, snapshot.they.countries, first, last)
    if not any(count for _, count in theirs):
        return None
    caption = f"Items of {snapshot.they.title} from {first.date()} to {last.date()}; each step is a change of the number."
    return step_chart(f"{body}: {role.replace('-', ' ')} through time", caption, [(snapshot.they.title, "s1", theirs)])


def participation_chart(snapshot: Snapshot) -> Chart | None:
    """Draw our members' places, held and lacking, in what they lead; None without data."""
    known = [gap.standing for gap in snapshot.gaps if gap.standing.known]
    if not known:
        return None
    parts = (("lead", "leads"), ("take part", "takes_part"), ("observe", "observes"), ("absent", "absent"))
    lines = [Bar(words, sum(len(getattr(each, part)) for each in known)) for words, part in parts]
    caption = (
        f"Each of the {len(snapshot.we.countries)} members in each of {len(known)} led items"
        " of which the body prints who takes part."
    )
    return share_chart(f"{snapshot.we.title} participation in what {snapshot.they.title} leads", caption, lines, "places")


def colour_class(snapshot: Snapshot, country: str | None) -> str:
    """Return the CSS class of a country: theirs, ours, or another."""
    return "s1" if country in snapshot.they.countries else "s2" if country in snapshot.we.countries else "s0"
