"""ITU-T Recommendations, all editions, and the work items from which they came.

Pages: the JSON of MyWorkspace. `searchRecs` lists all editions in one answer, so that one request a day finds new approvals. Of
each edition approved since the study period of 2025 began, `getRecHdrDetail` (or its page `rec.aspx` where that cannot be had)
gives approval process, names, equivalent and the isn of its work item: those who supported the work item stand behind the
Recommendation, too. `getRecEditions` and `getRecSupplements` are read where an archive has them. Key: idrec, one an edition. Not
used: counts of related work items, test signals, links to files.

Log: 2025-04 and 2026-08 pages `rec.aspx` as recorded; the link to the work item moved to MyWorkspace in between.
"""

import hashlib
import re
from collections.abc import Iterator
from datetime import date, timedelta
from urllib.parse import urlsplit

from sources.base import Access, Answer, Expect, Follow, History, Join, LayoutChanged, Meaning, Page, Record, Ref, Source, Terms
from sources.formats.labels import folded
from sources.itu.edition import IGNORED_FIELDS, day, from_header, from_page, from_row
from state.model import Severity

API = "https://www.itu.int/mws/api/recommendations/"
PAGE = "https://www.itu.int/ITU-T/recommendations/rec.aspx?rec="
ALL = f"{API}searchRecs?series=-1&type_of_text=-1&sg=-1&main_edition_flag=0&rows=100000&page=1&status=Z&sort_order=asc"
SINCE = "2025-01-01"  # older editions came from work items of before our time
LATELY = timedelta(days=365)
LISTS = {"getreceditions": ("idrec", "editions"), "getrecsupplements": ("idp_edition", "supplements")}


def parse(page: Page) -> Iterator[Record | Follow]:
    """Yield the records of a page, by its kind."""
    kind = urlsplit(page.url).path.rpartition("/")[2].lower()
    if kind == "searchrecs":
        yield from listed(page)
    elif kind == "getrechdrdetail":
        yield from_header(page)
    elif kind in LISTS:
        yield related_editions(page, *LISTS[kind])
    else:
        yield from_page(page)


def listed(page: Page) -> Iterator[Record | Follow]:
    """Yield old editions as records, and follows to the pages of recent ones. Raises LayoutChanged when the list is not whole."""
    rows = page.json("Data")
    if not isinstance(rows, list) or page.json("Total") != len(rows):
        raise LayoutChanged(f"the list has {len(rows) if isinstance(rows, list) else 'no'} rows of {page.json('Total')}")
    for row in rows:
        if missing := [name for name in ("idrec", "rec_name", "title", "status", "approval_date") if name not in row]:
            raise LayoutChanged(f"a row has no {missing[0]}")
        if (day(row["approval_date"]) or "") < SINCE:
            yield from_row(row)
            continue
        key = str(row["idrec"])
        said = repr([row[name] for name in ("rec_name", "title", "status", "approval_date")])
        yield Follow(
            f"{API}getRecHdrDetail?idrec={key}&lang=en", key=key, fallback_url=f"{PAGE}{key}",
            digest=hashlib.blake2b(said.encode(), digest_size=16).digest(),
        )  # fmt: skip


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
    asked = re.search(r"/rec\.aspx\?(?:[^#]*&)?rec=([^&#]+)", url, re.IGNORECASE)
    return f"{PAGE}{asked[1]}" if asked else url


def means(old: Record | None, new: Record, today: date) -> Iterator[Meaning]:
    """Yield the meaning of an edition that is new, or whose status changed."""
    on = new.fields.get("approved")
    if old is None:
        fresh = str(on or "") >= (today - LATELY).isoformat()
        severity: Severity = "notable" if fresh else "info"
        yield Meaning("approved", severity, f"approved on {on}" if on else f"new in the list: {new.status.lower()}")
    elif old.status != new.status:
        yield Meaning(new.status.lower().replace(" ", "-"), "info", f"{old.status} → {new.status}")


source = Source(
    name="itu-recommendations",
    body="ITU",
    start=[ALL],
    match=r"(?i)^https?://(?:www\.)?itu\.int/(?:mws/api/recommendations/|itu-t/recommendations/rec\.aspx\?)",
    parse=parse,
    schedule="daily 06:40",
    expect=Expect(records=(1, 40_000), max_gone=0.02, filled={"title": 1.0}),
    history=History(means=means, ignored_fields=IGNORED_FIELDS, join=Join("itu-work-programme", field="work_item")),
    access=Access(canonical=canonical, pages_a_day=1500),
    answer=Answer(kind="json", otherwise={r"(?i)/rec\.aspx": "html"}),
    terms=Terms(
        licence="ITU terms of use",
        attribution="Source: ITU-T Recommendations, International Telecommunication Union.",
        contact="ITU Telecommunication Standardization Bureau, https://www.itu.int/en/ITU-T",
    ),
)
