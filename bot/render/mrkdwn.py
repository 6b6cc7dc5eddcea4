"""Text for Slack: harmless whatever its origin, and within Slack's limits of length."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from bot.render.terminal import plain

# marks of bold, italics, strike-through and code; Slack reads them so only at the edge of a word
_FORMAT = re.compile(r"(?<!\w)[*_~`]|[*_~`](?!\w)")
_LOOKS_LIKE = str.maketrans({"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ"})


def safe(text: object, longest: int = 300) -> str:
    """Return hostile text so that Slack shows it literally: one line without mentions, links, formats and direction marks; a dash
    when it is empty. `longest` counts characters after escaping."""
    line = _FORMAT.sub(lambda found: found[0].translate(_LOOKS_LIKE), plain(text)) or "–"
    whole = "".join(_escaped(line))
    if len(whole) <= longest:
        return whole
    kept, length = [], 1
    for piece in _escaped(line):  # an escape is never cut
        length += len(piece)
        if length > longest:
            break
        kept.append(piece)
    return "".join(kept) + "…"


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
    if re.search(r"[\s<>|\"\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", text):
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


def _escaped(line: str) -> Iterator[str]:
    return ({"&": "&amp;", "<": "&lt;", ">": "&gt;"}.get(letter, letter) for letter in line)
