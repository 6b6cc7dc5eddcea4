"""Slack messages in Block Kit, as plain dicts. Limits: 50 blocks, 3,000 characters a section, 150 a header, 75 a button."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import tzinfo
from typing import Any

from bot.render.message import REPEAT, Message, Row, by_weight, notification, summary_title
from bot.render.mrkdwn import link, packed, safe, web_address
from bot.render.plain import plain
from bot.render.terminal import evidence_address, local
from bot.wording import role_name

Block = dict[str, Any]
MARKS = {"major": "🔴", "notable": "🟡", "info": "🔵"}
BLOCKS, SECTION, FALLBACK = 50, 3000, 3000


def payloads(message: Message, zone: tzinfo) -> list[dict[str, Any]]:
    """Return the text and blocks of a message; a summary that must contain all of its alerts may need several."""
    if message.alert:
        return [payload(safe(notification(message.alert)), alert_blocks(message.alert, zone), message.repeat)]
    if message.notice:
        text = safe(message.notice, SECTION)
        return [payload(text, [section(f"⚙️ {text}"[:SECTION])], message.repeat)]
    title, parts = summary_title(message.parts), by_weight(message.parts)
    sections = [section(text) for text in packed((summary_line(alert) for alert in parts), SECTION)]
    room = BLOCKS - 3  # reserves blocks for header and repeat mark
    parcels = [sections[start : start + room] for start in range(0, len(sections), room)] or [[]]
    return [payload(summary_text(title, parts), [header(title), *parcel], message.repeat) for parcel in parcels]


def thread_head(message: Message, zone: tzinfo, most: int = 10) -> dict[str, Any]:
    """Return the summary above a thread of alerts. It names the most severe ones, at most `most`."""
    title = summary_title(message.parts)
    first = by_weight(message.parts)[:most]
    blocks = [header(title), *(section(text) for text in packed((summary_line(alert) for alert in first), SECTION))]
    left = len(message.parts) - len(first)
    blocks.append(context([f"{f'and {left} more; all' if left else 'All'} with their evidence in the thread"]))
    return payload(summary_text(title, first), blocks, message.repeat)


def summary_text(title: str, parts: Sequence[Row]) -> str:
    """Return a summary in one line for phones and screen readers: its title and the three weightiest headlines."""
    return safe("; ".join([title, *(plain(alert["headline"]) for alert in parts[:3])]), FALLBACK)


def alert_blocks(alert: Row, zone: tzinfo) -> list[Block]:
    """Return the blocks of an alert: headline, facts, next date, reasons, topics, and buttons to page and evidence."""
    facts = [
        safe(alert["body"]),
        role_name(safe(alert["role"])) if alert["role"] else "",
        f"seen {local(alert['observed_at'], zone)}",
    ]
    blocks = [
        section(f"{MARKS[alert['severity']]} *{safe(alert['headline'])}*"),
        context([" · ".join(filter(None, facts)), f"watchlist {safe(alert['watchlist'])} · {alert['severity']}"]),
    ]
    if alert["due"]:
        estimated = " (estimated)" if alert["due_estimated"] else ""
        blocks.append(section(f"*Act by:* {safe(alert['due'])}{estimated}"))
    blocks += [section(text) for text in packed(map(reason_line, alert["reasons"]), SECTION)][:20]
    if alert["topics"]:
        blocks.append(context([f"topics: {safe(', '.join(alert['topics']), 1900)}"]))
    if buttons := list(links(alert)):
        blocks.append({"type": "actions", "elements": buttons})
    return blocks


def reason_line(reason: str) -> str:
    """Return a reason ("label: text") with its label in bold."""
    label, colon, text = safe(reason, 600).partition(": ")
    return f"*{label}:* {text}" if colon else label


def links(alert: Row) -> Iterator[Block]:
    """Yield buttons to the source page and to the evidence."""
    for name, label, url in (("page", "Source page", alert["url"]), ("evidence", "Evidence", evidence_address(alert))):
        if address := web_address(url):
            text = {"type": "plain_text", "text": label, "emoji": False}
            yield {"type": "button", "text": text, "url": address, "action_id": name}


def summary_line(alert: Row) -> str:
    """Return an alert as one line of a summary, linked to its source page."""
    return f"{MARKS[alert['severity']]} {link(alert['url'], safe(alert['headline'], 600))}"[:SECTION]


def payload(text: str, blocks: list[Block], repeat: bool) -> dict[str, Any]:
    """Return the arguments of a Slack message: blocks, and the text that stands for them in notifications."""
    if repeat:
        blocks, text = [*blocks, context([REPEAT])], f"{text} ({REPEAT})" if len(text) + len(REPEAT) + 3 <= FALLBACK else text
    return {"text": text, "blocks": blocks[:BLOCKS]}


def section(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def header(text: str) -> Block:
    return {"type": "header", "text": {"type": "plain_text", "text": text, "emoji": False}}


def context(texts: Iterable[str]) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text, "verbatim": True} for text in texts]}
