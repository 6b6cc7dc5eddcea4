"""`digest`: a week on one page, shown, written to files or sent by mail."""

import os
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from bot.app import App, app_of, now
from bot.commands.output import day_option, json_option, print_json_lines
from bot.config import DigestTable
from bot.digest.collect import Digest, WatchlistPart
from bot.digest.render import Pictures, html, picture_name, text
from bot.digest.send import build_mail, make_digest, send_digest
from bot.digest.week import Span, last_week, span_of_days, week_named
from bot.errors import ConfigError


@click.command()
@click.option("--week", metavar="WEEK", help="For example 2025-W27 (default: the last week that is over).")
@day_option("--since", "Instead of a week: from this day …")
@day_option("--until", "… up to and with this day.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Write HTML, text, pictures and the mail here.")
@click.option("--send", "told", is_flag=True, help="Send it to all who have not had it.")
@click.option("--again", is_flag=True, help="With --send: also where nobody knows whether it arrived.")
@json_option
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
    """Build the weekly digest: roles gained, lost and passed, next dates, and how well the sources were checked."""
    app = app_of(ctx)
    span = span_from_options(app, week, since, until)
    tables = dict(app.config.digests) or {"weekly": DigestTable(watchlists=tuple(app.config.watchlists))}
    if told and not any(table.to for table in tables.values()):
        raise ConfigError("No digest has recipients; give [digests.NAME] a channel of kind email in `to`.")
    missed = 0
    for name, table in tables.items():
        made = make_digest(app.db, app.config, name, table, span)
        if out:
            write(out, app, made)
        if told:
            missed += send_digest(app.db, app.config, os.environ, made, table, now(), again)
        if json:
            print_json_lines(as_rows(made[0]))
        elif not out and not told:
            click.echo(text(*made), nl=False)
    ctx.exit(1 if missed else 0)


def span_from_options(app: App, week: str | None, since: datetime | None, until: datetime | None) -> Span:
    """Return the days that the options name. Raises ConfigError."""
    if week and (since or until):
        raise ConfigError("Give either --week, or --since and --until.")
    if week:
        return week_named(week, app.zone)
    if since and until:
        return span_of_days(since.date(), until.date(), app.zone)
    if since or until:
        raise ConfigError("Give both --since and --until, or --week.")
    return last_week(now(), app.zone)


def write(out: Path, app: App, made: tuple[Digest, Pictures]) -> None:
    """Write one digest as files: HTML with its pictures, text, and the mail as it would be sent."""
    digest, pictures = made
    out.mkdir(parents=True, exist_ok=True)
    stem = f"{digest.name}-{digest.span.name}"
    for watchlist, charts in pictures.items():
        for chart in charts:
            (out / f"{stem}-{picture_name(watchlist, chart)}.png").write_bytes(chart.png)
    (out / f"{stem}.html").write_text(html(digest, pictures, f"{stem}-{{name}}.png"), encoding="utf-8")
    (out / f"{stem}.txt").write_text(text(digest, pictures), encoding="utf-8")
    mail = build_mail(digest, pictures, "standards-watch@localhost.localdomain", "reader@localhost.localdomain", now())
    (out / f"{stem}.eml").write_bytes(mail.as_bytes())
    click.echo(f"Wrote {out / stem}.html, .txt, .eml and {sum(map(len, pictures.values()))} pictures.", err=True)


def as_rows(digest: Digest) -> list[dict[str, Any]]:
    """Return a digest as one row a watchlist."""
    return [as_row(digest, part) for part in digest.parts]


def as_row(digest: Digest, part: WatchlistPart) -> dict[str, Any]:
    return {
        "digest": digest.name, "week": digest.span.name, "since": digest.span.first.isoformat(),
        "until": digest.span.last.isoformat(), "watchlist": part.watchlist.name,
        "numbers": [{"name": n.name, "value": n.value, "before": n.before} for n in part.numbers],
        "sections": {section.title: [alert["alert"] for alert in section.alerts] for section in part.sections},
        "headlines": [alert["headline"] for section in part.sections for alert in section.alerts],
        "to_read": [mention["alert"] for mention in part.to_read],
        "deadlines": [{"due": a["due"], "estimated": a["due_estimated"], "alert": a["alert"]} for a in part.deadlines],
        "secretariats": dict(part.shares), "unverified": [alert["alert"] for alert in part.unverified],
        "not_checked": list(digest.coverage.gaps), "health": list(digest.coverage.health),
    }  # fmt: skip
