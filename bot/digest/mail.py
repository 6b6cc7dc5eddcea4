"""A digest as a mail: text, HTML and pictures in one message, with a Message-ID that is the same whenever it is made."""

import hashlib
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage

from bot.digest.collect import Digest
from bot.digest.render import Pictures, html, picture_name, subject, text
from bot.errors import ConfigError


def message(digest: Digest, pictures: Pictures, sender: str, recipient: str, now: datetime, contact: str = "") -> EmailMessage:
    """The mail of a digest to one recipient, dated `now` (aware). `contact` is whom to ask to be taken off the list. Raises
    ConfigError when an address is none."""
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
    for watchlist, charts in pictures.items():
        for chart in charts:
            name = picture_name(watchlist, chart)
            page.add_related(chart.png, "image", "png", cid=f"<{name}>", filename=f"{name}.png", disposition="inline")
    return mail


def message_id(digest: Digest, sender: str, recipient: str) -> str:
    """The same for one digest, week and recipient, however often it is made: a mailbox knows a repeat by it."""
    digits = hashlib.sha256(f"{digest.name} {digest.span.name} {recipient}".encode()).hexdigest()[:20]
    return f"<digest.{digest.span.name}.{digits}@{_domain(sender)}>"


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


def _address(text: str, name: str = "") -> Address:
    try:
        return Address(name, addr_spec=text)
    except (ValueError, IndexError) as error:
        raise ConfigError(f"{text!r} is no mail address.") from error
