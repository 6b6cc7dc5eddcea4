"""Mail: one plain message an alert, or a summary, to each recipient."""

import hashlib
from datetime import tzinfo
from email.message import EmailMessage
from email.utils import format_datetime, localtime

from bot.deliver.channel import Channel, Message
from bot.deliver.smtp import Server
from bot.render.plain import body_text, subject


class EmailChannel(Channel):
    """A list of recipients at a mail server. The Message-ID is the same in every attempt, so that a mailbox can tell a repeat."""

    def __init__(self, server: Server, sender: str, zone: tzinfo):
        self.server, self.sender, self.zone = server, sender, zone

    def send(self, message: Message) -> str | None:
        """Send a message to its target; returns its Message-ID."""
        mail = EmailMessage()
        name = hashlib.sha256(message.key.encode()).hexdigest()[:24]
        message_id = f"<alert.{name}@{self.sender.rpartition('@')[2]}>"
        mail["Message-ID"] = message_id
        mail["From"], mail["To"], mail["Subject"] = self.sender, message.target, subject(message)
        mail["Date"] = format_datetime(localtime())
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(body_text(message, self.zone))
        self.server.send(mail, self.sender, message.target)
        return message_id
