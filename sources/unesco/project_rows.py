"""Rows of UNESCO's project lists: from the CSV, the HTML listing, and the listing's plain text."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sources.base import LayoutChanged, Page
from sources.formats.csv import csv_objects
from sources.page import words
from sources.unesco.states import states_in

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
    for number, row in enumerate(csv_objects(page)):
        cells = {known: next((row[name] for name in row if name.strip().lower() in names), "") for known, names in COLUMNS.items()}
        if number == 0 and not (CODE.fullmatch(cells["code"].strip()) and cells["title"]):
            raise LayoutChanged(f"the CSV has no columns for code and title among {', '.join(row)}")
        code = cells["code"].strip()
        if not CODE.fullmatch(code):
            raise LayoutChanged(f"{code!r} is no project code")
        new = Project(code, cells["title"].strip(), amount(cells["budget"]), cells["start"][:10], cells["end"][:10])
        new.donors = [] if any(name.strip().lower() in COLUMNS["donor"] for name in row) else None
        project = found.setdefault(code, new)
        donors = project.donors if project.donors is not None else []
        for names, cell in ((project.beneficiaries, cells["beneficiary"]), (donors, cells["donor"])):
            names.extend(name for each in re.split(r"[;|]", cell) if (name := each.strip()) and name not in names)
    return list(found.values())


def listing_rows(page: Page) -> Iterator[str]:
    """Yield the rows of the listing, one line each; cells, and so the beneficiary's, are separated by tabs."""
    for tr in page.some("table tr"):
        cells = [words(cell) for cell in tr.find_all(["td", "th"], recursive=False)]
        yield "\t".join(cell for cell in cells if cell)


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
    digits = re.sub(r"[^\d.]", "", printed).split(".")[0]
    return int(digits) if digits else 0
