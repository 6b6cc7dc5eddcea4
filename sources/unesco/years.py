"""Which documents of UNESCO are asked for: those from the first year of the Medium-Term Strategy 2022-2029 on."""

from dataclasses import replace

from sources.base import Follow
from sources.unesco.datahub import export, moment

FIRST_YEAR, LAST_YEAR = 2022, 2029


def narrowed(follow: Follow) -> Follow:
    """The follow to all documents, narrowed to the years that are watched: up to the one in which their data were last published,
    or to the end of the strategy where the catalogue says no time. A follow without a gate as it is."""
    if follow.gate is None:
        return follow
    published = moment(follow.gate)
    return replace(follow, url=asked_for(published.year if published else LAST_YEAR))


def asked_for(year: int) -> str:
    """The export of all documents of the years that are watched, up to those dated ahead."""
    years = ",".join(f'"{each}"' for each in range(FIRST_YEAR, year + 2))
    return export("doc001", f"year in ({years})")
