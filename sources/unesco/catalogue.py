"""Catalogue of the DataHub, in which new and renamed datasets are seen.

Page: the catalogue listing (see datahub.py). Fields read: dataset_id, metas.default: title, publisher, theme, license. Times,
counts and descriptions change all the time and are no news. A dataset on chairs, institutes, governing bodies, conventions or
partners gets the status `candidate`: its rows would show leading roles, and a few lines of configuration make it a source.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from sources.base import Answer, Expect, Follow, History, Meaning, Page, Record, Source, Terms
from sources.formats.json import rows_in
from sources.unesco.datahub import CATALOGUE, HOST, IS_CATALOGUE, fault, next_page, results_of

WORTH_WATCHING = re.compile(
    r"\b(chairs?|unitwin|category [12]|institutes?|executive board|member states?|conventions?|ngos?|partners?|prizes?)\b", re.I
)


def parse(page: Page) -> Iterator[Record | Follow]:
    """Yield a record an entry, then the next page. Raises LayoutChanged when an entry has no id or no title."""
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
                "themes": texts(metas.get("theme")),
            },
        )
    if further := next_page(page):
        yield further


def means(old: Record | None, new: Record, day: date) -> Iterable[Meaning]:
    """Yield the meaning of a dataset that is new, or newly named, and worth watching; it is told once."""
    if new.status == "candidate" and (old is None or old.status != "candidate"):
        yield Meaning("candidate", "notable", f"The DataHub has a dataset worth watching: {new.title} ({new.key})", general=True)


def text(value: Any) -> str | None:
    return str(value).strip() or None if value is not None else None


def texts(values: Any) -> frozenset[str]:
    return frozenset(str(each) for each in (values if isinstance(values, list) else [values]) if each)


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
        licence="differs by dataset",
        attribution="UNESCO DataHub, https://data.unesco.org",
        contact="UNESCO Data and AI team, https://data.unesco.org",
    ),
)
