"""Messages as plain text, for mail and for the chats of apprise."""

from datetime import tzinfo

from bot.render.message import REPEAT, Message, Row, summary_title
from bot.render.mrkdwn import web_address
from bot.render.terminal import local, plain
from bot.wording import role_name


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
        lines.append(f"Next date to act on: {plain(alert['due'])}{' (estimated)' if alert['due_estimated'] else ''}")
    lines += [f"- {plain(reason)}" for reason in alert["reasons"]]
    if alert["topics"]:
        lines.append(f"Topics: {plain(', '.join(alert['topics']))}")
    page, evidence = web_address(alert["url"]), web_address(alert["evidence"]["url"])
    lines += [f"Source page: {page}"] if page else []
    lines += [f"Evidence: {evidence}"] if evidence and evidence != page else []
    return lines
