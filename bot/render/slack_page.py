"""Page that shows Slack messages as a reader sees them, rendered from their Block Kit."""

import re
from collections.abc import Iterable, Mapping
from datetime import tzinfo
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bot.render.message import Message, Row
from bot.render.slack import MARKS, payloads

_LINK = re.compile(r"<(https?://[^|>\s]+)\|([^>]*)>")
_BOLD = re.compile(r"(?<!\w)\*([^*\n]+)\*(?!\w)")


def slack_page(alerts: Iterable[Row], zone: tzinfo) -> str:
    """Return alerts (rows of `history.alerts`) as one HTML page, a message each, with times in the zone."""
    return page_of([payload for alert in alerts for payload in payloads(Message(str(alert["alert"]), alert=alert), zone)])


def page_of(messages: Iterable[Mapping[str, Any]]) -> str:
    """Return Slack messages (`text` and `blocks`) as one HTML page."""
    return _template().get_template("slack.html").render(messages=list(messages))


def mrkdwn_html(text: str) -> Markup:
    """Convert Slack's mrkdwn as we write it: escapes of & < >, bold, links and line ends."""
    linked = _LINK.sub(r'<a href="\1">\2</a>', text.replace('"', "&quot;"))
    for severity, mark in MARKS.items():  # drawn, because not every browser has these characters
        linked = linked.replace(mark, f'<span class="{severity}">●</span>')
    return Markup(_BOLD.sub(r"<strong>\1</strong>", linked).replace("\n", "<br>"))


@cache
def _template() -> Environment:
    made = Environment(
        loader=PackageLoader("bot.render"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters["mrkdwn"] = mrkdwn_html
    return made
