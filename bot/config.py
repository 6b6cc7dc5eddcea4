"""Configuration: one TOML file in which every key is optional. Errors name key and line. Secrets come from the environment only."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import time
from pathlib import Path
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from platformdirs import user_data_path
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from bot.decide.topics import tags_named
from bot.decide.watchlist import Watchlist, load_watchlist
from bot.errors import ConfigError
from sources.unesco.dataset import DatasetTable
from state.model import Severity

SECRETS = ("SLACK_BOT_TOKEN", "SLACK_WEBHOOK_URL", "SMTP_PASSWORD", "WEBHOOK_SECRET", "APPRISE_URL")


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StateTable(_Table):
    """Path of the database; archive and locks are stored beside it."""

    db: Path = Field(default_factory=lambda: user_data_path("standards-watch") / "standards-watch.db")


class HttpTable(_Table):
    """`contact` goes into the User-Agent. `mirrors` send the requests for one origin to another (tests, proxies)."""

    contact: str = ""
    mirrors: Mapping[str, str] = {}


class ArchiveTable(_Table):
    """Limits of the evidence archive: days, size, and `keep_bodies`, the number of newest versions kept of a bulk file."""

    keep_days: int = Field(default=3650, ge=1)
    max_gb: float = Field(default=20, gt=0)
    keep_bodies: int = Field(default=12, ge=2)


class SourceTable(_Table):
    """Overrides of what a source declares."""

    enabled: bool = True
    schedule: str | None = None


class SourcesTable(BaseModel):
    """Overrides by name of source, and the datasets of UNESCO described by tables."""

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, SourceTable] = Field(init=False)
    datasets: Mapping[str, DatasetTable] = Field(default={}, alias="unesco-dataset")

    @field_validator("datasets", mode="before")
    @classmethod
    def _named(cls, tables: object) -> object:
        if not isinstance(tables, Mapping):
            return tables
        return {name: {**table, "name": name} if isinstance(table, Mapping) else table for name, table in tables.items()}

    @property
    def named(self) -> Mapping[str, SourceTable]:
        """Overrides by name of source."""
        return self.__pydantic_extra__


class WatchlistTable(BaseModel):
    """A shipped watchlist or a file; further keys override those of the file."""

    model_config = ConfigDict(extra="allow", frozen=True)
    file: str = "china"


class ChannelTable(_Table):
    """One channel. Each kind uses its own keys; those about pace, hours and limits hold for all kinds."""

    kind: Literal["console", "slack", "email", "webhook", "apprise", "feed"]
    channel: str = ""
    api_url: str | None = None
    to: tuple[str, ...] = ()
    sender: str = ""
    host: str = ""
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""
    url: str = ""
    path: Path | None = None
    pace_s: float | None = Field(default=None, ge=0)
    quiet_hours: tuple[time, time] | None = None
    daily_cap: int | None = Field(default=None, ge=1)
    summary_above: int | None = Field(default=None, ge=0)
    give_up_hours: float = Field(default=72, gt=0)

    @field_validator("quiet_hours", mode="before")
    @classmethod
    def _span(cls, text: object) -> object:
        found = re.fullmatch(r"\s*(\d\d?:\d\d)\s*[-–]\s*(\d\d?:\d\d)\s*", text) if isinstance(text, str) else None
        if found is None:
            raise ValueError('give two times, for example "20:00-07:00"')
        return tuple(clock.zfill(5) for clock in found.groups())

    @model_validator(mode="after")
    def _whole(self) -> Self:
        needed = {"slack": ("channel",), "email": ("to", "host"), "webhook": ("url",), "feed": ("path",)}.get(self.kind, ())
        if lacking := [key for key in needed if not getattr(self, key)]:
            raise ValueError(f"a channel of kind {self.kind} needs {' and '.join(lacking)}")
        return self


class RouteTable(_Table):
    """A filter of alerts and the channels they go to; `digest_only` sends them to no channel, only into the digest."""

    watchlists: tuple[str, ...] = ()
    min_severity: Severity = "notable"
    events: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    digest_only: bool = False

    @field_validator("topics")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        try:
            return tuple(sorted(tags_named(names)))
        except ConfigError as error:
            raise ValueError(str(error).rstrip(".")) from error

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if bool(self.to) == self.digest_only:
            raise ValueError("a route needs either channels in to, or digest_only = true")
        return self


class DigestTable(_Table):
    """A digest that is sent once a week, at a day and time in the configured zone, to channels of kind email."""

    watchlists: tuple[str, ...] = ("china",)
    to: tuple[str, ...] = ()
    at: str = "Mon 07:00"

    @field_validator("at")
    @classmethod
    def _weekday(cls, text: str) -> str:
        if not re.fullmatch(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([01]\d|2[0-3]):[0-5]\d", text):
            raise ValueError('give a day and a time, for example "Mon 07:00"')
        return text


class OpsTable(_Table):
    """Operation of the bot. `to`: channels that get notices about the bot itself (the log always does). `listen`: address of health
    and metrics, empty for none. `ping`: address to request after each good cycle. `min_free_mb`: free disk space to keep."""

    to: tuple[str, ...] = ()
    listen: str = "127.0.0.1:9464"
    ping: str = ""
    min_free_mb: int = Field(default=500, ge=0)

    @field_validator("listen")
    @classmethod
    def _place(cls, text: str) -> str:
        host, _, port = text.rpartition(":")
        if text and not (host and port.isdigit() and int(port) < 65_536):
            raise ValueError('give an address and a port, for example "127.0.0.1:9464", or an empty text')
        return text

    @field_validator("ping")
    @classmethod
    def _address(cls, text: str) -> str:
        if text and not text.startswith(("https://", "http://")):
            raise ValueError("give an address that begins with https://")
        return text


class BackupTable(_Table):
    """Backups made by `serve`: folder (None: no backups), schedule, and number kept."""

    to: Path | None = None
    schedule: str = "daily 04:20"
    keep: int = Field(default=14, ge=1)


class PrivacyTable(_Table):
    """`names_days`: days to keep a person's name after that person's last role ended; None: as long as the history."""

    names_days: int | None = Field(default=None, ge=1, strict=True)


class Config(_Table):
    """The whole configuration."""

    zone: str = "Europe/Brussels"
    state: StateTable = StateTable()
    http: HttpTable = HttpTable()
    archive: ArchiveTable = ArchiveTable()
    sources: SourcesTable = SourcesTable()
    watchlists: Mapping[str, WatchlistTable] = {"china": WatchlistTable()}
    channels: Mapping[str, ChannelTable] = {"console": ChannelTable(kind="console")}
    routes: tuple[RouteTable, ...] = ()
    digests: Mapping[str, DigestTable] = {}
    ops: OpsTable = OpsTable()
    backup: BackupTable = BackupTable()
    privacy: PrivacyTable = PrivacyTable()

    @field_validator("zone")
    @classmethod
    def _known(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"there is no time zone {zone!r}") from error
        return zone

    @property
    def local(self) -> ZoneInfo:
        """Time zone in which people are shown times."""
        return ZoneInfo(self.zone)

    def load_watchlists(self) -> list[Watchlist]:
        """Load the configured watchlists. Raises ConfigError."""
        return [load_watchlist(name, table.file, table.model_extra) for name, table in self.watchlists.items()]


def load_config(path: Path | None) -> Config:
    """Load the configuration from a file, or the defaults. Raises ConfigError naming key and line."""
    if path is None:
        return Config()
    try:
        text = path.read_text(encoding="utf-8")
        config = Config.model_validate(tomllib.loads(text))
    except OSError as error:
        raise ConfigError(f"The configuration {path} cannot be read ({error.strerror}).") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"The configuration {path} is no TOML: {error}.") from error
    except ValidationError as error:
        raise ConfigError(" ".join(_sentence(path, text, each) for each in error.errors())) from error
    for keys, reason in _dangling(config):
        raise ConfigError(f"{path}, line {_line(text, keys)}: {'.'.join(keys)}: {reason}.")
    return config


def _dangling(config: Config) -> Iterator[tuple[list[str], str]]:
    """Yield the keys and the reason of each reference to a channel or watchlist that does not exist or does not fit."""
    named = [(["routes", str(n)], table.to, table.watchlists) for n, table in enumerate(config.routes)]
    named += [(["digests", name], table.to, table.watchlists) for name, table in config.digests.items()]
    for keys, channels, watchlists in [*named, (["ops"], config.ops.to, ())]:
        for name in channels:
            if name not in config.channels:
                yield [*keys, "to"], f"there is no channel {name!r}"
            elif keys[0] == "digests" and config.channels[name].kind != "email":
                yield [*keys, "to"], f"a digest is a mail, and the channel {name!r} is of kind {config.channels[name].kind}"
        for name in watchlists:
            if name not in config.watchlists:
                yield [*keys, "watchlists"], f"there is no watchlist {name!r}"


def _sentence(path: Path, text: str, error: Any) -> str:
    keys = [str(part) for part in error["loc"]]
    reason = "is not a key of this file" if error["type"] == "extra_forbidden" else error["msg"].removeprefix("Value error, ")
    return f"{path}, line {_line(text, keys)}: {'.'.join(keys)}: {reason}."


def _line(text: str, keys: list[str]) -> int:
    """Return the line number of a key: the last line, in order, that opens one of its tables or sets one of its parts. A number in
    `keys` is the index of a table in its array."""
    names = [key for key in keys if not key.isdigit()]
    before = next((int(key) for key in keys if key.isdigit()), 0)
    found, remaining = 1, names
    for number, line in enumerate(text.splitlines(), start=1):
        header = re.match(r"\s*(\[+)([^\]]+)\]", line)
        if header:
            parts = header[2].replace('"', "").split(".")
            inside = parts == names[: len(parts)]
            if inside and header[1] == "[[" and before:
                before, inside = before - 1, False
            found, remaining = (number, names[len(parts) :]) if inside else (found, [])
        elif remaining and re.match(rf"\s*\"?{re.escape(remaining[0])}\"?\s*[=.]", line):
            return number
    return found
