"""`init`: write a commented standards-watch.toml."""

from importlib.resources import files
from pathlib import Path

import click

from bot.app import DEFAULT_CONFIG
from bot.errors import ConfigError


@click.command()
@click.pass_context
def command(ctx: click.Context) -> None:
    """Write a commented configuration file here (or where --config says); one that is there already stays."""
    path: Path = ctx.obj.config or DEFAULT_CONFIG
    if path.exists():
        raise ConfigError(f"{path} is there already; edit it, or name another file with --config.")
    path.write_text(files("bot").joinpath("template.toml").read_text(encoding="utf-8"), encoding="utf-8")
    click.echo(f"Wrote {path}. Everything in it is optional; put in your contact, then: standards-watch run")
