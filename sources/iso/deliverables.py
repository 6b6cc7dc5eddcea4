"""Standards and projects of ISO, from the deliverables file of ISO Open Data: stage, owner committee, edition, succession.

Page: `iso_deliverables_metadata.jsonl`, one JSON object a deliverable, some 80,000 lines, published about weekly (observed:
Wednesdays, about 00:40 UTC). Fields read: id, deliverableType, supplementType, reference, title.en, title.fr, publicationDate,
edition, icsCode, ownerCommittee, currentStage, replaces, replacedBy. Scopes, languages and page counts are known and not wanted.

The file has no dates of stages: a stage is dated by the poll that first saw it. It names no secretariat either; who leads a
deliverable follows from its owner committee.

Log: before July 2025 rows had no title. Files rebuilt from other sources print publicationDate to the month.
"""

from collections.abc import Iterator
from typing import Any

from sources.base import Answer, Claim, Evidence, Expect, Follow, History, LayoutChanged, Page, Record, Row, Source, Terms
from sources.iso.stages import EVENTS, means

ADDRESS = (
    "https://isopublicstorageprod.blob.core.windows.net/opendata/_latest/"
    "iso_deliverables_metadata/json/iso_deliverables_metadata.jsonl"
)
OWNER = "ownerCommittee"


def parse(page: Page) -> Iterator[Record | Follow]:
    """Yield a deliverable a line. Raises LayoutChanged when a line lacks its id or another field that every row has."""
    claims: dict[str | None, tuple[Claim, ...]] = {None: ()}
    for row in page.lines():
        key = str(row.number("id"))
        owner, title = text(row, OWNER), row.maybe("title")
        kind, supplement = text(row, "deliverableType"), text(row, "supplementType")
        row.ignore("scope", "languages", "pages")
        if owner and owner not in claims:
            claims[owner] = (Claim("secretariat-of-owner", owner, Evidence(page.url, OWNER, owner)),)
        yield Record(
            key=key,
            kind="deliverable",
            title=title_in(title, "en") or "",
            reference=text(row, "reference") or "",
            url=f"https://www.iso.org/standard/{key}.html",
            fields={
                "stage": stage(row.take("currentStage")),
                OWNER: owner,
                "publicationDate": text(row, "publicationDate"),
                "title_fr": title_in(title, "fr"),
                "type": " ".join(filter(None, (kind, supplement))) or None,
                "edition": edition(row.take("edition")),
                "ics": codes(row, "icsCode"),
                "replaces": codes(row, "replaces"),
                "replaced_by": codes(row, "replacedBy"),
            },
            claims=claims[owner],
        )
        row.done()


def stage(printed: Any) -> str | None:
    """Return the harmonised stage code as text: 4020 is "40.20", 20 is "00.20"."""
    if printed is None:
        return None
    if isinstance(printed, bool) or not isinstance(printed, int) or not 0 <= printed <= 9999:
        raise LayoutChanged(f"a stage is printed as {printed!r}")
    return f"{printed // 100:02}.{printed % 100:02}"


def text(row: Row, name: str) -> str | None:
    """Return the text of a cell; None for null and for an empty text."""
    printed = row.take(name)
    if printed is not None and not isinstance(printed, str):
        raise LayoutChanged(f"{name} is printed as {printed!r}")
    return (printed.strip() or None) if printed else None


def codes(row: Row, name: str) -> frozenset[str]:
    """Return a list of codes or ids as a set of texts; the file prints null for none."""
    printed = row.take(name)
    if not printed:
        return frozenset()
    if not isinstance(printed, list):
        raise LayoutChanged(f"{name} is printed as {printed!r}")
    return frozenset(map(str, printed))


def edition(printed: Any) -> int | None:
    if printed is not None and not isinstance(printed, int):
        raise LayoutChanged(f"an edition is printed as {printed!r}")
    return printed


def title_in(title: Any, language: str) -> str | None:
    """Return the title in a language, or None: old rows have no titles, and a few projects have one language only."""
    if title is not None and not isinstance(title, dict):
        raise LayoutChanged(f"a title is printed as {title!r}")
    printed = (title or {}).get(language)
    return (str(printed).strip() or None) if printed else None


source = Source(
    name="iso-deliverables",
    body="ISO",
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
    answer=Answer(bulk=True, kind="jsonl"),
    terms=Terms(
        licence="ODC-By 1.0",
        attribution="Contains information from ISO Open Data, made available under the ODC Attribution License.",
        contact="ISO Open Data, https://www.iso.org/open-data.html",
    ),
)
