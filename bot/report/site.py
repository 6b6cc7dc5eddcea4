"""Write the report: every page of the site into a folder, with its style and script."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.analyse.snapshot import Snapshot
from bot.decide.topics import load_topics
from bot.report import bodies, items, league_pages, overview
from bot.report.frame import Frame, ReportPage, anchor, day_of, web
from bot.wording import country_name

MENU = (
    ("index.html", "Overview"), ("led.html", "Led items"), ("timeline.html", "Timeline"), ("institutions.html", "Institutions"),
    ("topics.html", "Topics"), ("gaps.html", "Gaps"), ("compare.html", "Compare"), ("decided.html", "How it was decided"),
)  # fmt: skip
ASSETS = ("style.css", "table.js")


@dataclass(frozen=True, slots=True)
class Written:
    """Where the site begins, and how many pages it has."""

    index: Path
    pages: int


def write_report(survey: Snapshot, out: Path, zone: tzinfo, compared: datetime | None = None) -> Written:
    """Write the whole site into a folder. `compared` is the moment that the picture is compared with; None: a quarter before, or
    the first that is known. Files of an earlier report are replaced; pages of items that are no longer led are removed."""
    frame = Frame(survey, zone, compared)
    environment = surroundings(frame)
    for folder in (out / "assets", out / "items"):
        folder.mkdir(parents=True, exist_ok=True)
    for name in ASSETS:
        (out / "assets" / name).write_bytes(files("bot").joinpath("report", "assets", name).read_bytes())
    written = set()
    for page in pages(frame):
        root = "../" * page.file.count("/")
        text = environment.get_template(page.template).render({**page.holds, "root": root, "here": page.file})
        (out / page.file).write_text(text, encoding="utf-8")
        written.add(out / page.file)
    for old in {*(out / "items").glob("*.html"), *out.glob("rows-*.html"), *out.glob("body-*.html")} - written:
        old.unlink()
    return Written(out / "index.html", len(written))


def pages(frame: Frame) -> Iterator[ReportPage]:
    """Every page, the overview first."""
    yield overview.page(frame)
    yield from bodies.pages(frame)
    yield from league_pages.pages(frame)
    yield from league_pages.judgement_pages(frame)
    yield from items.pages(frame)


def surroundings(frame: Frame) -> Environment:
    """The templates with all that every page may call. Everything is escaped: titles come from outside."""
    survey = frame.survey
    environment = Environment(
        loader=PackageLoader("bot.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    labels = load_topics().labels
    menu = [*MENU[:1], *((f"body-{anchor(body)}.html", body) for body in survey.bodies), *MENU[1:]]
    known: dict[str, Any] = {
        "they": survey.they, "we": survey.we, "as_of": frame.as_of, "days": survey.days, "menu": menu, "notices": frame.notices,
        "anchor": anchor, "web": web, "page_for": frame.page_for, "country": country_name,
        "day": lambda moment: day_of(moment, frame.zone), "topic": lambda tag: labels.get(tag, tag),
    }  # fmt: skip
    environment.globals.update(known)
    return environment
