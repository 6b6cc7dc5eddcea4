"""Configuration: one TOML file, every key optional, every error with its key and line. Secrets come from the environment only."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from platformdirs import user_data_path
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from bot.errors import ConfigError
from bot.watch import Watchlist, load_watchlist
from state.model import Severity

SECRETS = ("SLACK_BOT_TOKEN", "SLACK_WEBHOOK_URL", "SMTP_PASSWORD")


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StateTable(_Table):
    """Where the database lies; archive and locks live beside it."""

    db: Path = Field(default_factory=lambda: user_data_path("standards-watch") / "standards-watch.db")


class HttpTable(_Table):
    """`contact` goes into the User-Agent; `mirrors` send the requests for one origin to another (tests, proxies)."""

    contact: str = ""
    mirrors: Mapping[str, str] = {}


class ArchiveTable(_Table):
    """How long and how large the evidence archive may be; of a bulk file the newest `keep_bodies` are kept."""

    keep_days: int = Field(default=3650, ge=1)
    max_gb: float = Field(default=20, gt=0)
    keep_bodies: int = Field(default=12, ge=2)


class SourceTable(_Table):
    """What a source does otherwise than it declares."""

    enabled: bool = True
    schedule: str | None = None


class WatchlistTable(BaseModel):
    """A shipped watchlist or a file; further keys override those of the file."""

    model_config = ConfigDict(extra="allow", frozen=True)
    file: str = "china"


class ChannelTable(_Table):
    """One way to reach people."""

    kind: Literal["console", "slack", "email"]
    channel: str = ""
    api_url: str | None = None
    to: tuple[str, ...] = ()
    host: str = ""
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""


class RouteTable(_Table):
    """Which alerts go to which channels."""

    watchlists: tuple[str, ...] = ()
    min_severity: Severity = "notable"
    events: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    to: tuple[str, ...]


class DigestTable(_Table):
    """A digest that is sent once a week."""

    watchlists: tuple[str, ...] = ("china",)
    to: tuple[str, ...] = ()
    at: str = "Mon 07:00"


class OpsTable(_Table):
    """Who hears that the bot itself needs a person: channels by name; the log always does. `listen` is where health and metrics
    are shown (empty: nowhere), `ping` an address that is asked after each good cycle, `min_free_mb` what the disk should keep
    free."""

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
    """Backups that `serve` makes: into which folder (empty: none), when, and how many are kept."""

    to: Path | None = None
    schedule: str = "daily 04:20"
    keep: int = Field(default=14, ge=1)


class Config(_Table):
    """The whole configuration."""

    zone: str = "Europe/Brussels"
    state: StateTable = StateTable()
    http: HttpTable = HttpTable()
    archive: ArchiveTable = ArchiveTable()
    sources: Mapping[str, SourceTable] = {}
    watchlists: Mapping[str, WatchlistTable] = {"china": WatchlistTable()}
    channels: Mapping[str, ChannelTable] = {"console": ChannelTable(kind="console")}
    routes: tuple[RouteTable, ...] = ()
    digests: Mapping[str, DigestTable] = {}
    ops: OpsTable = OpsTable()
    backup: BackupTable = BackupTable()

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
        """The zone in which people are told times."""
        return ZoneInfo(self.zone)

    def load_watchlists(self) -> list[Watchlist]:
        """The watchlists themselves. Raises ConfigError."""
        return [load_watchlist(name, table.file, table.model_extra) for name, table in self.watchlists.items()]


def load_config(path: Path | None) -> Config:
    """The configuration in a file, or the defaults. Raises ConfigError naming key and line."""
    if path is None:
        return Config()
    try:
        text = path.read_text(encoding="utf-8")
        return Config.model_validate(tomllib.loads(text))
    except OSError as error:
        raise ConfigError(f"The configuration {path} cannot be read ({error.strerror}).") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"The configuration {path} is no TOML: {error}.") from error
    except ValidationError as error:
        raise ConfigError(" ".join(_sentence(path, text, each) for each in error.errors())) from error


def _sentence(path: Path, text: str, error: Any) -> str:
    keys = [str(part) for part in error["loc"]]
    reason = "is not a key of this file" if error["type"] == "extra_forbidden" else error["msg"]
    return f"{path}, line {_line(text, keys)}: {'.'.join(keys)}: {reason}."


def _line(text: str, keys: list[str]) -> int:
    """The line of a key: the last line, in order, that opens one of the key's tables or sets one of its parts."""
    found, remaining = 1, [key for key in keys if not key.isdigit()]
    for number, line in enumerate(text.splitlines(), start=1):
        header = re.match(r"\s*\[+([^\]]+)\]", line)
        if header and header[1].replace('"', "").split(".") == keys[: header[1].count(".") + 1]:
            found, remaining = number, keys[header[1].count(".") + 1 :]
        elif remaining and re.match(rf"\s*\"?{re.escape(remaining[0])}\"?\s*[=.]", line):
            return number
    return found
