"""Dataset of the DataHub as a source, described by a table: fields of key, title, countries with their role, and noise.

Page: the export of the dataset, one object a row, gated by the catalogue. A field that is neither read nor declared as noise is
noted. A needed field (key, title, countries) that stands in no row at all means another layout. Shipped tables: datasets/*.toml. A
table of the user's own is `[sources.unesco-dataset.NAME]` in the same form.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from importlib.resources import files
from typing import Any
from zlib import crc32

from pydantic import BaseModel, ConfigDict, Field

from sources.base import Answer, Claim, Evidence, Expect, Follow, LayoutChanged, Page, Record, Row, Source, Terms
from sources.unesco.datahub import CATALOGUE, IS_CATALOGUE, OTHER_FORMATS, data_rows, export, fault, gated_export, texts

PARSER = 1
ANY = 0.001  # least share of rows with a country: a field that is empty in all of them was renamed or is filled no more


class CountryField(BaseModel):
    """Field that holds one or several countries, and the role that they play."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    field: str
    role: str


class DatasetTable(BaseModel):
    """Dataset as configuration describes it. Names under `noise` may hold `*`; `url` is a field, or an address with `{key}`;
    `labels` maps display labels to names."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    dataset: str
    kind: str
    key: str
    title: tuple[str, ...] = Field(min_length=1)
    reference: str = ""
    url: str = ""
    status: str = ""
    countries: tuple[CountryField, ...] = ()
    fields: tuple[str, ...] = ()
    noise: tuple[str, ...] = ()
    labels: Mapping[str, str] = {}
    where: str = ""
    records: tuple[int, int] = (1, 1_000_000)
    max_gone: float = Field(default=0.05, ge=0, le=1)
    schedule: str = "daily 06:40"
    licence: str = ""

    @property
    def version(self) -> int:
        """Parser version, which changes with the table: an edited table is a new parser, and its changes are silent."""
        return PARSER * 1_000_000 + crc32(self.model_dump_json(exclude={"schedule", "records", "max_gone"}).encode()) % 1_000_000

    @property
    def needed(self) -> tuple[str, ...]:
        """Names of the fields without which a row would not mean what the table says."""
        return self.key, *self.title, *(each.field for each in self.countries)


def dataset_source(table: DatasetTable) -> Source:
    """Return the source that a table describes."""

    def parse(page: Page) -> Iterator[Record | Follow]:
        if re.search(IS_CATALOGUE, page.url):
            yield gated_export(page, table.dataset, export(table.dataset, table.where))
            return
        unseen, row = set(table.needed), None
        for row in data_rows(page, dict(table.labels)):
            unseen.difference_update(row.left())
            yield record(page, row, table)
        if row and unseen and not page.same:  # rows that are known from last time have them
            raise LayoutChanged(f"no row of {table.dataset} has a field {min(unseen)!r}")

    return Source(
        name=f"unesco-dataset-{table.name}",
        body="UNESCO",
        start=[CATALOGUE],
        match=rf"{IS_CATALOGUE}|/datasets?/{re.escape(table.dataset)}/(exports?/|records\b)|/assets/{re.escape(table.dataset)}/export",
        parse=parse,
        answer=Answer(kind="json", otherwise=OTHER_FORMATS, fault=fault),
        schedule=table.schedule,
        expect=Expect(table.records, table.max_gone, {"title": 1.0, **{each.field: ANY for each in table.countries}}),
        parser_version=table.version,
        terms=Terms(
            licence=table.licence, attribution=f"UNESCO DataHub, dataset {table.dataset}", contact="https://data.unesco.org"
        ),
    )


def record(page: Page, row: Row, table: DatasetTable) -> Record:
    """Return a row as a record. Raises LayoutChanged when key or title are missing."""
    claims: list[Claim] = []
    fields: dict[str, str | frozenset[str] | None] = {}
    for each in table.countries:
        printed = members(row.maybe(each.field))
        claims += [Claim(each.role, name, Evidence(page.url, each.field, name), name) for name in printed]
        fields[each.field] = frozenset(printed)
    titles = [str(value).strip() for name in table.title if (value := row.maybe(name))]
    reference, status = (str((row.maybe(name) if name else None) or "") for name in (table.reference, table.status))
    key = reference if table.key == table.reference else str(row.take(table.key) or "")
    if not key or not titles:
        raise LayoutChanged(f"a row of {table.dataset} has no {'title' if key else table.key}")
    url = table.url.replace("{key}", key) if "{key}" in table.url else row.maybe(table.url)
    for name in table.fields:
        value = row.maybe(name)
        fields[name] = frozenset(members(value)) if isinstance(value, list) else None if value is None else str(value).strip()
    row.ignore(*(name for name in row.left() if any(fnmatch(name, pattern) for pattern in table.noise)))
    row.done()
    return Record(key, table.kind, titles[0], reference, str(url or ""), status, fields, tuple(claims))


def members(value: Any) -> list[str]:
    """Return the members of a value that is a list, or a text with commas between."""
    return texts(value if isinstance(value, list) else str(value or "").split(","))


sources = [
    dataset_source(DatasetTable.model_validate(tomllib.loads(file.read_text(encoding="utf-8"))))
    for file in sorted(files("sources").joinpath("unesco", "datasets").iterdir(), key=lambda file: file.name)
    if file.name.endswith(".toml")
]
