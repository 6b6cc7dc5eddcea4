"""The application object of a command: configuration, database, rules, watchlists and channels."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

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
from sources import all_sources
from sources.base import Source
from state.db import open_database

DEFAULT_CONFIG = Path("standards-watch.toml")
APP = "standards-watch.app"  # in the context of a call of the program


@dataclass
class App:
    """Configuration of one command, and the objects built from it on first use."""

    config: Config
    db_path: Path

    @cached_property
    def db(self) -> Database:
        """The open database. Raises ConfigError when there is none: only commands that poll `create` one."""
        self.require_database()
        return open_database(self.db_path)

    def require_database(self) -> None:
        """Raise ConfigError when there is no database."""
        if not self.db_path.is_file():
            raise ConfigError(
                f"There is no database at {self.db_path}; `run` or `replay` makes one, or name yours with --db or in --config."
            )

    def create(self) -> None:
        """Create the database if there is none."""
        open_database(self.db_path).close()

    def on_scratch(self, ctx: click.Context) -> "App":
        """Return the App on an empty database that goes when the command ends."""
        folder = ctx.with_resource(TemporaryDirectory(prefix="standards-watch-"))
        scratch = replace(self, db_path=Path(folder) / self.db_path.name)
        ctx.call_on_close(scratch.close)
        scratch.create()
        return scratch

    def close(self) -> None:
        """Close the database if it was opened, so that its write-ahead log is merged into the file."""
        if "db" in self.__dict__:
            self.db.close()

    @property
    def zone(self) -> tzinfo:
        """Time zone in which times are shown and days begin."""
        return self.config.local

    def channels(self) -> Mapping[str, ReadyChannel]:
        """Return the ready channels by name. Raises ConfigError when the secret of one is missing: whoever may tell somebody asks
        for them first."""
        return ready_channels(self.config, os.environ, self.db_path)

    def run_context(self, telling: bool) -> RunContext:
        """Return the context of a run. Without `telling` the run writes history only."""
        return RunContext(
            self.db,
            self.db_path.parent,
            load_attributor(),
            self.config.load_watchlists(),
            routing(self.config) if telling else None,
        )

    def sources(self, names: tuple[str, ...]) -> list[Source]:
        """Return the sources of these names, or all enabled ones when there are no names."""
        known = all_sources()
        return [known[name] for name in names] if names else [each for each in known.values() if self.enabled(each)]

    def enabled(self, source: Source) -> bool:
        """Return True when a source is polled without being named."""
        table = self.config.sources.named.get(source.name)
        return table.enabled if table else source.enabled

    def schedule(self, source: Source) -> str:
        """Return the schedule of a source, to be read in the configured zone."""
        table = self.config.sources.named.get(source.name)
        return table.schedule if table and table.schedule else source.schedule


def app_of(ctx: click.Context) -> App:
    """Build the App from the options before the command, once a call of the program, and set up the logs. Raises ConfigError."""
    if APP not in ctx.meta:
        options = ctx.obj
        set_up(options.log_format, options.log_level)
        config = load_config(options.config or (DEFAULT_CONFIG if DEFAULT_CONFIG.is_file() else None))
        ctx.meta[APP] = app = App(config, options.db or config.state.db)
        ctx.find_root().call_on_close(app.close)
    found: App = ctx.meta[APP]
    return found


def now() -> datetime:
    """Return the present to the second, aware UTC: the only clock that commands read."""
    return datetime.now(UTC).replace(microsecond=0)


def start_of(day: datetime, zone: tzinfo) -> datetime:
    """Return the first moment of a day in a zone."""
    return day.replace(tzinfo=zone)


def end_of(day: datetime, zone: tzinfo) -> datetime:
    """Return the last moment of a day in a zone."""
    return (day + timedelta(days=1)).replace(tzinfo=zone) - timedelta(microseconds=1)
