"""Digest as one mail with text, HTML and pictures, sent to each recipient once a week at most."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from functools import partial

import structlog
from sqlite_utils import Database

from bot.config import Config, DigestTable
from bot.deliver.email import Server
from bot.deliver.factory import sender, server
from bot.deliver.routes import routing
from bot.digest.charts import charts
from bot.digest.collect import Digest, collect
from bot.digest.render import Pictures, html, picture_name, subject, text
from bot.digest.week import Span, due_week
from bot.errors import ConfigError, DeliveryError, OutcomeUnknown, Permanent
from state import alerts
from state.db import path_of
from state.locks import lock
from state.queries import history, weekly

log = structlog.get_logger()


def make_digest(db: Database, config: Config, name: str, table: DigestTable, span: Span) -> tuple[Digest, Pictures]:
    """Build a digest with its pictures by watchlist."""
    known = {watchlist.name: watchlist for watchlist in config.load_watchlists()}
    unwanted = routing(config).unwanted(history.alerts(db, span.start, "new", span.end))
    digest = collect(db, name, span, [known[each] for each in table.watchlists], unwanted)
    return digest, {part.watchlist.name: charts(part, span.zone) for part in digest.parts}


def send_digest(
    db: Database,
    config: Config,
    environment: Mapping[str, str],
    made: tuple[Digest, Pictures],
    table: DigestTable,
    now: datetime,
    again: bool = False,
) -> int:
    """Send a digest to all recipients of its channels who have not had it, and return the number who did not get it. `again` also
    sends where the outcome of an earlier try is unknown."""
    missed = 0
    contact = config.http.contact.removeprefix("mailto:")
    with lock(path_of(db), f"digest-{made[0].name}"):
        for name in table.to:
            channel = config.channels[name]
            post = server(channel, environment)
            for recipient in channel.to:
                mail = build_mail(*made, sender(config, name), recipient, now, contact if "@" in contact else "")
                missed += not _send_to(db, made[0], post, mail, sender(config, name), recipient, again)
    return missed


def send_due(db: Database, config: Config, environment: Mapping[str, str], now: datetime) -> int:
    """Send each digest whose time has come, also when that was while the service was down. Returns the number of recipients who
    missed it. A week before the first poll is skipped."""
    missed, first = 0, min(weekly.first_polls(db).values(), default=None)
    for name, table in config.digests.items():
        span = due_week(table.at, now, config.local)
        recipients = [recipient for channel in table.to for recipient in config.channels[channel].to]
        settled = {row["recipient"] for row in alerts.digest_listing(db, name, span.name) if row["status"] != "pending"}
        if first is None or first >= span.end or settled.issuperset(recipients):
            continue
        missed += send_digest(db, config, environment, make_digest(db, config, name, table, span), table, now)
    return missed


def _send_to(
    db: Database, digest: Digest, post: Server, mail: EmailMessage, sender_address: str, recipient: str, again: bool
) -> bool:
    """Send to one recipient. Returns True when they have the digest, now or from before."""
    week = digest.span.name
    number = alerts.claim_digest(db, digest.name, week, recipient, message_id(digest, sender_address, recipient), again)
    if number is None:
        (row,) = [each for each in alerts.digest_listing(db, digest.name, week) if each["recipient"] == recipient]
        if row["status"] == "unknown":
            log.error("digest may have arrived: ask, or send it with --again", step="deliver", week=week, recipient=recipient)
        return bool(row["status"] != "unknown")
    try:
        post.send(mail, sender_address, recipient, under_way=partial(alerts.mark_digest_sending, db, number))
    except DeliveryError as error:
        status = "failed" if isinstance(error, Permanent) else "unknown" if isinstance(error, OutcomeUnknown) else "pending"
        alerts.finish_digest(db, number, status, str(error))
        log.error("digest not delivered", step="deliver", week=week, recipient=recipient, reason=str(error))
        return False
    alerts.finish_digest(db, number, "sent")
    return True


def build_mail(digest: Digest, pictures: Pictures, sender: str, recipient: str, now: datetime, contact: str = "") -> EmailMessage:
    """Build the mail of a digest to one recipient, dated `now` (aware). `contact` is the address for taking people off the list.
    Raises ConfigError for an invalid address."""
    mail = EmailMessage()
    mail["Message-ID"] = message_id(digest, sender, recipient)
    mail["From"] = _address(sender, "standards-watch")
    mail["To"] = _address(recipient)
    mail["Subject"] = subject(digest)
    mail["Date"] = now
    mail["List-Id"] = f"standards-watch digest <{digest.name}.digest.{_domain(sender)}>"
    mail["List-Unsubscribe"] = f"<mailto:{contact or sender}?subject=unsubscribe%20{digest.name}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text(digest, pictures))
    mail.add_alternative(html(digest, pictures, "cid:{name}"), subtype="html")
    page = list(mail.iter_parts())[1]
    for watchlist, drawn in pictures.items():
        for chart in drawn:
            name = picture_name(watchlist, chart)
            page.add_related(chart.png, "image", "png", cid=f"<{name}>", filename=f"{name}.png", disposition="inline")
    return mail


def message_id(digest: Digest, sender: str, recipient: str) -> str:
    """Return the Message-ID, the same each time for a digest, week and recipient: a mailbox recognises a repeat by it."""
    digits = hashlib.sha256(f"{digest.name} {digest.span.name} {recipient}".encode()).hexdigest()[:20]
    return f"<digest.{digest.span.name}.{digits}@{_domain(sender)}>"


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


def _address(text: str, name: str = "") -> Address:
    try:
        return Address(name, addr_spec=text)
    except (ValueError, IndexError) as error:
        raise ConfigError(f"{text!r} is no mail address.") from error
