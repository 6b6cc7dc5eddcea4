"""Data API of UNESCO's DataHub (Opendatasoft Explore v2.1): its addresses, rows and errors, and its catalogue, as a gate and as a
source in which new and renamed datasets are seen.

Catalogue page: `{total_count, results: [{dataset_id, metas: {default: {data_processed, …}}}]}`, at most 100 datasets a page.
`data_processed` is the time of the last publication of records; `modified` is edited by hand and means nothing. Data come from the
exports, one request each: the paged records end at 10,000 and their order is not stable. `lang` is French unless it is given.

Fields read of an entry: dataset_id, metas.default: title, publisher, theme, license. Times, counts and descriptions change all the
time and are no news. A dataset on chairs, institutes, governing bodies, conventions or partners gets the status `candidate`: its
rows would show leading roles, and a few lines of configuration make it a source.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import orjson

from sources.base import Answer, Expect, Fault, Follow, History, Kind, LayoutChanged, Meaning, Page, Record, Row, Source, Terms
from sources.formats.csv import csv_objects
from sources.formats.json import rows, rows_in
from sources.text import parse_time

HOST = "data.unesco.org"
DATASETS = f"https://{HOST}/api/explore/v2.1/catalog/datasets"
CATALOGUE = f"{DATASETS}?select=dataset_id,metas&limit=100&lang=en"
IS_CATALOGUE = r"/api/explore/v2\.1/catalog/datasets(\?|$)"
OTHER_FORMATS: dict[str, Kind] = {r"/exports/jsonl\b": "jsonl", r"/exports?/csv\b": "csv"}  # which answers are not JSON
PER_PAGE, DEEPEST = 100, 10_000
WORTH_WATCHING = re.compile(
    r"\b(chairs?|unitwin|category [12]|institutes?|executive board|member states?|conventions?|ngos?|partners?|prizes?)\b", re.I
)


def export(dataset: str, where: str = "") -> str:
    """Return the address of all rows of a dataset, or of those that match an ODSQL condition, as one bare JSON array."""
    asked = {"lang": "en", "timezone": "UTC", **({"where": where} if where else {})}
    return f"{DATASETS}/{dataset}/exports/json?{urlencode(asked, quote_via=quote)}"


def gated_export(page: Page, dataset: str, address: str) -> Follow:
    """Return the follow from a catalogue page to a dataset's data, gated by the time of their publication.

    A catalogue page without the dataset gives the follow to the next page. Raises LayoutChanged when the catalogue ends without it.
    """
    for entry in results_of(page):
        if entry.get("dataset_id") == dataset:
            return Follow(address, gate=str(meta(entry, "data_processed")))
    if further := next_page(page):
        return further
    raise LayoutChanged(f"the catalogue has no dataset {dataset!r}")


def results_of(page: Page) -> list[Any]:
    """Return the entries of an answer in the envelope of the API."""
    raise_fault(page)
    page.json("total_count")
    results = page.json("results")
    if not isinstance(results, list):
        raise LayoutChanged("the answer has no list of results")
    return results


def meta(entry: Any, name: str) -> Any:
    """Return a required value of a catalogue entry's `metas.default`."""
    try:
        return entry["metas"]["default"][name]
    except (KeyError, TypeError) as error:
        raise LayoutChanged(f"dataset {entry.get('dataset_id')!r} has no {name} in the catalogue") from error


def next_page(page: Page) -> Follow | None:
    """Return the next page of an answer paged by `limit` and `offset`, or None after the last; the API ends at 10,000 rows."""
    parts = urlsplit(page.url)
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    offset = int(asked.get("offset", 0)) + len(page.json("results"))
    if not isinstance(total := page.json("total_count"), int):
        raise LayoutChanged(f"the total is printed as {total!r}")
    if offset >= total or not page.json("results"):
        return None
    if offset + PER_PAGE > DEEPEST:
        raise LayoutChanged(f"{total} rows are more than can be paged; they must be exported")
    query = urlencode({**asked, "limit": PER_PAGE, "offset": offset}, quote_via=quote, safe=",")
    return Follow(parts._replace(query=query).geturl())


def data_rows(page: Page, labels: dict[str, str] | None = None) -> Iterator[Row]:
    """Yield the rows of a dataset from any of its answers: JSON or CSV export, or the records envelope.

    `labels` maps display labels, which some CSV exports print for names, to names; "ISO Codes" needs none for iso_codes.
    """
    raise_fault(page)
    path = urlsplit(page.url).path
    if path.endswith("/records"):
        yield from rows_in(page, "results")
    elif "/export" in path and "json" not in path:
        for number, cells in enumerate(csv_objects(page), start=2):
            named = {
                (labels or {}).get(label) or re.sub(r"\W+", "_", label.strip().lower()): value or None
                for label, value in cells.items()
            }
            yield Row(page, named, where=f"row {number}")
    elif path.endswith("/exports/jsonl"):
        yield from page.lines()
    else:
        yield from rows(page)


def raise_fault(page: Page) -> None:
    """Raise LayoutChanged, with the API's own words, for an error answer of any shape."""
    with page.open() as stream:
        start = stream.read(2000)
    if found := fault(start):
        raise LayoutChanged(found.reason)


def fault(body: bytes) -> Fault | None:
    """Return the fault of an error answer, or None for an answer that is no error.

    Shapes: `{error_code, message}` (400, 404, 500), `{errorcode, error, reset_time}` (429: no requests until then), and a sentence
    that an export prints into its answer of status 200.
    """
    text = body[:2000].decode("utf-8-sig", "replace").strip()
    if text.startswith("Streaming interrupted"):
        return Fault(f"the data API says: {text[:300]}")
    try:
        error = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(error, dict) or not error.keys() & {"error_code", "errorcode"}:
        return None
    reason = str(error.get("message") or error.get("error") or "an error without words")
    return Fault(
        f"the data API says: {reason} ({error.get('error_code') or error.get('errorcode')})", parse_time(error.get("reset_time"))
    )


def text(value: Any) -> str | None:
    return str(value).strip() or None if value is not None else None


def texts(values: Any) -> list[str]:
    """Return a value that is a list of texts, or one text, or null, as a list."""
    return [text for each in (values if isinstance(values, list) else [values]) if each is not None and (text := str(each).strip())]


def parse(page: Page) -> Iterator[Record | Follow]:
    """Yield a record an entry of the catalogue, then its next page. Raises LayoutChanged when an entry has no id or no title."""
    results_of(page)
    for row in rows_in(page, "results"):
        key = row.text("dataset_id")
        metas = (row.take("metas") or {}).get("default") or {}
        title = str(metas.get("title_en") or metas.get("title") or "").strip()
        yield Record(
            key=key,
            kind="dataset",
            title=title,
            reference=key,
            status="candidate" if WORTH_WATCHING.search(title) else "listed",
            url=f"https://{HOST}/explore/assets/{key}/",
            fields={
                "publisher": text(metas.get("publisher")),
                "licence": text(metas.get("license")),
                "themes": frozenset(texts(metas.get("theme"))),
            },
        )
    if further := next_page(page):
        yield further


def means(old: Record | None, new: Record, day: date) -> Iterable[Meaning]:
    """Yield the meaning of a dataset that is new, or newly named, and worth watching; it is told once."""
    if new.status == "candidate" and (old is None or old.status != "candidate"):
        yield Meaning("candidate", "notable", f"The DataHub has a dataset worth watching: {new.title} ({new.key})", general=True)


source = Source(
    name="unesco-datasets",
    body="UNESCO",
    start=[CATALOGUE],
    match=IS_CATALOGUE,
    parse=parse,
    answer=Answer(kind="json", fault=fault),
    history=History(means=means, events=("candidate",)),
    schedule="daily 06:20",
    expect=Expect(records=(1, 2000), max_gone=0.1, filled={"title": 1.0}),
    terms=Terms(
        "differs by dataset", "UNESCO DataHub, https://data.unesco.org", "UNESCO Data and AI team, https://data.unesco.org"
    ),
)
