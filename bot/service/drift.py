"""Drift: what changes so slowly that each poll alone looks plausible. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from statistics import median

WINDOW = timedelta(days=70)
LEAST_AGE = timedelta(days=21)  # what happened within fewer days was a step, and the checks looked at it
RECENT = timedelta(days=7)
RECORDS = 0.10  # a source may grow or shrink by this share within the window
FILL = 0.05  # and a field may be filled by this much less

Series = Mapping[str, Sequence[tuple[date, float]]]


def drifts(series: Series, today: date) -> Iterator[tuple[str, str]]:
    """What drifts in the measures of a source (by name, oldest first): the name, and a sentence about it."""
    for name, values in series.items():
        before = [value for day, value in values if today - WINDOW <= day <= today - LEAST_AGE]
        after = [value for day, value in values if day > today - RECENT]
        if not before or not after:
            continue
        first, now = median(before[:3]), median(after)
        if name == "records" and abs(now - first) > RECORDS * first:
            yield name, f"has {now:.0f} records where it had {first:.0f} some weeks ago, in steps too small to be held"
        elif name != "records" and first - now > FILL:
            yield name, f"has {name} in {now:.0%} of its records where it had it in {first:.0%} some weeks ago"
