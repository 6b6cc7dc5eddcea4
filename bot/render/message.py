"""Message to people: one alert, a summary of several, or a notice about the bot itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.render.mrkdwn import safe
from bot.wording import plural

Row = Mapping[str, Any]
REPEAT = "This may be a repeat: nobody could tell whether it arrived the first time."
LONGEST_TITLE = 150  # characters; the limit of a header in Slack


@dataclass(frozen=True, slots=True)
class Message:
    """Message on its way to one destination: an alert (a row of `history.alerts`), the alerts (`parts`) of a summary, or a notice.
    `key` is the same in every attempt. `thread` is the id that `send` returned for the summary above it. `repeat`: an earlier
    attempt may have arrived, and the channel cannot be asked."""

    key: str
    target: str = ""
    alert: Row | None = None
    parts: tuple[Row, ...] = ()
    notice: str | None = None
    thread: str | None = None
    repeat: bool = False


def summary_title(parts: Sequence[Row]) -> str:
    """Return the title of a summary: "23 alerts from ISO, 3 of them major"."""
    bodies = sorted({safe(alert["body"]) for alert in parts if alert["body"]})
    major = sum(1 for alert in parts if alert["severity"] == "major")
    title = plural(len(parts), "alert") + (f" from {', '.join(bodies)}" if bodies else "")
    return (f"{title}, {major} of them major" if major else title)[:LONGEST_TITLE]
