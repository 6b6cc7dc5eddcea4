"""Set the desk up for a command: configuration, database, rules, watchlists and channels."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property
from pathlib import Path

import click
from sqlite_utils import Database

from bot.attribute import load_attributor
from bot.config import Config, load_config
from bot.context import RunContext
from bot.deliver.factory import ready_channels
from bot.deliver.routes import routing
from bot.deliver.worker import ReadyChannel
from bot.errors import ConfigError
from bot.logs import set_up
from sources import all_sources, configure
from sources.base import Source
from sources.unesco.dataset import dataset_source
from state.db import open_database

DEFAULT_CONFIG = Path("standards-watch.toml")


@dataclass
class App:
    """The configuration of one call, and what is made of it when it is first needed."""

    config: Config
    db_path: Path

    @cached_property
    def db(self) -> Database:
        """The open database, made when there is none."""
        return open_database(self.db_path)

    def existing(self) -> Database:
        """The open database. Raises ConfigError when there is none: an empty one made now would seem to have nothing to copy, or to
        forget."""
        if not self.db_path.is_file():
            raise ConfigError(f"There is no database at {self.db_path}; name yours with --db, or in the configuration.")
        return self.db

    def close(self) -> None:
        """Close the database if it was opened: what waits in its write-ahead log then goes into the file itself."""
        if "db" in self.__dict__:
            self.db.close()

    @property
    def zone(self) -> tzinfo:
        """The zone in which times are shown and days begin."""
        return self.config.local

    def channels(self) -> Mapping[str, ReadyChannel]:
        """The channels that can be sent to, by name. Raises ConfigError where one lacks its secret."""
        return ready_channels(self.config, os.environ, self.db_path)

    def desk(self, told: bool) -> RunContext:
        """The desk of a poll; when nobody is to be told, history is written only."""
        return RunContext(
            self.db,
            self.db_path.parent,
            load_attributor(),
            self.config.load_watchlists(),
            routing(self.config) if told else None,
        )

    def sources(self, names: tuple[str, ...]) -> list[Source]:
        """The sources of these names, or all that are enabled. Raises ConfigError for a name that there is not."""
        known = all_sources()
        if unknown := [name for name in (*names, *self.config.sources.named) if name not in known]:
            raise ConfigError(f"There is no source {unknown[0]!r}; there are: {', '.join(known)}.")
        return [known[name] for name in names] if names else [each for each in known.values() if self.enabled(each)]

    def enabled(self, source: Source) -> bool:
        """Whether a source is polled unless it is named."""
        table = self.config.sources.named.get(source.name)
        return table.enabled if table else source.enabled

    def schedule(self, source: Source) -> str:
        """When a source is polled, in the configured zone."""
        table = self.config.sources.named.get(source.name)
        return table.schedule if table and table.schedule else source.schedule


def app_of(ctx: click.Context) -> App:
    """What the options before the command say; sets up the logs. Raises ConfigError."""
    given = ctx.obj
    set_up(given.log_format, given.log_level)
    path = given.config or (DEFAULT_CONFIG if DEFAULT_CONFIG.is_file() else None)
    config = load_config(path)
    configure(dataset_source(table) for table in config.sources.datasets.values())
    here = App(config, given.db or config.state.db)
    ctx.call_on_close(here.close)
    return here


def now() -> datetime:
    """The present to the second, aware UTC: the only clock that commands read."""
    return datetime.now(UTC).replace(microsecond=0)


def start_of(day: datetime, zone: tzinfo) -> datetime:
    """The moment at which a day begins in a zone."""
    return day.replace(tzinfo=zone)


def end_of(day: datetime, zone: tzinfo) -> datetime:
    """The last moment of a day in a zone."""
    return (day + timedelta(days=1)).replace(tzinfo=zone) - timedelta(microseconds=1)
