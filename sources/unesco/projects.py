"""Projects of UNESCO with funders and beneficiaries, from the Core Data Portal (core.unesco.org), published by quarters.

Start page: the CSV export; where it is gone, or no CSV with the needed columns, the HTML listing is read, page by page. A row of
the listing is: code with title, beneficiary, budget, expenditure, start, end; a project for several beneficiaries prints none and
is followed by rows of beneficiary, budget, expenditure. The listing has no donors: the stored ones stay. Expenditure is never read.

Log: the columns of the CSV were not known when this was written, nor the number of the biennium from 2026 on: shadow.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sources.base import Answer, Claim, Evidence, Expect, Follow, History, LayoutChanged, Page, Record, Source, Terms
from sources.formats.csv import csv_objects
from sources.page import cells_of, words
from sources.text import first_group
from sources.unesco.states import states_in

HOST = "https://core.unesco.org/en"
MOVES_PERCENT = 10  # a budget moves a little all the time
LISTING = f"{HOST}/uses-of-funding?page=0%2C%2C%2C0"
CODE = re.compile(r"\d{3}[A-Z]{3}\d{4}|\d{10}")
REGIONS = (
    "Asia and the Pacific", "Europe and North America", "Latin America and the Caribbean", "Arab States", "Africa", "Global",
)  # fmt: skip
COLUMNS = {
    "code": ("project code", "code", "project id", "project"),
    "title": ("title", "project title", "name"),
    "beneficiary": ("beneficiary", "beneficiary country / region", "beneficiaries", "beneficiary country", "country"),
    "donor": ("donor", "donors", "funding source", "donor name"),
    "budget": ("budget", "budget (usd)", "total budget"),
    "start": ("start date", "start"),
    "end": ("end date", "end"),
}
_ROW = re.compile(rf"^\s*({CODE.pattern})\s+(.+?)\s+([\d,]+)\s+([\d,]+)\s+(\d{{4}}-\d\d-\d\d)\s+(\d{{4}}-\d\d-\d\d)\s*$")
_GOES_ON = re.compile(r"(?:\b(?:in|of|for|de|du|en|au|and|et|the|la|le)|[,(:&-])\s*$", re.IGNORECASE)
_SHARE = re.compile(r"^\s*(\D.*?)\s+([\d,]+)\s+([\d,]+)\s*$")


@dataclass
class Project:
    """Project as its rows print it; budget in US dollars, dates as ISO texts. `donors`: None where the page has no place for
    them."""

    code: str
    title: str
    budget: int
    start: str
    end: str
    beneficiaries: list[str] = field(default_factory=list)
    donors: list[str] | None = None


def from_csv(page: Page) -> list[Project]:
    """Return the projects of the CSV; rows with one code are one project. Raises LayoutChanged unless it has the needed columns."""
    found: dict[str, Project] = {}
    for row in csv_objects(page):
        cells = {
            known: next((row[name].strip() for name in row if name.strip().lower() in names), "")
            for known, names in COLUMNS.items()
        }
        code, title = cells["code"], cells["title"]
        if not CODE.fullmatch(code) or not (title or found):
            raise LayoutChanged(f"{code!r} is no project code, or it has no title; the columns are {', '.join(row)}")
        project = found.setdefault(code, Project(code, title, amount(cells["budget"]), cells["start"][:10], cells["end"][:10]))
        if any(name.strip().lower() in COLUMNS["donor"] for name in row):
            project.donors = project.donors or []
        for names, cell in ((project.beneficiaries, cells["beneficiary"]), (project.donors, cells["donor"])):
            if names is not None:
                names.extend(name for each in re.split(r"[;|]", cell) if (name := each.strip()) and name not in names)
    return list(found.values())


def from_lines(lines: Sequence[str]) -> list[Project]:
    """Return the projects of rows in the order of the listing: table cells separated by tabs, or plain text.

    Other lines are passed over; a row that breaks off is none.
    """
    found: list[Project] = []
    printed = ""
    for line in lines:
        if row := _ROW.match(line):
            printed, (title, beneficiary) = row[2], split_beneficiary(row[2])
            found.append(Project(row[1], title, amount(row[3]), row[5], row[6], [beneficiary] if beneficiary else []))
        elif found and (share := _SHARE.match(line)) and is_place(share[1].strip()):
            if printed and "\t" not in printed:  # shares follow, so the place that ended the line belongs to the title
                found[-1].title, found[-1].beneficiaries, printed = printed.strip(), [], ""
            found[-1].beneficiaries.append(share[1].strip())
    return found


def split_beneficiary(text: str) -> tuple[str, str]:
    """Return title and beneficiary: by their cells, in plain text by the State or region that ends the line."""
    if "\t" in text:
        title, beneficiary = text.rsplit("\t", 1)
        return title.replace("\t", " ").strip(), beneficiary.strip()
    for region in REGIONS:
        if text.endswith(f" {region}") and not _GOES_ON.search(text.removesuffix(region)):
            return text.removesuffix(region).strip(), region
    for each in states_in(text):
        if each.end == len(text) and each.start and not _GOES_ON.search(text[: each.start]):
            return text[: each.start].strip(), each.name
    return text.strip(), ""


def is_place(name: str) -> bool:
    """Return True if a name is that of a State or a region."""
    return name in REGIONS or any(each.start == 0 and each.end == len(name) for each in states_in(name))


def amount(printed: str) -> int:
    """Return a printed sum of US dollars without its commas; 0 when there is none."""
    return int(re.sub(r"[^\d.]", "", printed).split(".")[0] or 0)


def start(day: date) -> list[Follow]:
    """Return the CSV of the quarter before the one of a day; a biennium's number stands for four years (41: 2022 to 2025)."""
    year, number = (day.year, (day.month - 1) // 3) if day.month > 3 else (day.year - 1, 4)
    quarter = f"biennium={41 + 2 * ((year - 2022) // 4)}&quarter={year}Q{number}"
    return [Follow(f"{HOST}/projects/export/csv?{quarter}", fallback_url=LISTING)]


def parse(page: Page) -> Iterator[Record | Follow]:
    """Yield the projects of a page; for an answer that is no CSV, the follow to the listing.

    Raises LayoutChanged on a listing without projects.
    """
    if "/export/csv" in page.url:
        try:
            yield from (record(page, project) for project in from_csv(page))
        except LayoutChanged as error:
            page.note(f"the listing is read instead: {error}")
            yield Follow(LISTING)
        return
    rows = (map(words, cells_of(tr)) for tr in page.some("table tr"))
    found = from_lines(["\t".join(filter(None, cells)) for cells in rows])
    yield from (record(page, project) for project in found)
    asked = int(first_group(r"[?&]page=(\d+)", page.url) or 0)
    if page.maybe(f'a[href*="page={asked + 1}"]') is not None:
        yield Follow(f"{HOST}/uses-of-funding?page={asked + 1}%2C%2C%2C0")
    elif not found:
        raise LayoutChanged("the listing has no projects")


def record(page: Page, project: Project) -> Record:
    """Return a project as a record. The first three digits of its code are the source of its funds."""
    url = f"{HOST}/project/{project.code}"
    parties = [("beneficiary", name) for name in project.beneficiaries] + [("funder", name) for name in project.donors or ()]
    return Record(
        key=project.code, kind="project", title=project.title, reference=project.code, url=url,
        fields={
            "beneficiaries": frozenset(project.beneficiaries),
            "donors": None if project.donors is None else frozenset(project.donors),
            "budget": project.budget,
            "start": project.start,
            "end": project.end,
            "fund": project.code[:3],
        },
        claims=tuple(Claim(role, name, Evidence(page.url, role, name), name) for role, name in parties),
    )  # fmt: skip


def without_noise(old: Record, new: Record) -> Record:
    """Return the new record with the stored donors where its page has no place for them, and the stored budget while the new one is
    less than 10 % off."""
    fields, claims = dict(new.fields), new.claims
    if fields["donors"] is None and old.fields.get("donors"):
        fields["donors"] = old.fields["donors"]
        claims = (*claims, *(claim for claim in old.claims if claim.role == "funder"))
    before, now = old.fields.get("budget"), fields["budget"]
    if isinstance(before, int) and isinstance(now, int) and abs(now - before) * 100 < MOVES_PERCENT * before:
        fields["budget"] = before
    return replace(new, fields=fields, claims=claims)


source = Source(
    name="unesco-projects",
    body="UNESCO",
    start=start,
    match=r"^https://core\.unesco\.org/(en|fr)/(projects/export/csv|uses-of-funding)",
    parse=parse,
    answer=Answer(otherwise={r"/export/csv": "any"}),
    history=History(noise_filter=without_noise),
    schedule="Tue 07:00",
    expect=Expect(records=(300, 30_000), max_gone=0.2, filled={"title": 1.0}),
    mode="shadow",
    terms=Terms("CC BY-SA 3.0 IGO", "UNESCO Core Data Portal, https://core.unesco.org", "https://core.unesco.org"),
)
