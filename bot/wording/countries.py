"""Names of countries for people, by ISO 3166 alpha-2 code."""

from functools import cache


@cache
def country_name(code: str | None) -> str:
    """The short English name of a code ("China", "South Korea"); the code itself when there is none, "unknown" for None."""
    if code is None:
        return "unknown"
    import pycountry  # here, for it takes its time and only a run that tells people something needs it

    found = pycountry.countries.get(alpha_2=code)
    if found is None:
        return code
    return str(getattr(found, "common_name", found.name)).split(",")[0]
