"""Leads, supports or takes part: what the holders of one role of one record make of each of them."""

from collections import Counter
from collections.abc import Sequence

from state.model import LEADING_ROLES, Verdict

MAJORITY_ROLES = frozenset({"supporting-member"})  # a strict majority of the parties leads
SOLE_ROLES = frozenset({"source"})  # only who is alone leads
SHARED_ROLES = MAJORITY_ROLES | SOLE_ROLES
JOINT_ROLES = frozenset({"host", "submitter", "funder"})  # who is one of several leads too: each answers for the whole


def verdicts(role: str, countries: Sequence[str | None]) -> list[Verdict]:
    """The verdict on each party of a role, in their order; `countries` are the parties' countries, None while unknown.

    Of supporting members those of a country lead when they are more than half of all, unknown ones counted; of the sources of a
    contribution when all are of that country. A single party leads. Otherwise each supports."""
    if role not in SHARED_ROLES:
        return ["leads" if role in LEADING_ROLES else "takes part"] * len(countries)
    total, of = len(countries), Counter(countries)
    return ["leads" if total == 1 or _leads(role, of[country], total, country) else "supports" for country in countries]


def _leads(role: str, count: int, total: int, country: str | None) -> bool:
    if country is None:
        return False
    return count == total if role in SOLE_ROLES else 2 * count > total
