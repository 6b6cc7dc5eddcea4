"""Groups of countries, given by the name of a watchlist ("eu", "china"), a file, or codes ("DE,FR,NL")."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from bot.decide import names
from bot.decide.participation import groups
from bot.decide.watchlist import Watchlist, load_watchlist
from bot.errors import UnknownName
from bot.wording import country_name


@dataclass(frozen=True, slots=True)
class CountryGroup:
    """Countries (alpha-2 codes) under one title. Attributions with less than `least_confidence` do not count."""

    title: str
    countries: frozenset[str]
    least_confidence: float = 0.7

    def has(self, country: str | None, confidence: float = 1.0) -> bool:
        """Return True when an attribution to `country` counts for this group."""
        return country in self.countries and confidence >= self.least_confidence


def country_group(text: str, watchlists: Mapping[str, Watchlist] = MappingProxyType({})) -> CountryGroup:
    """Return the group that a text means: one of the `watchlists`, a shipped one, the file of one, a shipped group ("g7"), or
    countries ("DE, France"). Raises UnknownName."""
    name = text.strip()
    if name in watchlists:
        return of_watchlist(watchlists[name])
    if name.casefold() in names.shipped_watchlists().forms or Path(name).is_file():
        return of_watchlist(load_watchlist(name, name if Path(name).is_file() else name.casefold()))
    if name.casefold() in groups():
        shipped = groups()[name.casefold()]
        return CountryGroup(shipped.title, frozenset(shipped.members))
    whole = names.countries().lookup(name)
    codes = frozenset([whole] if whole else (country_in(part.strip(), watchlists) for part in name.split(",")))
    return CountryGroup(country_name(*codes) if len(codes) == 1 else ", ".join(sorted(codes)), codes)


def country_in(text: str, watchlists: Iterable[str]) -> str:
    """Return the code of the country that a text means. Raises UnknownName, which proposes watchlists and groups too."""
    known = names.countries()
    others = {name: name for name in (*watchlists, *names.shipped_watchlists().forms, *groups())}
    if code := known.lookup(text):
        return code
    raise UnknownName(
        f"there is no country or watchlist {text!r}{replace(known, forms={**known.forms, **others}).instead_of(text)}"
    )


def of_watchlist(watchlist: Watchlist) -> CountryGroup:
    """Return the countries of a watchlist."""
    return CountryGroup(watchlist.title, watchlist.watched, watchlist.least_confidence)
