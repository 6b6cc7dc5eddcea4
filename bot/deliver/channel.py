"""The contract of a channel: it is handed one message and sends it, or raises a DeliveryError that says what happens next."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.errors import Never

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """What goes out: one alert (a row of `history.alerts`), a summary of several, or a notice about the bot itself. `key` is
    the same in every attempt; `thread` is what `send` returned for the summary above it; `repeat` says that it may have arrived
    before and nobody can tell."""

    key: str
    target: str = ""
    alert: Row | None = None
    parts: tuple[Row, ...] = ()
    notice: str | None = None
    thread: str | None = None
    repeat: bool = False


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
        raise Never("this channel cannot be asked whether a message arrived")
