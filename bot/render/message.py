"""Message to people: one alert, a summary of several, or a notice about the bot itself; and its form as plain text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from bot.decide.participation import is_presence
from bot.render.mrkdwn import safe, web_address
from bot.render.plain import plain
from bot.render.terminal import evidence_address, local
from bot.wording import plural, role_name

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


def by_weight(parts: Sequence[Row]) -> list[Row]:
    """Return alerts as a reader wants them: the more severe first, then those with the soonest date to act on."""
    order = {"major": 0, "notable": 1, "info": 2}
    return sorted(parts, key=lambda alert: (order[alert["severity"]], alert["due"] or "9"))


def presence(alert: Row) -> str:
    """Return the line of an alert on who of a group of countries takes part, without the codes; empty when it has none."""
    line = next(filter(is_presence, alert["reasons"]), "")
    return plain(line.partition(" (")[0])


def notification(alert: Row) -> str:
    """Return an alert as one line for phones and screen readers: headline, date to act on, presence."""
    date = f"act by {plain(alert['due'])}{' (estimated)' if alert['due_estimated'] else ''}" if alert["due"] else ""
    return " · ".join(filter(None, [plain(alert["headline"]), date, presence(alert)]))


def subject(message: Message) -> str:
    """Return the subject of a message, on one line."""
    if message.alert:
        return plain(message.alert["headline"])
    return "standards-watch needs a look" if message.notice else summary_title(message.parts)


def body_text(message: Message, zone: tzinfo) -> str:
    """Return a whole message as plain text."""
    blocks = [alert_lines(alert, zone) for alert in ([message.alert] if message.alert else message.parts)]
    if message.notice:
        blocks = [[plain(message.notice)]]
    repeat = [[f"({REPEAT})"]] if message.repeat else []
    return "\n\n".join("\n".join(lines) for lines in [*blocks, *repeat])


def alert_lines(alert: Row, zone: tzinfo) -> list[str]:
    """Return the lines of an alert: headline, facts, next date, reasons, topics, addresses."""
    facts = [
        plain(alert["body"]),
        role_name(plain(alert["role"])) if alert["role"] else "",
        f"seen {local(alert['observed_at'], zone)}",
    ]
    lines = [
        plain(alert["headline"]),
        " · ".join(filter(None, [*facts, alert["severity"], f"watchlist {plain(alert['watchlist'])}"])),
    ]
    if alert["due"]:
        lines.append(f"Act by: {plain(alert['due'])}{' (estimated)' if alert['due_estimated'] else ''}")
    lines += [f"- {plain(reason)}" for reason in alert["reasons"]]
    if alert["topics"]:
        lines.append(f"Topics: {plain(', '.join(alert['topics']))}")
    page, evidence = web_address(alert["url"]), web_address(evidence_address(alert))
    lines += [f"Source page: {page}"] if page else []
    lines += [f"Evidence: {evidence}"] if evidence else []
    return lines
