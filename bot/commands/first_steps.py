"""First steps: `demo` runs the pipeline offline, `init` writes a configuration file."""

from importlib.resources import files
from pathlib import Path

import click
from rich.console import Console

from bot.app import DEFAULT_CONFIG, App, app_of
from bot.attribute import load_attributor
from bot.commands.output import print_run
from bot.context import RunContext
from bot.errors import ConfigError
from bot.render.terminal import alert_text, change_text, local
from bot.run.demo import record_sample, sample_source
from bot.run.replay import replay, sessions
from state.db import open_database
from state.queries import history


@click.command()
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("demo"), help="Folder for its files.")
@click.pass_context
def demo_command(ctx: click.Context, out: Path) -> None:
    """Show the main job offline: three weekly states of a slice of ISO's committee list, with made-up changes."""
    app = app_of(ctx)
    out.mkdir(parents=True, exist_ok=True)
    db_path = out / "standards-watch.db"
    for old in out.glob("standards-watch.db*"):
        old.unlink()
    archive = record_sample(out / "sample-world.warc.gz")
    db = ctx.with_resource(open_database(db_path))
    context = RunContext(db, out, load_attributor(), app.config.load_watchlists())
    console = Console(highlight=False, soft_wrap=True)
    console.print("[bold]The sample world[/]: committees that exist, changes that are made up.\n")
    for session in sessions([archive], [sample_source()]):
        print_run(replay(context, session), app.zone)
    tell(console, context, app)
    show_files(console, db_path, archive)


def tell(console: Console, context: RunContext, app: App) -> None:
    """Print the baseline, the alerts and all changes."""
    for heading, status in (("As watching starts", "baseline"), ("What people are told", "historic")):
        console.rule(f"[bold]{heading}", align="left")
        for alert in history.alerts(context.db, status=status):
            console.print(alert_text(alert, app.zone), end="\n\n")
    console.rule("[bold]All that changed", align="left")
    for change in history.changes(context.db):
        console.print(f"{local(change['observed_at'], app.zone)[:10]}  {change_text(change)}")


def show_files(console: Console, db_path: Path, archive: Path) -> None:
    """Print the files and some commands to try next."""
    console.print()
    console.rule("[bold]Files", align="left")
    console.print(f"database  {db_path}\nevidence  {archive}\n")
    console.print("Try next:")
    for words in ("leaders --country CN", 'show "ISO/TC 154"', "alerts --json"):
        console.print(f"  standards-watch --db {db_path} {words}")
    console.print(f"To watch the real list: standards-watch init (writes {DEFAULT_CONFIG}), then standards-watch run")


@click.command()
@click.pass_context
def init_command(ctx: click.Context) -> None:
    """Write a commented configuration file here (or where --config says); an existing file stays."""
    path: Path = ctx.obj.config or DEFAULT_CONFIG
    if path.exists():
        raise ConfigError(f"{path} is there already; edit it, or name another file with --config.")
    path.write_text(files("bot").joinpath("template.toml").read_text(encoding="utf-8"), encoding="utf-8")
    click.echo(f"Wrote {path}. Everything in it is optional; put in your contact, then: standards-watch run")
