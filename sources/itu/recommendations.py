"""ITU-T Recommendations, all editions, and the work items from which they came.

Pages: the JSON of MyWorkspace. `searchRecs` lists all editions in one answer, so that one request a day finds new approvals. Of
each edition approved since the study period of 2025 began, `getRecHdrDetail` (or its page `rec.aspx` where that cannot be had)
gives approval process, names, equivalent and the isn of its work item: those who supported the work item stand behind the
Recommendation, too. `getRecEditions` and `getRecSupplements` are read where an archive has them. Key: idrec, one an edition. Not
used: counts of related work items, test signals, links to files.

Log: 2025-04 and 2026-08 pages `rec.aspx` as recorded; the link to the work item moved to MyWorkspace in between.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sources.base import Access, Answer, Expect, Follow, History, Join, LayoutChanged, Meaning, Page, Record, Ref, Row, Source
from sources.formats.labels import cell_beside, labelled, page_text, visible_text
from sources.itu import terms
from sources.text import digest_of, first_group, folded
from state.model import Severity

API = "https://www.itu.int/mws/api/recommendations/"
PAGE = "https://www.itu.int/ITU-T/recommendations/rec.aspx?rec="
ALL = f"{API}searchRecs?series=-1&type_of_text=-1&sg=-1&main_edition_flag=0&rows=100000&page=1&status=Z&sort_order=asc"
SINCE = "2025-01-01"  # older editions came from work items of before our time
LATELY = timedelta(days=365)
COLUMNS = ("rec_name", "title", "status", "approval_date")
RELATED = {"getreceditions": ("idrec", "editions"), "getrecsupplements": ("idp_edition", "supplements")}
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
_NUMBER_AT_END = re.compile(r"(\d+)/?$")


def parse(page: Page) -> Iterator[Record | Follow]:
    """Yield the records of a page, by its kind."""
    kind = urlsplit(page.url).path.rpartition("/")[2].lower()
    if kind == "searchrecs":
        yield from listed(page)
    elif kind == "getrechdrdetail":
        yield from_header(page)
    elif kind in RELATED:
        yield related_editions(page, *RELATED[kind])
    else:
        yield from_page(page)


def listed(page: Page) -> Iterator[Record | Follow]:
    """Yield old editions as records, and follows to the pages of recent ones. Raises LayoutChanged when the list is not whole."""
    rows = page.json("Data")
    if not isinstance(rows, list) or page.json("Total") != len(rows):
        raise LayoutChanged(f"the list has {len(rows) if isinstance(rows, list) else 'no'} rows of {page.json('Total')}")
    for row in rows:
        if missing := [name for name in ("idrec", *COLUMNS) if name not in row]:
            raise LayoutChanged(f"a row has no {missing[0]}")
        key, said = row["idrec"], [row[name] for name in COLUMNS]
        name, title, status, approval_date = said
        if (day(approval_date) or "") < SINCE:
            yield record(int(key), name, title, status, approved=day(approval_date))
        else:
            yield Follow(
                f"{API}getRecHdrDetail?idrec={key}&lang=en", key=str(key), fallback_url=f"{PAGE}{key}", digest=digest_of(repr(said))
            )


def from_header(page: Page) -> Record:
    """Return an edition from its JSON header (`getRecHdrDetail`). Labels that stand inside values are removed."""
    said = page.json()
    if not isinstance(said, dict) or not said.get("idrec"):
        raise LayoutChanged("the answer is no header of a Recommendation")
    row = Row(page, said, where="the header")
    return record(
        int(row.take("idrec")), row.take("rec_name"), row.take("rec_title"), row.take("status"),
        approved=day(row.take("approval_date")),
        process=approval_process(row.maybe("approval_process")),
        provisional_name=without_label(row.maybe_text("rec_prov_name")),
        equivalent=without_label(row.maybe_text("iso_number")),
        study_group=study_group(row.maybe_text("sg")),
        work_item=str(row.maybe("work_item") or "") or None,
        observation=row.maybe_text("observation"),
        summary=row.maybe_text("summary"),
        series=series_title(*(row.maybe(f"series_title_{level}") for level in (1, 2, 3))),
        aap=first_group(_NUMBER_AT_END, row.maybe("aap_link") or ""),
    )  # fmt: skip


def from_page(page: Page) -> Record:
    """Return an edition from its page `rec.aspx`, or from a text rendering of it."""
    row = labelled(page, LABELS, ("Approval date", "Approval process", "Status"))
    name, title = heading(page)
    number = first_group(r"/1000/(\d+)", row.maybe("Citation") or "") or first_group(r"[?&]rec=(\d+)(?:&|$)", page.url)
    if number is None:
        raise LayoutChanged("the page does not say which edition it shows")
    further = cell_beside(page, "Further details")
    links = " ".join(str(a["href"]) for a in further.select("a[href]")) if further else ""
    aap, summary = page.maybe('a[href*="/t/aap/recdetails/"]'), page.maybe("div.summary")
    editions = [folded(each.get_text()) for each in page.soup.select('[id*="rpt_history"][id$="_lbl_title"]')]
    return record(
        int(number), name, title, row.text("Status"),
        approved=day(row.text("Approval date")),
        process=approval_process(row.maybe("Approval process")),
        provisional_name=row.maybe_text("Provisional name"),
        equivalent=row.maybe_text("Identical standard"),
        study_group=study_group(row.maybe_text("Maintenance responsibility")),
        work_item=first_group(r"(?:isn_task|isn)=(\d+)", links),
        observation=row.maybe_text("Observation"),
        summary=folded(visible_text(summary)) if summary else None,
        series=series_title(*(row.maybe("Series title") or "").split("\n")),
        aap=first_group(_NUMBER_AT_END, str(aap["href"])) if aap else None,
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
    number = first_group(r"Study Group (\d+)", text or "")
    return f"SG{number}" if number else text


def without_label(text: str | None) -> str | None:
    """Return a value without the label that stands inside it: `Provisional name: H.26L`."""
    return (text or "").partition(": ")[2] or text


def series_title(*levels: str | None) -> str | None:
    return " / ".join(filter(None, (folded(level or "") for level in levels))) or None


def related_editions(page: Page, number: str, what: str) -> Record:
    """Return the editions, or supplements, that belong to one Recommendation."""
    rows = page.json()
    asked = re.search(r"idrec=(\d+)", page.url, re.IGNORECASE)
    if not isinstance(rows, list) or not asked or not all(isinstance(row, dict) and number in row for row in rows):
        raise LayoutChanged(f"the answer is no list of {what}")
    shown = frozenset(Ref(str(row[number]), f"{folded(row['rec_name'])}, {row['status']}") for row in rows)
    status = frozenset(f"{folded(row['rec_name'])}: {row['status']}" for row in rows)
    return Record(
        key=f"{what}/{asked[1]}", kind=f"recommendation-{what}", title=f"{what.capitalize()} of the Recommendation {asked[1]}",
        url=page.url, fields={what: shown, "statuses": status},
    )  # fmt: skip


def canonical(url: str) -> str:
    """Return the one address of a page `rec.aspx`, whatever stands beside its number."""
    asked = first_group(r"(?i)/rec\.aspx\?(?:[^#]*&)?rec=([^&#]+)", url)
    return f"{PAGE}{asked}" if asked else url


EVENTS = {"in force": "in-force", "superseded": "superseded", "withdrawn": "withdrawn"}  # by the new status


def means(old: Record | None, new: Record, today: date) -> Iterator[Meaning]:
    """Yield the meaning of an edition that is new, or whose status changed."""
    on = new.fields.get("approved")
    if old is None:
        fresh = str(on or "") >= (today - LATELY).isoformat()
        severity: Severity = "notable" if fresh else "info"
        yield Meaning("approved", severity, f"approved on {on}" if on else f"new in the list: {new.status.lower()}")
    elif old.status != new.status:
        yield Meaning(EVENTS.get(new.status.lower(), "status-changed"), "info", f"{old.status} → {new.status}")


source = Source(
    name="itu-recommendations",
    body="ITU",
    division="ITU-T",
    start=[ALL],
    match=r"(?i)^https?://(?:www\.)?itu\.int/(?:mws/api/recommendations/|itu-t/recommendations/rec\.aspx\?)",
    parse=parse,
    schedule="daily 06:40",
    expect=Expect(records=(1, 40_000), max_gone=0.02, filled={"title": 1.0}),
    history=History(
        means=means,
        events=(*EVENTS.values(), "approved", "status-changed"),
        ignored_fields=IGNORED_FIELDS,
        join=Join("itu-work-programme", field="work_item"),
    ),
    access=Access(canonical=canonical, pages_a_day=1500),
    answer=Answer(kind="json", otherwise={r"(?i)/rec\.aspx": "html"}),
    terms=terms("Recommendations"),
)
