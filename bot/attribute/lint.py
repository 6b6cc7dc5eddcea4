"""Lint of the gazetteer: names that two institutions share, names too short without a context, unknown countries. `python -m
bot.attribute.lint [FOLDER]` prints the faults and exits 1."""

import csv
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from bot.attribute.gazetteer import INSTITUTIONS, OWNERSHIP, SHIPPED
from bot.attribute.normalise import key
from bot.attribute.roles import CONTEXTS
from sources.formats.phrases import is_far_eastern

SHORTEST = 4  # letters of a name that may stand without a context; a Chinese name may be shorter
_KINDS_WITHOUT_COUNTRY = frozenset({"ambiguous", "joint venture", "intergovernmental", "unesco_centre", "association"})
_DATE = re.compile(r"\d{4}(-\d\d){0,2}")
_MATCHES = frozenset({"", "start", "whole"})


def faults(folder: Path = SHIPPED) -> Iterator[str]:
    """Yield the faults in the files of a folder, one sentence each, with file and line."""
    codes = {row["code"] for _, row in _rows(folder / "countries.csv")}
    owners: dict[str, str] = {}
    institutions: set[str] = set()
    for name in INSTITUTIONS:
        for line, row in _rows(folder / name):
            institutions.add(row["name"])
            for fault in (*_country(row, codes), *_row(row), *_names(row, owners, f"{name}:{line}")):
                yield f"{name}:{line}: {row['name']}: {fault}"
    for name in ("places.csv", "words.csv", "domains.csv", "ror.csv", "iso_members.csv", "iso_members_former.csv"):
        for line, row in _rows(folder / name):
            if row["country"] not in codes and not (name == "domains.csv" and not row["country"]):
                yield f"{name}:{line}: unknown country {row['country']!r}"
    for line, row in _rows(folder / OWNERSHIP):
        yield from (f"{OWNERSHIP}:{line}: {row['name']}: {fault}" for fault in _ownership(row, codes, institutions))


def _rows(file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    with file.open(encoding="utf-8", newline="") as lines:
        yield from enumerate(csv.DictReader(lines), start=2)


def _country(row: dict[str, str], codes: set[str]) -> Iterator[str]:
    if row["country"] and row["country"] not in codes:
        yield f"unknown country {row['country']!r}"
    if not row["country"] and row["kind"] not in _KINDS_WITHOUT_COUNTRY:
        yield f"no country, but its kind is {row['kind']!r}"


def _row(row: dict[str, str]) -> Iterator[str]:
    if row["match"] not in _MATCHES:
        yield f"unknown match {row['match']!r}"
    for acronym in filter(None, row["acronyms"].split("|")):
        _, at, where = acronym.partition("@")
        if not at or not where or not CONTEXTS.issuperset(where.split()):
            yield f"acronym {acronym!r} needs @any or contexts out of {', '.join(sorted(CONTEXTS))}"


def _ownership(row: dict[str, str], codes: set[str], institutions: set[str]) -> Iterator[str]:
    if row["name"] not in institutions:
        yield "no institution has this name"
    for column in ("country", "domicile"):
        if row[column] and row[column] not in codes:
            yield f"unknown {column} {row[column]!r}"
    if not row["domicile"]:
        yield "no domicile"
    if not row["source"] or not _DATE.fullmatch(row["date"]):
        yield "needs a source and a date (2014, 2014-01 or 2014-01-30)"


def _names(row: dict[str, str], owners: dict[str, str], here: str) -> Iterator[str]:
    acronyms = {key(a.partition("@")[0]) for a in row["acronyms"].split("|") if a}
    own: set[str] = set()
    for alias in (row["name"], *filter(None, (row["native"] + "|" + row["aliases"]).split("|"))):
        spelled = key(alias)
        if spelled in own:
            yield f"{alias!r} stands twice in the row"
        own.add(spelled)
        if (owner := owners.setdefault(spelled, here)) != here:
            yield f"{alias!r} is already a name in {owner}"
        letters = spelled.replace(" ", "")
        if len(letters) < (2 if is_far_eastern(spelled) else SHORTEST) and spelled not in acronyms:
            yield f"{alias!r} is shorter than {SHORTEST} letters and stands without a context"


if __name__ == "__main__":
    found = list(faults(Path(sys.argv[1]) if len(sys.argv) > 1 else SHIPPED))
    sys.stdout.write("".join(f"{fault}\n" for fault in found))
    sys.exit(1 if found else 0)
