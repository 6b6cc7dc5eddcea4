"""Text for Slack: harmless whatever its origin, and within Slack's limits of length."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from bot.render.plain import LINE, cut, plain, visible

# marks of bold, italics, strike-through and code; Slack reads them so only at the edge of a word
_FORMAT = re.compile(r"(?<!\w)[*_~`]|[*_~`](?!\w)")
_LOOKS_LIKE = str.maketrans({"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ"})
_CUT_ESCAPE = re.compile("&[a-z]*…$")


def safe(text: object, longest: int = LINE) -> str:
    """Return hostile text so that Slack shows it literally: one line of harmless text without mentions, links and formats; a dash
    when it is empty. `longest` counts characters after escaping."""
    line = _FORMAT.sub(lambda found: found[0].translate(_LOOKS_LIKE), plain(text, longest)) or "–"
    escaped = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _CUT_ESCAPE.sub("…", cut(escaped, longest))


def link(url: object, text: str) -> str:
    """Return a link with a text (safe already); only the text when the address is not a web address."""
    address = web_address(url)
    if address is None:
        return text
    return f"<{address.replace('&', '&amp;')}|{text.replace('|', '¦')}>"


def web_address(url: object, longest: int = 3000) -> str | None:
    """Return an address that a button or link may lead to, or None: http or https with a host, and nothing that Slack reads as
    syntax."""
    text = str(url or "")
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or len(text) > longest:
        return None
    if re.search(r"[\s<>|\"\u200c\u200d]", text) or visible(text) != text:
        return None
    return text


def packed(lines: Iterable[str], longest: int) -> Iterator[str]:
    """Join lines into texts of at most `longest` characters each."""
    text = ""
    for line in lines:
        if text and len(text) + 1 + len(line) > longest:
            yield text
            text = line
        else:
            text = f"{text}\n{line}" if text else line
    if text:
        yield text
