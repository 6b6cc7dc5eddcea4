"""`digest`: a week on one page, to look at or sent by mail."""

import os
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from bot.app import App, app_of, now
from bot.commands.output import as_json, day, lines
from bot.config import DigestTable
from bot.digest.collect import Digest, Part
from bot.digest.render import Pictures, html, picture_name, text
from bot.digest.send import make, message, send
from bot.digest.week import Span, days, last_week, named
from bot.errors import ConfigError


@click.command()
@click.option("--week", metavar="WEEK", help="For example 2025-W27 (default: the last week that is over).")
@day("--since", "Instead of a week: from this day …")
@day("--until", "… up to and with this day.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Write HTML, text, pictures and the mail here.")
@click.option("--send", "told", is_flag=True, help="Send it to all who have not had it.")
@click.option("--again", is_flag=True, help="With --send: also where nobody knows whether it arrived.")
@as_json
@click.pass_context
def digest_command(
    ctx: click.Context,
    week: str | None,
    since: datetime | None,
    until: datetime | None,
    out: Path | None,
    told: bool,
    again: bool,
    json: bool,
) -> None:
    """The weekly digest: what was gained, lost and passed, what comes next, and how well the sources were checked."""
    here = app_of(ctx)
    span = chosen(here, week, since, until)
    tables = dict(here.config.digests) or {"weekly": DigestTable(watchlists=tuple(here.config.watchlists))}
    if told and not any(table.to for table in tables.values()):
        raise ConfigError("No digest has recipients; give [digests.NAME] a channel of kind email in `to`.")
    missed = 0
    for name, table in tables.items():
        made = make(here.db, here.config, name, table, span)
        if out:
            write(out, here, made)
        if told:
            missed += send(here.db, here.config, os.environ, made, table, now(), again)
        if json:
            lines(as_rows(made[0]))
        elif not out and not told:
            click.echo(text(*made), nl=False)
    ctx.exit(1 if missed else 0)


def chosen(here: App, week: str | None, since: datetime | None, until: datetime | None) -> Span:
    """The days that are meant. Raises ConfigError."""
    if week and (since or until):
        raise ConfigError("Give either --week, or --since and --until.")
    if week:
        return named(week, here.zone)
    if since and until:
        return days(since.date(), until.date(), here.zone)
    if since or until:
        raise ConfigError("Give both --since and --until, or --week.")
    return last_week(now(), here.zone)


def write(out: Path, here: App, made: tuple[Digest, Pictures]) -> None:
    """Write one digest as files: the page with its pictures beside it, the text, and the mail as it would be sent."""
    digest, pictures = made
    out.mkdir(parents=True, exist_ok=True)
    stem = f"{digest.name}-{digest.span.name}"
    for watchlist, charts in pictures.items():
        for chart in charts:
            (out / f"{stem}-{picture_name(watchlist, chart)}.png").write_bytes(chart.png)
    (out / f"{stem}.html").write_text(html(digest, pictures, f"{stem}-{{name}}.png"), encoding="utf-8")
    (out / f"{stem}.txt").write_text(text(digest, pictures), encoding="utf-8")
    mail = message(digest, pictures, "standards-watch@localhost.localdomain", "reader@localhost.localdomain", now())
    (out / f"{stem}.eml").write_bytes(mail.as_bytes())
    click.echo(f"Wrote {out / stem}.html, .txt, .eml and {sum(map(len, pictures.values()))} pictures.", err=True)


def as_rows(digest: Digest) -> list[dict[str, Any]]:
    """A digest as one row a watchlist."""
    return [as_row(digest, part) for part in digest.parts]


def as_row(digest: Digest, part: Part) -> dict[str, Any]:
    return {
        "digest": digest.name, "week": digest.span.name, "since": digest.span.first.isoformat(),
        "until": digest.span.last.isoformat(), "watchlist": part.watchlist.name,
        "numbers": [{"name": n.name, "value": n.value, "before": n.before} for n in part.numbers],
        "sections": {section.title: [alert["alert"] for alert in section.alerts] for section in part.sections},
        "headlines": [alert["headline"] for section in part.sections for alert in section.alerts],
        "to_read": [mention["alert"] for mention in part.to_read],
        "deadlines": [{"due": a["due"], "estimated": a["due_estimated"], "alert": a["alert"]} for a in part.deadlines],
        "topics": dict(part.topics), "secretariats": dict(part.shares), "health": list(digest.health),
    }  # fmt: skip
