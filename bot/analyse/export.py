"""Export of rows as CSV or JSON Lines, with the `datapackage.json` that describes them (Frictionless Data Package)."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TextIO

import orjson

from bot import VERSION
from bot.render.plain import cut, visible
from sources.base import Source

# The start of a text that a spreadsheet takes for a formula, also behind blanks or in full-width form
_FORMULA = re.compile(r"\s*[=+\-@|%\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
CELL = 32_000  # characters of a cell in CSV; spreadsheets hold 32,767


@dataclass(frozen=True, slots=True)
class Column:
    """Column of an export; `type` is a type name of Table Schema."""

    name: str
    type: str
    text: str


def _columns(text: str) -> tuple[Column, ...]:
    parts = (line.split("|") for line in text.strip().splitlines())
    return tuple(Column(name.strip(), type_.strip(), words.strip()) for name, type_, words in parts)


COLUMNS: Mapping[str, tuple[Column, ...]] = {
    "records": _columns(
        """
        source | string | the source that lists it
        record | string | stable id of the body
        kind | string | committee, deliverable, work-item …
        body | string | ISO, ITU …
        reference | string | as the body prints it; may change
        title | string | in English where there is one
        url | string | page of the body
        status | string | as the body prints it
        first_seen | datetime | when a poll first had it (UTC)
        last_seen | datetime | the last accepted poll that had it (UTC)
        removed_at | datetime | when it counted as removed (UTC); empty: listed
        fields | object | the source's own fields, as JSON
        """
    ),
    "changes": _columns(
        """
        change | integer | number of the change
        observed_at | datetime | when the poll saw it (UTC)
        source | string | the source in which it was seen
        record | string | stable id of the body
        reference | string | as the body prints it now
        title | string | title now
        kind | string | added, changed, removed, restored, reparsed
        field | string | what changed; empty for the whole record
        before | any | value before, or the members that left, as JSON
        after | any | value after, or the members that joined, as JSON
        """
    ),
    "leaders": _columns(
        """
        country | string | ISO 3166 alpha-2; empty: unknown
        body | string | ISO, ITU …
        role | string | secretariat, chair, rapporteur …
        record | string | stable id of the body
        reference | string | as the body prints it
        title | string | in English where there is one
        url | string | page of the body
        party | string | who leads, as printed
        organisation | string | the institution that the party is known as
        since | datetime | first seen in the role (UTC): the start of watching where it held it before
        until | datetime | no longer seen in the role (UTC); empty: holds it
        verdict | string | leads, supports, takes part
        rule | string | rule by which the country was found
        confidence | number | 0 to 1
        evidence_url | string | page that shows it
        evidence_text | string | field and text as printed
        """
    ),
}


def with_evidence(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with the URL and text of its evidence as columns of their own."""
    evidence = row.get("evidence")
    extra = {"evidence_url": evidence["url"], "evidence_text": evidence["text"]} if isinstance(evidence, Mapping) else {}
    return {**row, **extra}


def select_columns(kind: str, rows: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield rows with only the columns that the package describes."""
    names = [column.name for column in COLUMNS[kind]]
    for row in rows:
        whole = with_evidence(row)
        yield {name: whole.get(name) for name in names}


def write_csv(kind: str, rows: Iterable[Mapping[str, Any]], out: TextIO) -> None:
    """Write rows as CSV (RFC 4180), with no cell that a spreadsheet would run as a formula."""
    described = COLUMNS[kind]
    writer = csv.writer(out)
    writer.writerow([column.name for column in described])
    as_json = {column.name for column in described if column.type in ("any", "object")}
    for row in select_columns(kind, rows):
        writer.writerow([safe_cell(json_text(value) if name in as_json else value) for name, value in row.items()])


def write_jsonl(kind: str, rows: Iterable[Mapping[str, Any]], out: TextIO) -> None:
    """Write rows as JSON Lines."""
    for row in select_columns(kind, rows):
        out.write(orjson.dumps(row).decode() + "\n")


def json_text(value: Any) -> str:
    return "" if value is None else orjson.dumps(value).decode()


def safe_cell(value: Any) -> Any:
    """Return a value as a CSV cell: harmless text of at most CELL characters, with an apostrophe in front where a spreadsheet would
    take it for a formula."""
    if isinstance(value, str):
        value = cut(visible(value), CELL)
        return f"'{value}" if _FORMULA.match(value) else value
    return value


def data_package(kind: str, form: str, bom: bool, sources: Iterable[Source], created: str) -> bytes:
    """Build the `datapackage.json` of an export: columns, format, sources, licences and the notices that they ask for."""
    fields = [{"name": c.name, "type": c.type, "description": c.text} for c in COLUMNS[kind]]
    used = list(sources)
    return orjson.dumps(
        {
            "name": f"standards-watch-{kind}",
            "title": f"standards-watch: {kind}",
            "created": created,
            "version": VERSION,
            "description": "Exported by standards-watch. "
            + " ".join(dict.fromkeys(s.terms.attribution for s in used if s.terms.attribution)),
            "licenses": [
                {"name": licence, "title": licence, **({"path": LICENCES[licence]} if licence in LICENCES else {})}
                for licence in dict.fromkeys(s.terms.licence for s in used if s.terms.licence)
            ],
            "sources": [{"title": f"{s.name} ({s.body}): {s.terms.attribution or s.terms.contact}"} for s in used],
            "resources": [
                {
                    "name": kind,
                    "path": f"{kind}.{form}",
                    "format": form,
                    "mediatype": "text/csv" if form == "csv" else "application/jsonl",
                    "encoding": "utf-8-sig" if bom else "utf-8",
                    "profile": "tabular-data-resource",
                    **({"description": CSV_NOTE} if form == "csv" else {}),
                    "schema": {"fields": fields, "missingValues": [""]},
                }
            ],
        },
        option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE,
    )


CSV_NOTE = (
    f"Texts are without invisible characters and cut at {CELL:,}; one that a spreadsheet would take for a formula has an apostrophe"
    " in front; objects are JSON texts."
)
LICENCES = {
    "ODC-By 1.0": "https://opendatacommons.org/licenses/by/1-0/",
    "CC BY-SA 3.0 IGO": "https://creativecommons.org/licenses/by-sa/3.0/igo/",
    "CC BY 4.0": "https://creativecommons.org/licenses/by/4.0/",
}
