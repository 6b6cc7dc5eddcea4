"""Standards and projects of ISO, from the deliverables file of ISO Open Data: stage, owner committee, edition, succession.

Page: `iso_deliverables_metadata.jsonl`, one JSON object a deliverable, some 80,000 lines, published about weekly (observed:
Wednesdays, about 00:40 UTC). Fields read: id, deliverableType, supplementType, reference, title.en, title.fr, publicationDate,
edition, icsCode, ownerCommittee, currentStage, replaces, replacedBy. Scopes, languages and page counts are known and not wanted.

The file has no dates of stages: a stage is dated by the poll that first saw it. It names no secretariat either; who leads a
deliverable follows from its owner committee.

Log: before July 2025 rows had no title. Files rebuilt from other sources print publicationDate to the month.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from sources.base import Claim, Evidence, Expect, Follow, History, LayoutChanged, Page, Record, Row
from sources.iso import open_data, open_data_file
from sources.iso.stages import EVENTS, means

ADDRESS = open_data_file("iso_deliverables_metadata")
OWNER = "ownerCommittee"


def parse(page: Page) -> Iterator[Record | Follow]:
    """Yield a deliverable a line. Raises LayoutChanged when a line lacks its id or another field that every row has."""
    claims: dict[str | None, tuple[Claim, ...]] = {None: ()}
    for row in page.lines():
        key, owner = str(row.number("id")), text(row, OWNER)
        titles = row.typed("title", dict, required=False) or {}
        kind = " ".join(filter(None, (text(row, "deliverableType"), text(row, "supplementType"))))
        row.ignore("scope", "languages", "pages")
        if owner and owner not in claims:
            claims[owner] = (Claim("secretariat-of-owner", owner, Evidence(page.url, OWNER, owner)),)
        yield Record(
            key=key,
            kind="deliverable",
            title=title_in(titles, "en") or "",
            reference=text(row, "reference") or "",
            url=f"https://www.iso.org/standard/{key}.html",
            fields={
                "stage": stage(row),
                OWNER: owner,
                "publicationDate": text(row, "publicationDate"),
                "title_fr": title_in(titles, "fr"),
                "type": kind or None,
                "edition": row.typed("edition", int),
                "ics": codes(row, "icsCode"),
                "replaces": codes(row, "replaces"),
                "replaced_by": codes(row, "replacedBy"),
            },
            claims=claims[owner],
        )
        row.done()


def stage(row: Row) -> str | None:
    """Return the harmonised stage code as text: 4020 is "40.20", 20 is "00.20"."""
    printed = row.typed("currentStage", int)
    if printed is not None and not 0 <= printed <= 9999:
        raise LayoutChanged(f"a stage is printed as {printed!r}")
    return None if printed is None else f"{printed // 100:02}.{printed % 100:02}"


def text(row: Row, name: str) -> str | None:
    """Return the text of a cell; None for null and for an empty text."""
    return (row.typed(name, str) or "").strip() or None


def codes(row: Row, name: str) -> frozenset[str]:
    """Return a list of codes or ids as a set of texts; the file prints null for none."""
    return frozenset(map(str, row.typed(name, list) or ()))


def title_in(titles: Mapping[str, Any], language: str) -> str | None:
    """Return the title in a language, or None: old rows have no titles, and a few projects have one language only."""
    return str(titles.get(language) or "").strip() or None


source = open_data(
    name="iso-deliverables",
    start=[ADDRESS],
    match=r"/iso_deliverables_metadata\.jsonl$",
    parse=parse,
    schedule="daily 06:20",
    expect=Expect(
        records=(20_000, 200_000),
        max_gone=0.02,
        filled={"stage": 0.99, "reference": 0.99, OWNER: 0.95, "type": 0.95},
        keeps=("title", "stage"),
    ),
    needs=("iso-committees",),
    history=History(means=means, events=EVENTS),
)
