"""Watchlists: the countries, bodies, roles and events that people want to hear of. One TOML file each."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.decide import names
from bot.errors import UnknownName
from bot.tables import TomlFile, read_toml
from state.model import Severity

SEVERITIES: tuple[Severity, ...] = ("info", "notable", "major")
LEAST_CONFIDENCE = 0.7  # of an attribution that raises an alert, by default


class Watchlist(BaseModel):
    """One watchlist. Empty sets mean all; a group of topics stands for its tags. `also` adds territories with codes of their own
    (HK, MO, TW). `engagement` names the group of countries (gazetteer/groups.toml) whose participation in a committee is shown with
    its alerts. `by`: a company counts for the country of its group, or of its seat."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    title: str
    countries: frozenset[names.Country] = Field(min_length=1)
    also: frozenset[Literal["HK", "MO", "TW"]] = frozenset()
    bodies: frozenset[names.Body] = frozenset()
    roles: frozenset[names.Role] = frozenset()
    events: frozenset[names.EventName] = frozenset()
    topics: names.Topics = frozenset()
    least_confidence: float = Field(default=LEAST_CONFIDENCE, ge=0, le=1)
    min_severity: Severity = "notable"
    severity: Mapping[names.RoleOrEvent, Severity] = {}
    engagement: names.CountryGroupName = "eea"
    by: Literal["group", "seat"] = "group"

    @property
    def watched(self) -> frozenset[str]:
        """All watched country codes."""
        return self.countries | self.also


def load_watchlist(
    name: str, file: str, overrides: Mapping[str, Any] | None = None, configuration: TomlFile | None = None
) -> Watchlist:
    """Load a watchlist by a shipped name (`china`) or a path, with the keys that the `configuration` sets in its place. Raises
    ConfigError with the file, line and key of what is wrong."""
    table = read_toml(watchlist_path(file), "watchlist")
    whole = table.check(Watchlist, {"name": name, **table.values})
    if not overrides:
        return whole
    values = {"name": name, **table.values, **overrides}
    return (configuration or table).check(Watchlist, values, ("watchlists", name) if configuration else ())


def watchlist_path(file: str, folder: Path = Path()) -> Path:
    """Return the path of a watchlist, by a shipped name or a path below a folder. Raises UnknownName."""
    shipped = names.SHIPPED_WATCHLISTS / f"{file}.toml"
    path = shipped if shipped.is_file() else folder / Path(file).expanduser()
    if not path.is_file():
        raise UnknownName(f"there is no watchlist {file!r}{names.shipped_watchlists().instead_of(Path(file).stem)}")
    return path
