"""Watchlists: the countries, bodies, roles and events that people want to hear of. One TOML file each."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from bot.decide.participation import group_named
from bot.decide.topics import tags_named
from bot.errors import ConfigError
from state.model import Severity

SEVERITIES: tuple[Severity, ...] = ("info", "notable", "major")
LEAST_CONFIDENCE = 0.7  # of an attribution that raises an alert, by default


class Watchlist(BaseModel):
    """One watchlist. Empty sets mean all; a group of topics stands for its tags. `also` adds territories with codes of their own
    (HK, MO, TW). `engagement` names the group of countries (gazetteer/groups.toml) whose participation in a committee is shown with
    its alerts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    title: str
    countries: frozenset[str] = Field(min_length=1)
    also: frozenset[Literal["HK", "MO", "TW"]] = frozenset()
    bodies: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    least_confidence: float = Field(default=LEAST_CONFIDENCE, ge=0, le=1)
    min_severity: Severity = "notable"
    severity: Mapping[str, Severity] = {}
    engagement: str = "eea"

    @field_validator("topics")
    @classmethod
    def _tags(cls, names: frozenset[str]) -> frozenset[str]:
        return tags_named(names)

    @property
    def watched(self) -> frozenset[str]:
        """All watched country codes."""
        return self.countries | self.also


def load_watchlist(name: str, file: str, overrides: Mapping[str, Any] | None = None) -> Watchlist:
    """Load a watchlist by a shipped name (`china`) or a path. Raises ConfigError naming the wrong key."""
    shipped = files("bot").joinpath("watchlists", f"{file}.toml")
    path = shipped if shipped.is_file() else Path(file)
    if not path.is_file():
        raise ConfigError(f"There is no watchlist {file!r}; give a shipped name or the path of a TOML file.")
    try:
        keys = tomllib.loads(path.read_text(encoding="utf-8"))
        watchlist = Watchlist(**{"name": name, **keys, **(overrides or {})})
        group_named(watchlist.engagement)
        return watchlist
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"The watchlist {file!r} is no TOML: {error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise ConfigError(f"The watchlist {file!r} has a wrong {key}: {first['msg']}.") from error
