"""Mail over SMTP: one message to one recipient, so that a refused recipient stops no other."""

import hashlib
import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import tzinfo
from email.message import EmailMessage
from email.utils import format_datetime, localtime
from typing import Literal

from bot.deliver.channel import LETS_IN, Channel, unresolved
from bot.errors import ChannelRejected, OutcomeUnknown, Permanent, RetryLater
from bot.render.message import Message, body_text, subject

TIMEOUT_S = 30
MEND_S = 60.0


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server with its security and login."""

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    username: str = ""
    password: str = field(default="", repr=False)
    context: ssl.SSLContext | None = None  # None: the system's certificates

    def send(self, message: EmailMessage, sender: str, recipient: str, under_way: Callable[[], None] = lambda: None) -> None:
        """Send a message to one recipient; `under_way` is called when from then on it may arrive. Raises RetryLater while the
        server cannot be reached, ChannelRejected when it refuses the login, Permanent when it refuses this recipient or message,
        and OutcomeUnknown when it breaks off during the message."""
        smtp = self._open()
        try:
            _hand_over(smtp, message, sender, recipient, under_way)
        finally:
            smtp.close()

    def check(self) -> None:
        """Connect, greet and log in, without sending. Raises RetryLater or ChannelRejected."""
        smtp = self._open()
        try:
            smtp.ehlo_or_helo_if_needed()
        except (OSError, smtplib.SMTPException) as error:
            raise RetryLater(f"The mail server {self.host} broke off ({error}).") from error
        finally:
            smtp.close()

    def _open(self) -> smtplib.SMTP:
        context = self.context or ssl.create_default_context()
        try:
            smtp: smtplib.SMTP
            if self.security == "tls":
                smtp = smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT_S, context=context)
            else:
                smtp = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_S)
        except socket.gaierror as error:
            raise unresolved(self.host, error) from error
        except (OSError, smtplib.SMTPException) as error:
            raise RetryLater(f"The mail server {self.host} cannot be reached ({error}).") from error
        try:
            if self.security == "starttls":
                smtp.starttls(context=context)
            if self.username:
                smtp.login(self.username, self.password)
        except smtplib.SMTPAuthenticationError as error:
            smtp.close()
            raise ChannelRejected(f"The mail server {self.host} does not take the login of {self.username}.", MEND_S) from error
        except (smtplib.SMTPNotSupportedError, ssl.SSLError) as error:
            smtp.close()
            raise ChannelRejected(
                f"The mail server {self.host} does not do what the configuration asks ({error}).", MEND_S
            ) from error
        except (OSError, smtplib.SMTPException) as error:
            smtp.close()
            raise RetryLater(f"The mail server {self.host} broke off ({error}).") from error
        return smtp


def _hand_over(smtp: smtplib.SMTP, message: EmailMessage, sender: str, recipient: str, under_way: Callable[[], None]) -> None:
    try:
        smtp.ehlo_or_helo_if_needed()
        _check(smtp.mail(sender), "the sender")
        _check(smtp.rcpt(recipient), "the recipient")
    except (OSError, smtplib.SMTPException) as error:
        raise RetryLater(f"The mail server broke off ({error}).") from error
    under_way()
    try:
        _check(smtp.data(message.as_bytes(policy=message.policy.clone(linesep="\r\n"))), "the message")
    except smtplib.SMTPDataError as error:  # DATA itself was refused: nothing was sent
        _check((error.smtp_code, error.smtp_error if isinstance(error.smtp_error, bytes) else b""), "the message")
    except (OSError, smtplib.SMTPException) as error:
        raise OutcomeUnknown(f"The mail server did not say whether it took the message ({error}).") from error


def _check(answer: tuple[int, bytes], what: str) -> None:
    code, text = answer
    if code >= 500:
        raise Permanent(f"The mail server refuses {what}: {code} {text.decode(errors='replace')}.")
    if code >= 400:
        raise RetryLater(f"The mail server does not take {what} now: {code} {text.decode(errors='replace')}.", 60.0)


class EmailChannel(Channel):
    """A list of recipients at a mail server. The Message-ID is the same in every attempt, so that a mailbox can recognise a
    repeat."""

    def __init__(self, server: Server, sender: str, zone: tzinfo):
        self.server, self.sender, self.zone = server, sender, zone

    def check(self) -> str:
        """Check the login at the mail server."""
        self.server.check()
        return LETS_IN

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
