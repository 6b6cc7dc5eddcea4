"""Output and options that commands share: JSON Lines on standard output, tables for people."""

import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, tzinfo
from typing import Any

import click
import orjson
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from bot.analyse.freshness import freshness
from bot.app import App
from bot.commands.names import DAY, GROUP, TOPIC
from bot.decide.names import BodyPart
from bot.render.plain import plain
from bot.render.terminal import markup, print_notices
from state.encode import stamp
from state.queries import holdings
from state.runs import Run

json_option = click.option("--json", "json", is_flag=True, help="JSON lines on standard output.")


def day_option(name: str, text: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add an option that takes a day (2025-07-02) in the configured zone."""
    return click.option(name, type=DAY, help=text)


def topic_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the option --topic."""
    text = "Only of this topic, or of this group of topics (digital, energy, health …)."
    return click.option("--topic", type=TOPIC, help=text)(command)


def limit_option(text: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add the option --limit, the largest number of rows to print."""
    return click.option("--limit", type=click.IntRange(1), help=text)


def groups_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options --we and --they, the two groups of countries that are compared."""
    we = click.option("--we", default="eu", show_default=True, type=GROUP, help="A watchlist, its file, or countries: DE,FR,NL.")
    they = click.option("--they", default="china", show_default=True, type=GROUP, help="The same for those who lead.")
    return we(they(command))


def print_json_lines(rows: Iterable[dict[str, Any]]) -> None:
    """Print rows as JSON Lines on standard output."""
    for row in rows:
        sys.stdout.write(orjson.dumps(row, default=_json_default).decode() + "\n")


def print_table(columns: Iterable[str], rows: Iterable[Iterable[object]], empty: str) -> None:
    """Print rows as a table, or a sentence when there are none. In a pipe or a file each row stays on one line."""
    cells = list(rows)
    console = Console(highlight=False)
    if not cells:
        console.print(empty)
    elif console.is_terminal:
        console.print(folded(columns, cells))
    else:
        click.echo("\n".join(aligned(columns, cells)))


def folded(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> Table:
    """Return a table that folds long cells to the width of a terminal."""
    shown = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        shown.add_column(column, overflow="fold")
    for row in rows:
        shown.add_row(*(markup(cell) for cell in row))
    return shown


def aligned(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Yield one line for each row, columns aligned."""
    lines = [list(columns), *([plain(cell) for cell in row] for row in rows)]
    widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        yield "  ".join(cell + " " * (width - cell_len(cell)) for cell, width in zip(line, widths, strict=True)).rstrip()


def print_sources(app: App, moment: datetime, shown: Iterable[str], body: BodyPart | None = None) -> None:
    """Print the last good polls of the sources shown up to a moment, a warning where they are old, and the notices of their
    licences. Where nothing is shown, the polls are those of the body asked for, or all."""
    polled = {source: last for source, (_, last) in holdings.observed(app.db, moment).items()}
    sources = set(shown)
    asked = sources or set(body.sources() if body else polled)
    if of_these := {source: last for source, last in polled.items() if source in asked}:
        told = freshness(of_these, moment, app.zone)
        click.echo(told.text)
        if told.warning:
            click.secho(told.warning, fg="yellow")
    print_notices(sources)


def run_row(run: Run) -> dict[str, Any]:
    """Return a run as a row for JSON."""
    return {
        "run": run.id, "source": run.source, "observed_at": stamp(run.observed_at), "status": run.status, "records": run.records,
        "added": run.added, "changed": run.changed, "removed": run.removed, "alerts": run.alerts, "error": run.error,
        "notes": run.notes,
    }  # fmt: skip


def print_run(run: Run, zone: tzinfo, json: bool = False) -> None:
    """Print a run as one line for people, or as a JSON line."""
    if json:
        print_json_lines([run_row(run)])
        return
    style = "green" if run.good else "red"
    counts = f"{run.records} records, {run.added} added, {run.changed} changed, {run.removed} removed, {run.alerts} alerts"
    when = run.observed_at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    tail = counts if run.good else markup(run.error)
    Console(highlight=False, soft_wrap=True).print(f"{when}  {run.source}  [{style}]{run.status}[/]  {tail}")


def _json_default(value: object) -> object:
    return stamp(value) if isinstance(value, datetime) else str(value)
