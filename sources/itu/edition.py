"""Edition of an ITU-T Recommendation, as the same record from the JSON of MyWorkspace and from its page `rec.aspx`."""

import re
from datetime import datetime
from typing import Any

from sources.base import LayoutChanged, Page, Record
from sources.formats.labels import cell_beside, folded, labelled, page_text, visible_text

LABELS = (
    "Citation", "Series title", "Approval date", "Provisional name", "Approval process", "Status", "Maintenance responsibility",
    "Identical standard", "Observation", "Further details",
)  # fmt: skip
PROCESSES = {
    "agreed": "Agreement",
    "agreement": "Agreement",
    "traditional approval process": "TAP",
    "alternative approval process": "AAP",
}
IGNORED_FIELDS = ("summary", "series", "id_prod", "pdf", "aap", "editions")

_ISN = re.compile(r"(?:isn_task|isn)=(\d+)")
_HANDLE = re.compile(r"/1000/(\d+)")


def from_row(row: dict[str, Any]) -> Record:
    """Return an edition from the list of all editions: number, title, status, day of approval."""
    return record(int(row["idrec"]), row["rec_name"], row["title"], row["status"], approved=day(row["approval_date"]))


def from_header(page: Page) -> Record:
    """Return an edition from its JSON header (`getRecHdrDetail`). Labels that stand inside values are removed."""
    said = page.json()
    if not isinstance(said, dict) or not said.get("idrec"):
        raise LayoutChanged("the answer is no header of a Recommendation")
    return record(
        int(said["idrec"]), page.json("rec_name"), page.json("rec_title"), page.json("status"),
        approved=day(page.json("approval_date")),
        process=approval_process(said.get("approval_process")),
        provisional_name=without_label(said.get("rec_prov_name")),
        equivalent=without_label(said.get("iso_number")),
        study_group=study_group(said.get("sg")),
        work_item=str(said["work_item"]) if said.get("work_item") else None,
        observation=folded(said.get("observation") or "") or None,
        summary=folded(said.get("summary") or "") or None,
        series=series_title(said.get("series_title_1"), said.get("series_title_2"), said.get("series_title_3")),
        aap=number_at_end(said.get("aap_link")),
    )  # fmt: skip


def from_page(page: Page) -> Record:
    """Return an edition from its page `rec.aspx`, or from a text rendering of it."""
    row = labelled(page, LABELS, ("Approval date", "Approval process", "Status"))
    name, title = heading(page)
    cited = _HANDLE.search(row.maybe("Citation") or "")
    number = cited or re.search(r"[?&]rec=(\d+)(?:&|$)", page.url)
    if number is None:
        raise LayoutChanged("the page does not say which edition it shows")
    further = cell_beside(page, "Further details")
    isn = _ISN.search(" ".join(str(a["href"]) for a in further.select("a[href]")) if further else "")
    aap, summary = page.maybe('a[href*="/t/aap/recdetails/"]'), page.maybe("div.summary")
    editions = [folded(each.get_text()) for each in page.soup.select('[id*="rpt_history"][id$="_lbl_title"]')]
    return record(
        int(number[1]), name, title, row.text("Status"),
        approved=day(row.text("Approval date")),
        process=approval_process(row.maybe("Approval process")),
        provisional_name=folded(row.maybe("Provisional name") or "") or None,
        equivalent=folded(row.maybe("Identical standard") or "") or None,
        study_group=study_group(row.maybe("Maintenance responsibility")),
        work_item=isn[1] if isn else None,
        observation=folded(row.maybe("Observation") or "") or None,
        summary=folded(visible_text(summary)) if summary else None,
        series=series_title(*(row.maybe("Series title") or "").split("\n")),
        aap=number_at_end(str(aap["href"])) if aap else None,
        editions=frozenset(editions) or None,
    )  # fmt: skip


def heading(page: Page) -> tuple[str, str]:
    """Return number and title: from their elements or, in a text rendering, from the line of the number and the next one."""
    head, title = page.maybe('[id$="_lbl_rec"]'), page.maybe("td.title")
    if head and title:
        return visible_text(head), visible_text(title)
    lines = page_text(page).splitlines()
    at = next((n for n, line in enumerate(lines) if re.match(r"ITU-T .+\(\d\d/\d{4}\)$", line.strip())), None)
    following = [line for line in lines[at + 1 :] if line.strip()] if at is not None else []
    if at is None or not following:
        raise LayoutChanged("the page names no Recommendation with its number and title")
    return lines[at], following[0]


def record(idrec: int, name: str, title: str, status: str, **fields: Any) -> Record:
    """Return the record of an edition from `fields`, which differ by page and answer; a missing one is empty."""
    if not folded(name or "") or not folded(title or ""):
        raise LayoutChanged(f"the Recommendation {idrec} has no name or no title")
    return Record(
        key=str(idrec),
        kind="recommendation",
        title=folded(title),
        reference=folded(name).removeprefix("ITU-T "),
        url=f"https://www.itu.int/ITU-T/recommendations/rec.aspx?rec={idrec}",
        status=folded(status or ""),
        fields=fields,
    )


def day(text: str | None) -> str | None:
    """Return a day as ISO 8601 text: `2024-10-29`, `Approved on 22 Aug 2021`."""
    said = folded(text or "")
    if found := re.search(r"\d{4}-\d{2}-\d{2}", said):
        return found[0]
    if found := re.search(r"\d{1,2} [A-Z][a-z]{2} \d{4}", said):
        return datetime.strptime(f"{found[0]} +0000", "%d %b %Y %z").date().isoformat()
    return None


def approval_process(text: str | None) -> str | None:
    """Return the approval process by its short name: AAP, TAP, Agreement, WTSA."""
    said = folded(text or "")
    return PROCESSES.get(said.split(",")[0].lower(), said.rsplit(", ", 1)[-1] or None)


def study_group(text: str | None) -> str | None:
    """Return `ITU-T Study Group 21` as SG21."""
    found = re.search(r"Study Group (\d+)", folded(text or ""))
    return f"SG{found[1]}" if found else folded(text or "") or None


def without_label(text: str | None) -> str | None:
    """Return a value without the label that stands inside it: `Provisional name: H.26L`."""
    return folded(text or "").partition(": ")[2] or folded(text or "") or None


def series_title(*levels: str | None) -> str | None:
    return " / ".join(folded(level) for level in levels if level and folded(level)) or None


def number_at_end(url: str | None) -> str | None:
    found = re.search(r"(\d+)/?$", url or "")
    return found[1] if found else None
