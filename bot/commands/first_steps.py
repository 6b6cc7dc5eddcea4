"""First steps: `demo` and `init`. The demo replays the sample, ISO's committee list on three dates, like recorded captures."""

import gzip
from collections.abc import Iterator
from datetime import UTC, date, datetime
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any

import click
import orjson
from rich.console import Console
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from bot.analyse import league
from bot.analyse.group import country_group
from bot.analyse.snapshot import Snapshot
from bot.app import DEFAULT_CONFIG, App, app_of
from bot.attribute import load_attributor
from bot.commands.digest import write as write_digest
from bot.commands.output import print_run, print_table
from bot.config import DigestTable
from bot.context import RunContext
from bot.digest.send import make_digest
from bot.digest.week import span_of_days
from bot.errors import ConfigError
from bot.render.slack_page import slack_page
from bot.render.terminal import alert_text, print_notices
from bot.report.site import write_report
from bot.run.replay import replay, sessions
from bot.wording import country_name
from sources.iso.committees import ADDRESS, source
from state.db import open_database, private
from state.queries import history, holdings

STATES = ("2025-06-12", "2025-07-02", "2025-07-30")
END = datetime(2025, 7, 30, 18, tzinfo=UTC)  # the moment of the report and of the tables


def states() -> Iterator[tuple[datetime, bytes]]:
    """Yield the committee list of each day of the sample, at 06:00 UTC: the first is whole, a later one has what differs."""
    rows: dict[int, dict[str, Any]] = {}
    for day in STATES:
        packed = files("bot").joinpath("sample", f"iso-committees.{day}.jsonl.gz").read_bytes()
        rows |= {row["id"]: row for row in map(orjson.loads, gzip.decompress(packed).splitlines())}
        listed = (row for row in rows.values() if "gone" not in row)
        yield datetime.fromisoformat(day).replace(hour=6, tzinfo=UTC), b"\n".join(map(orjson.dumps, listed))


def record_sample(path: Path) -> Path:
    """Write the sample as captures into a WARC file."""
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        for when, body in states():
            headers = [("Content-Type", "application/octet-stream"), ("Content-Length", str(len(body)))]
            record = writer.create_warc_record(
                ADDRESS, "response", payload=BytesIO(body), length=len(body),
                warc_headers_dict={"WARC-Date": when.isoformat().replace("+00:00", "Z")},
                http_headers=StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1"),
            )  # fmt: skip
            writer.write_record(record)
    return path


@click.command()
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("demo"), help="Folder for its files.")
@click.pass_context
def demo_command(ctx: click.Context, out: Path) -> None:
    """Show the main job offline on what really happened in ISO's committees in the summer of 2025."""
    app = app_of(ctx)
    out.mkdir(parents=True, exist_ok=True)
    db_path = out / "standards-watch.db"
    for old in out.glob("standards-watch.db*"):
        old.unlink()
    archive = record_sample(out / "iso-committees.warc.gz")
    db = ctx.with_resource(open_database(db_path))
    context = RunContext(db, out, load_attributor(), app.config.load_watchlists())
    console = Console(highlight=False, soft_wrap=True)
    console.print("[bold]ISO's technical committees[/] on three days of 2025, from ISO Open Data.\n")
    for session in sessions([archive], [source]):
        print_run(replay(context, session), app.zone)
    print_alerts(console, context, app)
    print_standing(console, context)
    write_pages(console, context, app, out)
    print_next(console, db_path)
    print_notices([source.name])


def print_alerts(console: Console, context: RunContext, app: App) -> None:
    """Print the summary of the first poll, and the alerts."""
    for heading, status in (("The starting point", "baseline"), ("What a desk is told", "historic")):
        console.rule(f"[bold]{heading}", align="left")
        for alert in history.alerts(context.db, status=status):
            console.print(alert_text(alert, app.zone), end="\n\n")


def print_standing(console: Console, context: RunContext) -> None:
    """Print the head of the league table of secretariats, and of the list of gaps."""
    console.rule("[bold]Who holds ISO's secretariats", align="left")
    ranked = league.rank(holdings.held_roles(context.db, END, "ISO", "secretariat"))[:5]
    print_table(["rank", "country", "secretariats"], [[each.rank, country_name(each.country), each.count] for each in ranked], "")
    snapshot = Snapshot(context.db, country_group("eu"), country_group("china"), END, 60)
    console.print()
    console.rule("[bold]Led by China, with most of the EU absent", align="left")
    print_table(
        ["reference", "title", "EU members absent"],
        [[gap.fact.reference, gap.fact.title, len(gap.standing.absent)] for gap in snapshot.gaps[:5]],
        "",
    )


def write_pages(console: Console, context: RunContext, app: App, out: Path) -> None:
    """Write the report, the digest and the Slack messages."""
    snapshot = Snapshot(context.db, country_group("eu"), country_group("china"), END, 60)
    report = write_report(snapshot, out / "report", app.zone)
    span = span_of_days(date.fromisoformat(STATES[1]), END.date(), app.zone)
    table = DigestTable(watchlists=tuple(app.config.watchlists))
    write_digest(out / "digest", app, make_digest(context.db, app.config, "summer", table, span))
    slack = out / "slack.html"
    slack.write_text(slack_page(history.alerts(context.db, status="historic"), app.zone), encoding="utf-8")
    console.print()
    console.rule("[bold]Files", align="left")
    console.print(f"report          {report.index}\ndigest          {out / 'digest'}\nSlack messages  {slack}")


def print_next(console: Console, db_path: Path) -> None:
    """Print the database and some commands to try next."""
    console.print(f"database        {db_path}\n\nTry next:")
    for words in ("leaders --country CN", 'show "ISO/TC 269/SC 1"', "changes --since 2025-07-02"):
        console.print(f"  standards-watch --db {db_path} {words}")
    console.print(f"To watch the real list: standards-watch init (writes {DEFAULT_CONFIG}), then standards-watch run")


@click.command()
@click.pass_context
def init_command(ctx: click.Context) -> None:
    """Write a commented configuration file here (or where --config says); an existing file stays."""
    path: Path = ctx.obj.config or DEFAULT_CONFIG
    if path.exists():
        raise ConfigError(f"{path} is there already; edit it, or name another file with --config.")
    with open(path, "xb", opener=private) as file:
        file.write(files("bot").joinpath("template.toml").read_bytes())
    click.echo(f"Wrote {path}. Everything in it is optional; put in your contact, then: standards-watch run")
