"""Make a digest and send it: to each recipient alone, and never twice for one week."""

from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from functools import partial

import structlog
from sqlite_utils import Database

from bot.config import Config, DigestTable
from bot.deliver.factory import sender, server
from bot.deliver.smtp import Server
from bot.digest.charts import charts
from bot.digest.collect import Digest, collect
from bot.digest.mail import message, message_id
from bot.digest.render import Pictures
from bot.digest.week import Span, due_week
from bot.errors import DeliveryError, Never, Unknown
from state import digests
from state.queries import weekly

log = structlog.get_logger()


def make(db: Database, config: Config, name: str, table: DigestTable, span: Span) -> tuple[Digest, Pictures]:
    """A digest with its pictures by watchlist."""
    known = {watchlist.name: watchlist for watchlist in config.load_watchlists()}
    digest = collect(db, name, span, [known[each] for each in table.watchlists])
    return digest, {part.watchlist.name: charts(part, span.zone) for part in digest.parts}


def send(
    db: Database,
    config: Config,
    environment: Mapping[str, str],
    made: tuple[Digest, Pictures],
    table: DigestTable,
    now: datetime,
    again: bool = False,
) -> int:
    """Send a digest to all recipients of its channels who have not had it; returns how many did not get it. `again` also sends
    where nobody knows whether it arrived."""
    missed = 0
    contact = config.http.contact.removeprefix("mailto:")
    for name in table.to:
        channel = config.channels[name]
        post = server(channel, environment)
        for recipient in channel.to:
            mail = message(*made, sender(config, name), recipient, now, contact if "@" in contact else "")
            missed += not _one(db, made[0], post, mail, sender(config, name), recipient, again)
    return missed


def send_due(db: Database, config: Config, environment: Mapping[str, str], now: datetime) -> int:
    """Send each digest whose time has come, also when it came while the service was down; returns how many recipients missed it.
    A week in which nothing was watched yet is not told of."""
    missed, first = 0, weekly.first_seen(db)
    for name, table in config.digests.items():
        span = due_week(table.at, now, config.local)
        recipients = [recipient for channel in table.to for recipient in config.channels[channel].to]
        settled = {row["recipient"] for row in digests.listing(db, name, span.name) if row["status"] != "pending"}
        if first is None or first >= span.end or settled.issuperset(recipients):
            continue
        missed += send(db, config, environment, make(db, config, name, table, span), table, now)
    return missed


def _one(db: Database, digest: Digest, post: Server, mail: EmailMessage, sender_address: str, recipient: str, again: bool) -> bool:
    """Send to one recipient; returns whether they have it, now or from before."""
    week = digest.span.name
    number = digests.claim(db, digest.name, week, recipient, message_id(digest, sender_address, recipient), again)
    if number is None:
        (row,) = [each for each in digests.listing(db, digest.name, week) if each["recipient"] == recipient]
        if row["status"] == "unknown":
            log.error("digest may have arrived: ask, or send it with --again", step="deliver", week=week, recipient=recipient)
        return bool(row["status"] != "unknown")
    try:
        post.send(mail, sender_address, recipient, under_way=partial(digests.under_way, db, number))
    except DeliveryError as error:
        status = "failed" if isinstance(error, Never) else "unknown" if isinstance(error, Unknown) else "pending"
        digests.settle(db, number, status, str(error))
        log.error("digest not delivered", step="deliver", week=week, recipient=recipient, reason=str(error))
        return False
    digests.settle(db, number, "sent")
    return True
