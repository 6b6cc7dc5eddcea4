"""Configuration: one TOML file in which every key is optional. Errors name key and line. Secrets come from the environment only."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import time
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from platformdirs import user_data_path
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PrivateAttr, ValidationInfo, field_validator, model_validator

from bot.decide import names
from bot.decide.watchlist import Watchlist, load_watchlist, watchlist_path
from bot.errors import ConfigError
from bot.tables import Keys, TomlFile, read_toml
from sources import all_sources, configure
from sources.unesco.dataset import DatasetTable, dataset_source
from state.model import Severity

SECRETS = ("SLACK_BOT_TOKEN", "SLACK_WEBHOOK_URL", "SMTP_PASSWORD", "WEBHOOK_SECRET", "APPRISE_URL")


def below_the_file(path: Path, info: ValidationInfo) -> Path:
    """Return a path of the configuration, which is relative to the folder of its file, with "~" for the user's folder."""
    folder: Path = info.context or Path()
    return folder / path.expanduser()


FilePath = Annotated[Path, AfterValidator(below_the_file)]


def web_address(text: str) -> str:
    """Return an address as it is, or an empty text. Raises ValueError for anything else."""
    if text and not (text.startswith(("https://", "http://")) and urlsplit(text).hostname):
        raise ValueError("give an address that begins with https://")
    return text


WebAddress = Annotated[str, AfterValidator(web_address)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StateTable(_Table):
    """Path of the database; archive and locks are stored beside it."""

    db: FilePath = Field(default_factory=lambda: user_data_path("standards-watch") / "standards-watch.db")


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

    @field_validator("file")
    @classmethod
    def _path(cls, file: str, info: ValidationInfo) -> str:
        return str(watchlist_path(file, info.context or Path()))


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
    path: FilePath | None = None
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
        if self.kind == "webhook":
            web_address(self.url)
        return self


class RouteTable(_Table):
    """A filter of alerts and the channels they go to; `digest_only` sends them to no channel, only into the digest."""

    watchlists: tuple[str, ...] = ()
    min_severity: Severity = "notable"
    events: tuple[names.EventName, ...] = ()
    bodies: tuple[names.Body, ...] = ()
    topics: names.Topics = frozenset()
    to: tuple[str, ...] = ()
    digest_only: bool = False

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
    ping: WebAddress = ""
    min_free_mb: int = Field(default=500, ge=0)

    @field_validator("listen")
    @classmethod
    def _place(cls, text: str) -> str:
        host, _, port = text.rpartition(":")
        if text and not (host and port.isdigit() and int(port) < 65_536):
            raise ValueError('give an address and a port, for example "127.0.0.1:9464", or an empty text')
        return text


class BackupTable(_Table):
    """Backups made by `serve`: folder (None: no backups), schedule, and number kept."""

    to: FilePath | None = None
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
    _file: TomlFile | None = PrivateAttr(default=None)

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
        return [load_watchlist(name, table.file, table.model_extra, self._file) for name, table in self.watchlists.items()]

    def at(self, keys: Keys, text: str) -> str:
        """Return a sentence about a key, with file and line where there is a file."""
        return self._file.at(keys, text) if self._file else f"{'.'.join(map(str, keys))}: {text}."


def load_config(path: Path | None) -> Config:
    """Load the configuration from a file, or the defaults, and the sources that it describes. Raises ConfigError naming key and
    line of what is wrong, of names that do not exist too."""
    file = read_toml(path, "configuration") if path else None
    config = file.check(Config, file.values) if file else Config()
    config._file = file
    configure(dataset_source(table) for table in config.sources.datasets.values())
    for keys, reason in unknown_names(config):
        raise ConfigError(config.at(keys, reason))
    config.load_watchlists()
    return config


def unknown_names(config: Config) -> Iterator[tuple[Keys, str]]:
    """Yield the keys and the reason of each name of a channel, watchlist, source or role that does not exist or does not fit."""
    named: list[tuple[Keys, tuple[str, ...], tuple[str, ...]]] = [(("ops",), config.ops.to, ())]
    named += [(("routes", n), table.to, table.watchlists) for n, table in enumerate(config.routes)]
    named += [(("digests", name), table.to, table.watchlists) for name, table in config.digests.items()]
    for keys, channels, watchlists in named:
        yield from unknown((*keys, "to"), "channel", channels, config.channels)
        yield from unknown((*keys, "watchlists"), "watchlist", watchlists, config.watchlists)
    for name, table in config.digests.items():
        for kind in {config.channels[each].kind for each in table.to} - {"email"}:
            yield ("digests", name, "to"), f"a digest is a mail, and a channel in it is of kind {kind}"
    for name in config.sources.named:
        yield from unknown(("sources", name), "source", [name], all_sources())
    for name, dataset in config.sources.datasets.items():
        used = [each.role for each in dataset.countries]
        yield from unknown(("sources", "unesco-dataset", name, "countries"), "role", used, names.roles().forms.values())


def unknown(keys: Keys, noun: str, given: Iterable[str], known: Collection[str]) -> Iterator[tuple[Keys, str]]:
    """Yield the keys and the reason of each name that is not exactly a known one."""
    for name in given:
        if name not in known:
            yield keys, f"there is no {noun} {name!r}{names.names_of(noun, known).instead_of(name)}"
