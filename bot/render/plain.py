"""Harmless text: what the bodies print, without characters that hide, reorder or control anything, and cut to a length.

Every face takes its text from here: Slack, mail, feed, chats, terminal, report, CSV, webhook, explorer."""

import re
from typing import Any

LINE = 300  # characters of a line in messages and on the terminal

_HIDDEN = re.compile(
    # controls but for tab and line ends, soft hyphen, separators of lines and paragraphs, marks of direction, lone surrogates
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb"
    # further format characters, fillers, variation selectors, tags, noncharacters
    "\u034f\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u180b-\u180f\u3164\ufdd0-\ufdef\ufe00-\ufe0f\uffa0\ufffe\uffff"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)
# Letters of scripts whose words need a zero-width (non-)joiner between two of them: Arabic, Syriac, Indic, Mongolian
_LETTER = "[\u0620-\u06dc\u06df-\u06ff\u0710-\u088f\u08a0-\u08e1\u08e3-\u0dff\u1820-\u18aa]"
_JOINED = re.compile(f"{_LETTER}[\u200c\u200d]{_LETTER}")


def plain(text: object, longest: int = LINE) -> str:
    """Return one line of harmless text of at most `longest` characters, cut at a word; empty for None."""
    return cut(" ".join(visible(str(text if text is not None else "")).split()), longest)


def visible(text: str) -> str:
    """Return a text without control characters (but tab and line ends), Unicode format characters and others that show nothing;
    those that separate become a blank. Joiners stay between two letters of scripts that need them."""
    return _HIDDEN.sub(_instead, text)


def _instead(found: re.Match[str]) -> str:
    if _JOINED.match(found.string, found.start() - 1):
        return found[0]
    return " " if any(map(str.isspace, found[0])) else ""


def cut(line: str, longest: int) -> str:
    """Return a line of at most `longest` characters: a longer one ends with a whole word, if one ends in its second half, and an
    ellipsis."""
    if len(line) <= longest:
        return line
    words = line[:longest].rpartition(" ")[0]
    return (words if len(words) > longest // 2 else line[: longest - 1]).rstrip() + "…"


def plain_values(value: Any, longest: int) -> Any:
    """Return a JSON value with each text in it (not its keys) as one line of harmless text."""
    if isinstance(value, str):
        return plain(value, longest)
    if isinstance(value, dict):
        return {name: plain_values(each, longest) for name, each in value.items()}
    return [plain_values(each, longest) for each in value] if isinstance(value, list | tuple) else value
