"""Contract of a channel: it sends one message, or raises a DeliveryError that says what happens next."""

import socket
from abc import ABC, abstractmethod
from datetime import datetime

from bot.errors import ChannelRejected, Permanent, RetryLater
from bot.render.message import Message

LETS_IN = "it lets us in; nothing was sent"


def unresolved(host: str | None, error: socket.gaierror) -> RetryLater:
    """Return the error of a host name without an address: nothing was sent. A name that does not exist has to be mended by a
    person; a name server that does not answer now may answer later."""
    if error.errno == socket.EAI_AGAIN:
        return RetryLater(f"No name server knows {host} now.")
    return ChannelRejected(f"The host {host} has no address; check its name in the configuration.", 60.0)


class Channel(ABC):
    """One way to reach people. `threads`: the alerts of a summary can follow in its thread; otherwise the summary contains them
    all. `can_find`: `find` can tell if a message arrived."""

    threads = False
    can_find = False

    def check(self) -> str:
        """Check the channel without sending; returns a sentence on the result. Raises a DeliveryError that says what is wrong. A
        channel that only sending can test says so."""
        return "it is set up; only --send-test tells whether it takes anything"

    @abstractmethod
    def send(self, message: Message) -> str | None:
        """Send one message; returns the channel's own id of it, if any. Raises a DeliveryError."""

    def find(self, message: Message, since: datetime) -> str | None:
        """Return the id of a message that may have arrived since a moment (aware UTC), or None when it did not. Raises a
        DeliveryError."""
        raise Permanent("this channel cannot be asked whether a message arrived")
