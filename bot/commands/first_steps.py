"""First steps: `demo` and `init`. The sample world of the demo is recorded as a WARC file and replayed like live data."""

from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import files
from io import BytesIO
from pathlib import Path

import click
from rich.console import Console
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from bot.app import DEFAULT_CONFIG, App, app_of
from bot.attribute import load_attributor
from bot.commands.output import print_run
from bot.context import RunContext
from bot.errors import ConfigError
from bot.render.terminal import alert_text, change_text, local
from bot.run.replay import replay, sessions
from sources.base import Expect, Source
from sources.iso.committees import ADDRESS, source
from state.db import open_database
from state.queries import history

STATES = ("2026-09-02", "2026-09-09", "2026-09-16")


def sample_source() -> Source:
    """Return the source of ISO committees, with the expectation of two dozen records instead of the whole list."""
    return replace(source, expect=Expect(records=(20, 60), max_gone=0.1, filled={"title": 1.0}, keeps=("secretariat",)))


def record_sample(path: Path) -> Path:
    """Write the sample states as captures into a WARC file, each on its day at 06:00 UTC."""
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        for day in STATES:
            body = files("bot").joinpath("sample", f"iso-committees.{day}.jsonl").read_bytes()
            when = datetime.fromisoformat(day).replace(hour=6, tzinfo=UTC).isoformat().replace("+00:00", "Z")
            headers = [("Content-Type", "application/octet-stream"), ("Content-Length", str(len(body)))]
            record = writer.create_warc_record(
                ADDRESS, "response", payload=BytesIO(body), length=len(body), warc_headers_dict={"WARC-Date": when},
                http_headers=StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1"),
            )  # fmt: skip
            writer.write_record(record)
    return path


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
