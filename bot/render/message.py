"""The message that goes out: one alert, a summary of several, or a notice about the bot itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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
