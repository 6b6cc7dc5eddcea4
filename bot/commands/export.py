"""`export`: records, changes or leaders as CSV or JSON Lines, with a description of the columns."""

import io
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

import click

from bot.analyse.export import data_package, write_csv, write_jsonl
from bot.app import app_of, now
from bot.commands.names import COUNTRY, days_asked, moment_asked
from bot.commands.output import day_option
from sources import all_sources
from state.encode import stamp
from state.queries import history, holdings

BOM = "\ufeff"


@click.command()
@click.argument("kind", type=click.Choice(["records", "changes", "leaders"]))
@click.option("--format", "form", type=click.Choice(["csv", "jsonl"]), default="csv", show_default=True)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder for the file and its datapackage.json.")
@click.option("--bom", is_flag=True, help="Begin the CSV with a byte order mark, as Excel wants it.")
@click.option("--country", type=COUNTRY, help="Leaders: only of this country.")
@day_option("--on", "Leaders: at the end of this day (default: now).")
@day_option("--since", "Changes: from this day on.")
@day_option("--until", "Changes: up to and with this day.")
@click.pass_context
def export_command(
    ctx: click.Context, kind: str, form: str, out: Path | None, bom: bool, country: str | None,
    on: datetime | None, since: datetime | None, until: datetime | None,
) -> None:  # fmt: skip
    """Write data for other tools: on standard output, or with --out as a Data Package with licence notices."""
    app = app_of(ctx)
    rows: Iterable[dict[str, Any]]
    if kind == "records":
        rows = holdings.records(app.db)
    elif kind == "changes":
        rows = history.changes(app.db, None, *days_asked(app, since, until))
    else:
        rows = history.leaders(app.db, moment_asked(app, on), country)
    bom = bom and form == "csv"
    if out is None:
        write(kind, form, bom, rows, io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline=""))
        return
    out.mkdir(parents=True, exist_ok=True)
    with (out / f"{kind}.{form}").open("w", encoding="utf-8", newline="") as file:
        write(kind, form, bom, rows, file)
    seen = holdings.observed(app.db)
    used = [source for source in all_sources().values() if source.name in seen]
    (out / "datapackage.json").write_bytes(data_package(kind, form, bom, used, stamp(now())))
    click.echo(f"{out / f'{kind}.{form}'} and {out / 'datapackage.json'}", err=True)


def write(kind: str, form: str, bom: bool, rows: Iterable[dict[str, Any]], file: TextIO) -> None:
    """Write rows in the chosen format."""
    if bom:
        file.write(BOM)
    (write_csv if form == "csv" else write_jsonl)(kind, rows, file)
    file.flush()
