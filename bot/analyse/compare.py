"""Two dates or two countries beside each other. Pure, over rows of `state.queries.history.leaders`."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

Row = dict[str, Any]


def dates(before: Iterable[Row], after: Iterable[Row]) -> Iterator[Row]:
    """What is led at the second date and was not at the first (`gained`), and the reverse (`lost`), by body and reference."""
    one, other = {_place(row): row for row in before}, {_place(row): row for row in after}
    moved = [({"compared": "gained"}, other[key]) for key in other.keys() - one.keys()]
    moved += [({"compared": "lost"}, one[key]) for key in one.keys() - other.keys()]
    for how, row in sorted(moved, key=lambda each: (each[1]["body"], each[1]["reference"] or "", each[0]["compared"])):
        yield {**how, **row}


def countries(one: str, rows: Iterable[Row], other: str, others: Iterable[Row]) -> Iterator[Row]:
    """How many of each role two countries hold in each body, side by side."""
    left, right = (Counter((row["body"], row["role"]) for row in each) for each in (rows, others))
    for body, role in sorted(left | right):
        ours, theirs = left[body, role], right[body, role]
        yield {
            "body": body,
            "role": role,
            "country": one,
            "count": ours,
            "other": other,
            "other_count": theirs,
            "lead": ours - theirs,
        }


def _place(row: Row) -> tuple[str, str, str, str]:
    return row["body"], row["record"], row["role"], row["party"]
