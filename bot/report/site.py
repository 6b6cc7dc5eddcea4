"""The report as a static site: pages, style and script in one folder."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.analyse.snapshot import Snapshot
from bot.decide.topics import load_topics
from bot.render.mrkdwn import web_address
from bot.render.plain import cut, visible
from bot.render.terminal import field_name
from bot.report import across_bodies, bodies, overview
from bot.report.across_bodies import day_of_text
from bot.report.frame import Frame, ReportPage, anchor, day_of, value_text
from bot.wording import country_name
from state.queries import holdings
from state.queries.holdings import Fact, Holding

# The source's own fields that a page shows, with their labels; lists of members appear as roles
DETAILS = {
    "stage": "Stage", "type": "Type", "edition": "Edition", "publicationDate": "Published", "study_group": "Study group",
    "question": "Question", "type_of_work_item": "Type", "approval_process": "Approval process", "timing": "Timing",
    "summary": "Summary",
}  # fmt: skip


def item_pages(frame: Frame) -> Iterator[ReportPage]:
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
    return [(words, fact.text(name)) for name, words in DETAILS.items() if fact.text(name)]


def change_row(frame: Frame, change: dict[str, Any]) -> dict[str, Any]:
    """Return a change as a row for the template."""
    before, after = change["before"], change["after"]
    members = isinstance(before, list) or isinstance(after, list)
    return {
        "day": day_of_text(frame, change["observed_at"]), "kind": change["kind"], "members": members,
        "field": field_name(change["field"]) if change["field"] else "",
        "before": value_text(before) if before or not members else "", "after": value_text(after) if after or not members else "",
    }  # fmt: skip


MENU = (
    ("index.html", "Overview"), ("led.html", "Led items"), ("timeline.html", "Timeline"), ("institutions.html", "Institutions"),
    ("topics.html", "Topics"), ("gaps.html", "Gaps"), ("compare.html", "Compare"), ("decided.html", "How it was decided"),
)  # fmt: skip
LONGEST = 3000  # characters of a text on a page, as of an address
ASSETS = ("style.css", "table.js")


@dataclass(frozen=True, slots=True)
class WrittenSite:
    """Written site: its first page and the number of pages."""

    index: Path
    pages: int


def write_report(snapshot: Snapshot, out: Path, zone: tzinfo, compared: datetime | None = None) -> WrittenSite:
    """Write the site into a folder. `compared` is the moment to compare with; None: a quarter before, or the first known. Files of
    an earlier report are replaced; pages of items that are no longer led are removed."""
    frame = Frame(snapshot, zone, compared)
    environment = template_environment(frame)
    for folder in (out / "assets", out / "items"):
        folder.mkdir(parents=True, exist_ok=True)
    for name in ASSETS:
        (out / "assets" / name).write_bytes(files("bot").joinpath("report", "assets", name).read_bytes())
    written = set()
    for page in pages(frame):
        root = "../" * page.file.count("/")
        text = environment.get_template(page.template).render({**page.variables, "root": root, "here": page.file})
        (out / page.file).write_text(visible(text), encoding="utf-8")
        written.add(out / page.file)
    for old in {*(out / "items").glob("*.html"), *out.glob("rows-*.html"), *out.glob("body-*.html")} - written:
        old.unlink()
    return WrittenSite(out / "index.html", len(written))


def pages(frame: Frame) -> Iterator[ReportPage]:
    """Yield every page, the overview first."""
    yield overview.page(frame)
    yield from bodies.pages(frame)
    yield from across_bodies.pages(frame)
    yield from item_pages(frame)


def template_environment(frame: Frame) -> Environment:
    """Return the template environment with the variables and functions of all pages. Every text is escaped and cut:
    titles come from outside."""
    snapshot = frame.snapshot
    environment = Environment(
        loader=PackageLoader("bot.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        finalize=lambda value: cut(value, LONGEST) if type(value) is str else value,
    )  # fmt: skip
    labels = load_topics().labels
    menu = [*MENU[:1], *((f"body-{anchor(body)}.html", body) for body in snapshot.bodies), *MENU[1:]]
    known: dict[str, Any] = {
        "they": snapshot.they, "we": snapshot.we, "as_of": frame.as_of, "freshness": frame.freshness,
        "since": frame.since, "days": snapshot.days, "menu": menu,
        "notices": frame.notices, "anchor": anchor, "web_address": web_address, "page_for": frame.page_for, "country": country_name,
        "day": lambda moment: day_of(moment, frame.zone), "topic": lambda tag: labels.get(tag, tag),
    }  # fmt: skip
    environment.globals.update(known)
    return environment
