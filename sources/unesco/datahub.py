"""Data API of UNESCO's DataHub (Opendatasoft Explore v2.1): its addresses, its catalogue as a gate, its rows and its errors.

Catalogue page: `{total_count, results: [{dataset_id, metas: {default: {data_processed, …}}}]}`, at most 100 datasets a page.
`data_processed` is the time of the last publication of records; `modified` is edited by hand and means nothing. Data come from the
exports, one request each: the paged records end at 10,000 and their order is not stable. `lang` is French unless it is given.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import orjson

from sources.base import Fault, Follow, Kind, LayoutChanged, Page, Row
from sources.formats.csv import csv_objects
from sources.formats.json import rows, rows_in

HOST = "data.unesco.org"
DATASETS = f"https://{HOST}/api/explore/v2.1/catalog/datasets"
CATALOGUE = f"{DATASETS}?select=dataset_id,metas&limit=100&lang=en"
IS_CATALOGUE = r"/api/explore/v2\.1/catalog/datasets(\?|$)"
OTHER_FORMATS: dict[str, Kind] = {r"/exports/jsonl\b": "jsonl", r"/exports?/csv\b": "csv"}  # which answers are not JSON
PER_PAGE, DEEPEST = 100, 10_000


def export(dataset: str, where: str = "") -> str:
    """Return the address of all rows of a dataset, or of those that match an ODSQL condition, as one bare JSON array."""
    asked = {"lang": "en", "timezone": "UTC", **({"where": where} if where else {})}
    return f"{DATASETS}/{dataset}/exports/json?{urlencode(asked, quote_via=quote)}"


def is_catalogue(page: Page) -> bool:
    """Return True for a page of the catalogue, False for data of a dataset."""
    return re.search(IS_CATALOGUE, page.url) is not None


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
    total = int(page.json("total_count"))
    if offset >= total or not page.json("results"):
        return None
    if offset + PER_PAGE > DEEPEST:
        raise LayoutChanged(f"{total} rows are more than can be paged; they must be exported")
    query = urlencode({**asked, "limit": PER_PAGE, "offset": offset}, quote_via=quote, safe=",")
    return Follow(parts._replace(query=query).geturl())


def data_rows(page: Page, labels: dict[str, str] | None = None) -> Iterator[Row]:
    """Yield the rows of a dataset from any of its answers: JSON or CSV export, or the records envelope.

    `labels` maps display labels, which some CSV exports print for names, to names.
    """
    raise_fault(page)
    path = urlsplit(page.url).path
    if path.endswith("/records"):
        yield from rows_in(page, "results")
    elif "/export" in path and "json" not in path:
        for number, cells in enumerate(csv_objects(page), start=2):
            named = {(labels or {}).get(label) or name_of(label): value or None for label, value in cells.items()}
            yield Row(page, named, where=f"row {number}")
    elif path.endswith("/exports/jsonl"):
        yield from page.lines()
    else:
        yield from rows(page)


def name_of(label: str) -> str:
    """Return the API's name of a column that is printed by its display label ("ISO Codes": iso_codes)."""
    return re.sub(r"\W+", "_", label.strip().lower())


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


def parse_time(printed: Any) -> datetime | None:
    """Return a time as the API prints it, aware UTC; None when it is none."""
    try:
        found = datetime.fromisoformat(str(printed))
    except ValueError:
        return None
    return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
