"""Projects of UNESCO with funders and beneficiaries, from the Core Data Portal (core.unesco.org), published by quarters.

Start page: the CSV export; where it is gone, or no CSV with the needed columns, the HTML listing is read, page by page. A row of
the listing is: code with title, beneficiary, budget, expenditure, start, end; a project for several beneficiaries prints none and
is followed by rows of beneficiary, budget, expenditure. The listing has no donors: the stored ones stay. Expenditure is never read.

Log: the columns of the CSV were not known when this was written, nor the number of the biennium from 2026 on: shadow.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from urllib.parse import parse_qs, urlsplit

from sources.base import Answer, Claim, Evidence, Expect, Follow, History, LayoutChanged, Page, Record, Source, Terms
from sources.unesco.project_rows import Project, from_csv, from_lines, listing_rows

HOST = "https://core.unesco.org/en"
MOVES_PERCENT = 10  # a budget moves a little all the time
LISTING = f"{HOST}/uses-of-funding?page=0%2C%2C%2C0"


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
    found = from_lines(list(listing_rows(page)))
    yield from (record(page, project) for project in found)
    asked = int(parse_qs(urlsplit(page.url).query).get("page", ["0"])[0].split(",")[0] or 0)
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
    terms=Terms(
        licence="CC BY-SA 3.0 IGO",
        attribution="UNESCO Core Data Portal, https://core.unesco.org",
        contact="https://core.unesco.org",
    ),
)
