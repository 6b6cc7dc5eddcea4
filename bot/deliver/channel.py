"""The contract of a channel: it is handed one message and sends it, or raises a DeliveryError that says what happens next."""

from abc import ABC, abstractmethod
from datetime import datetime

from bot.errors import Permanent
from bot.render.message import Message


class Channel(ABC):
    """One way to reach people. `threads`: what a summary tells of can follow below it; else the summary holds it all. `looks`:
    `find` can tell whether a message arrived."""

    threads = False
    looks = False

    @abstractmethod
    def send(self, message: Message) -> str | None:
        """Send one message; returns the channel's own id of it, if it has any. Raises a DeliveryError."""

    def find(self, message: Message, since: datetime) -> str | None:
        """The id of a message that may have arrived since a moment (aware UTC), or None when it did not. Raises a DeliveryError."""
        raise Permanent("this channel cannot be asked whether a message arrived")
