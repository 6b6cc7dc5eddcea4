"""Phrases of the ITU: study periods, study groups, acronyms, states and target dates of work items."""

import calendar
import re
from datetime import date
from typing import NamedTuple

from sources.formats.labels import folded

FIRST_PERIOD, YEARS = 2025, 4  # the study period of 2022 was a year short, so counting starts after it
GROUPS = (2, 3, 5, 11, 12, 13, 15, 17, 20, 21)
SUCCESSORS = {9: 21, 16: 21}  # study groups that were merged: their items go on under the new number

_PATH = re.compile(r"\[(\d{4}-\d{4})\]\s*:\s*\[SG\s?(\d+)\]\s*:\s*\[(Q\d+/\d+)\]")
_FORMER = re.compile(r"^(.*?)\s*\(\s*ex[\s.:-]+(.+)\)\s*$", re.IGNORECASE)
_ON = re.compile(r"\bon\s+(\d{4}-\d{2}-\d{2})")
_STATES = (
    ("under study", "open"), ("consent", "consented"), ("determin", "determined"), ("agree", "agreed"), ("approv", "approved"),
    ("delet", "dropped"), ("discontinu", "dropped"), ("withdrawn", "dropped"), ("[carried to", "carried"),
)  # fmt: skip


class ItemStatus(NamedTuple):
    """Parsed status sentence: the state (`open`, `consented`, …, `carried` on to the next period, `other`), its day, and
    `inherited` for an item of the period before."""

    state: str
    day: date | None
    inherited: bool


class Timing(NamedTuple):
    """Target date of a work item, as first and last possible day, and its priority as printed."""

    first: date | None
    last: date | None
    priority: str | None


def period_start(day: date) -> int:
    """Return the first year of the study period in which a day lies."""
    return FIRST_PERIOD + (day.year - FIRST_PERIOD) // YEARS * YEARS


def parse_path(text: str) -> tuple[str | None, int | None, str | None]:
    """Return study period, study group and Question of the line `[2025-2028] : [SG17] : [Q4/17]`; three times None without one."""
    found = _PATH.search(text)
    return (found[1], int(found[2]), found[3]) if found else (None, None, None)


def parse_names(text: str) -> tuple[str, str | None]:
    """Return an acronym and its former one: `Y.2504 (ex Y.CPN-TP-Arch)`."""
    found = _FORMER.match(text)
    return (found[1], found[2].strip()) if found else (folded(text), None)


def lineage(group: int | None, acronym: str) -> str | None:
    """Return the name of a work item that is the same in all study periods: today's study group, and the first acronym."""
    return None if group is None else f"SG{SUCCESSORS.get(group, group)} {folded(acronym)}"


def parse_status(text: str) -> ItemStatus:
    """Parse a status sentence: `Consented on 2026-02-27 [Issued from previous study period]`."""
    said = text.strip().lower()
    on = _ON.search(said)
    found = next((name for words, name in _STATES if said.startswith(words)), "other")
    return ItemStatus(found, date.fromisoformat(on[1]) if on else None, "[issued from previous" in said)


def parse_timing(text: str) -> Timing:
    """Parse a target date: `2024-05 (Medium priority)`, `2026-Q3`, `Q4-2027`, `2027`, or `-`."""
    priority = re.search(r"\((\w+) priority\)", text, re.IGNORECASE)
    year = re.search(r"\b(20\d{2})\b", text)
    if not year:
        return Timing(None, None, priority[1] if priority else None)
    quarter = re.search(r"\bQ([1-4])\b", text, re.IGNORECASE)
    month = re.search(r"\b20\d{2}-(0[1-9]|1[0-2])\b", text)
    first, last = (int(quarter[1]) * 3 - 2, int(quarter[1]) * 3) if quarter else (int(month[1]),) * 2 if month else (1, 12)
    until = date(int(year[1]), last, calendar.monthrange(int(year[1]), last)[1])
    return Timing(date(int(year[1]), first, 1), until, priority[1] if priority else None)


def period_of(number: int) -> str:
    """Return a study period by the number that lists use: 18 is `2025-2028`."""
    return {17: "2022-2024", 16: "2017-2021"}.get(number, f"{(first := 1953 + 4 * number)}-{first + 3}")
