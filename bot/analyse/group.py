"""Groups of countries, given by the name of a watchlist ("eu", "china"), a file, or codes ("DE,FR,NL")."""

import re
from dataclasses import dataclass

from bot.decide.watchlist import load_watchlist
from bot.wording import country_name

_CODES = re.compile(r"[A-Za-z]{2}(?:\s*,\s*[A-Za-z]{2})*")
_NOT_COUNTRY_CODES = frozenset({"eu"})  # the shipped watchlist; EU is no ISO 3166 code of a country


@dataclass(frozen=True, slots=True)
class CountryGroup:
    """Countries (alpha-2 codes) under one title. Attributions with less than `least_confidence` do not count."""

    title: str
    countries: frozenset[str]
    least_confidence: float = 0.7

    def has(self, country: str | None, confidence: float = 1.0) -> bool:
        """Return True when an attribution to `country` counts for this group."""
        return country in self.countries and confidence >= self.least_confidence


def country_group(text: str) -> CountryGroup:
    """Load the group that a text names. Raises ConfigError when it is neither codes nor a watchlist."""
    if _CODES.fullmatch(text.strip()) and text.strip().lower() not in _NOT_COUNTRY_CODES:
        codes = frozenset(code.strip().upper() for code in text.split(","))
        title = country_name(next(iter(codes))) if len(codes) == 1 else ", ".join(sorted(codes))
        return CountryGroup(title, codes)
    found = load_watchlist(text, text)
    return CountryGroup(found.title, found.watched, found.least_confidence)
