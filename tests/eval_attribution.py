"""Quality of attribution on labelled strings: precision, recall and F1 for one country, accuracy for all others, overall, on the
hard ones and per kind of source, and every error.

    python -m tests.eval_attribution [FILE] [--country CN]

A row holds `text`, `role_context`, `label_country`, `label_countries`, `also_ok` and `hard`. A prediction is right when it is the
label or one of `also_ok`; of a string with several organisations the sets of countries must agree too, those of the groups or, as
some labels have them, of the seats."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.attribute import load_attributor
from tests.shared import SHARED

LABELLED = SHARED / "attribution" / "labelled.dev.jsonl"


@dataclass(frozen=True)
class Answer:
    """One labelled row with what was found."""

    row: dict[str, Any]
    country: str | None
    countries: list[str]
    seats: list[str]
    rule: str

    @property
    def right(self) -> bool:
        return self.country == self.row["label_country"] or self.country in (self.row.get("also_ok") or [])

    @property
    def same_set(self) -> bool:
        wanted, free = set(self.row.get("label_countries") or []), set(self.row.get("also_ok") or [])
        return len(wanted) < 2 or wanted - free in (set(self.countries) - free, set(self.seats) - free)


@dataclass(frozen=True)
class Score:
    precision: float
    recall: float
    others: float
    accuracy: float
    rows: int

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / (self.precision + self.recall) if self.precision + self.recall else 0.0

    def __str__(self) -> str:
        return (
            f"precision {self.precision:.3f}  recall {self.recall:.3f}  F1 {self.f1:.3f}  other countries {self.others:.3f}  "
            f"all {self.accuracy:.3f}  ({self.rows} rows)"
        )


def answers(file: Path = LABELLED) -> list[Answer]:
    """Attribute each labelled row."""
    attribute = load_attributor().attribute_text
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [_answer(row, attribute(row["text"], row.get("role_context"))) for row in rows]


def _answer(row: dict[str, Any], found: dict[str, Any]) -> Answer:
    seats = [each["domicile"] or each["country"] for each in found["parties"] if each["country"]]
    return Answer(row, found["country"], found["countries"], seats, found["rule"])


def score(given: Sequence[Answer], country: str = "CN") -> Score:
    """The figures of some answers, with one country against all others."""

    def share(of: Callable[[Answer], bool]) -> float:
        among = [a.right for a in given if of(a)]
        return sum(among) / len(among) if among else 1.0

    return Score(
        precision=share(lambda a: a.country == country),
        recall=share(lambda a: a.row["label_country"] == country),
        others=share(lambda a: a.row["label_country"] not in (None, country)),
        accuracy=share(lambda a: True),
        rows=len(given),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=LABELLED)
    parser.add_argument("--country", default="CN")
    asked = parser.parse_args()
    if not asked.file.exists():
        sys.exit(f"{asked.file} is not there (set STANDARDS_WATCH_SHARED)")
    given = answers(asked.file)
    print(f"{'overall':34} {score(given, asked.country)}")
    print(f"{'hard':34} {score([a for a in given if a.row.get('hard')], asked.country)}")
    for kind in sorted({a.row["role_context"] for a in given}):
        print(f"{kind:34} {score([a for a in given if a.row['role_context'] == kind], asked.country)}")
    for a in given:
        if not a.right or not a.same_set:
            also = f" or {'/'.join(map(str, a.row['also_ok']))}" if a.row.get("also_ok") else ""
            print(
                f"{'wrong' if not a.right else 'set  '}  {a.row['role_context']}: {a.row['text'][:90]!r}  "
                f"is {a.row['label_country']}{also} {a.row['label_countries']}, got {a.country} {a.countries} by {a.rule}"
            )


if __name__ == "__main__":
    main()
