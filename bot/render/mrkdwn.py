"""Texts for Slack: harmless wherever they come from, and never longer than Slack takes."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from bot.render.terminal import plain

# what would set text in bold, italics, strike-through or code: only at the edge of a word does Slack take it for that
_FORMAT = re.compile(r"(?<!\w)[*_~`]|[*_~`](?!\w)")
_LOOKS_LIKE = str.maketrans({"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ"})


def safe(text: object, longest: int = 300) -> str:
    """Hostile text as Slack shows it literally: one line, no mention, no link, no format, no turn of direction; a dash for
    none. `longest` counts characters after escaping."""
    line = _FORMAT.sub(lambda found: found[0].translate(_LOOKS_LIKE), plain(text)) or "–"
    whole = "".join(_escaped(line))
    if len(whole) <= longest:
        return whole
    kept, length = [], 1
    for piece in _escaped(line):  # an escape is kept or left whole
        length += len(piece)
        if length > longest:
            break
        kept.append(piece)
    return "".join(kept) + "…"


def link(url: object, text: str) -> str:
    """Text (safe already) that leads to a web address; without one, only the text."""
    address = web_address(url)
    if address is None:
        return text
    return f"<{address.replace('&', '&amp;')}|{text.replace('|', '¦')}>"


def web_address(url: object, longest: int = 3000) -> str | None:
    """An address that a button or link may lead to: http or https with a host, nothing that Slack would read as syntax."""
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
    """Lines joined into texts that are at most `longest` characters each."""
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
