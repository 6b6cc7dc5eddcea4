"""Sources of the ITU, and what they share: terms, study groups, study periods."""

from datetime import date

from sources.base import Terms
from sources.text import folded

FIRST_PERIOD, YEARS = 2025, 4  # the study period of 2022 was a year short, so counting starts after it
GROUPS = (2, 3, 5, 11, 12, 13, 15, 17, 20, 21)
SUCCESSORS = {9: 21, 16: 21}  # study groups that were merged: their items go on under the new number


def terms(what: str, bureau: str = "Telecommunication Standardization Bureau", sector: str = "ITU-T") -> Terms:
    """Return the terms of publication of a part of the ITU's site."""
    return Terms(
        licence="ITU terms of use",
        attribution=f"Source: {sector} {what}, International Telecommunication Union.",
        contact=f"ITU {bureau}, https://www.itu.int/en/{sector}",
    )


def period_start(day: date) -> int:
    """Return the first year of the study period in which a day lies."""
    return FIRST_PERIOD + (day.year - FIRST_PERIOD) // YEARS * YEARS


def period_of(number: int) -> str:
    """Return a study period by the number that lists use: 18 is `2025-2028`."""
    return {17: "2022-2024", 16: "2017-2021"}.get(number, f"{(first := 1953 + 4 * number)}-{first + 3}")


def lineage(group: int | None, acronym: str) -> str | None:
    """Return the name of a work item that is the same in all study periods: today's study group, and the first acronym."""
    return None if group is None else f"SG{SUCCESSORS.get(group, group)} {folded(acronym)}"
