"""A real SMTP server for tests: TLS with a certificate of its own, login, and recipients that it refuses."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Literal, cast

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from bot.deliver.email import Server

USER, PASSWORD = "desk", "correct horse"


class Mailbox:
    """Mailbox of all that arrived, as (recipient, message). `refuse` and `busy` name recipients; `hang_up` breaks off after so many
    messages were taken, without saying so."""

    def __init__(self) -> None:
        self.arrived: list[tuple[str, EmailMessage]] = []
        self.refuse: set[str] = set()
        self.busy: set[str] = set()
        self.lost: set[str] = set()

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if address in self.refuse:
            return "550 No such mailbox"
        if address in self.busy:
            return "451 Try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:
        message = cast(EmailMessage, message_from_bytes(envelope.content, policy=policy.default))
        self.arrived += [(address, message) for address in envelope.rcpt_tos]
        if self.lost.intersection(envelope.rcpt_tos):
            server.transport.close()
        return "250 OK"


def check_login(server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
    good = isinstance(given, LoginPassword) and given.login == USER.encode() and given.password == PASSWORD.encode()
    return AuthResult(success=good, handled=False)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def mail_server(
    security: Literal["starttls", "tls", "none"] = "starttls", password: str = PASSWORD
) -> Iterator[tuple[Mailbox, Server]]:
    """A running server with its mailbox, and how to reach it."""
    box, authority = Mailbox(), trustme.CA()
    here, there = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(here)
    authority.configure_trust(there)
    login: dict[str, Any] = {"authenticator": check_login, "auth_required": security == "starttls"}
    if security == "starttls":
        login |= {"tls_context": here, "require_starttls": True}
    elif security == "tls":
        login |= {"ssl_context": here, "auth_require_tls": False}
    else:
        login = {}
    controller = Controller(box, hostname="127.0.0.1", port=free_port(), **login)
    controller.start()
    try:
        named = ("", "") if security == "none" else (USER, password)
        yield box, Server("localhost" if security != "none" else "127.0.0.1", controller.port, security, *named, context=there)
    finally:
        controller.stop()
