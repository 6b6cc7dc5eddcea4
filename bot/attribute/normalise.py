"""Normalising: printed text → clean text (for people and for splitting) → key (for comparing). Comparison is exact, never fuzzy."""

import re
import unicodedata
from html.entities import html5

_ENTITY = re.compile(r"&(#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.IGNORECASE)
_ACCENTS = re.compile("[\u0300-\u036f]+")
_ELISION = re.compile(r"\b([ldn])'(?=\w)", re.IGNORECASE)
_CLEAN = {ord(c): "-" for c in "‐‑‒–—―−⁃﹘﹣－­"} | {ord(c): "'" for c in "‘’ʼʹ′‛`´"} | {ord(c): '"' for c in "“”„‟″«»"}
_CLEAN |= dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF), "")
_CLEAN |= {ord("【"): "[", ord("】"): "]", ord("〔"): "[", ord("〕"): "]"}
# Letters with a plain equivalent that Unicode does not decompose.
_LETTERS = {"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"}
_KEEP = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_KEY: dict[int, str] = {i: (chr(i).lower() if chr(i).lower() in _KEEP else " ") for i in range(128)} | {
    ord("'"): "",
    ord("&"): " and ",
}
_KEY |= {ord(c): " " for c in "·•…、。《》〈〉「」『』・‧|，；：，。（）"} | {ord(k): v for k, v in _LETTERS.items()}
_KEY_OF_BYTES = bytes(ord(_KEY[i]) if len(_KEY[i]) == 1 else 32 for i in range(128)) + bytes(128)


def clean(text: str) -> str:
    """Return the text with entities, typographic variants and invisible characters replaced; letters keep their case."""
    if "&" in text:
        text = _ENTITY.sub(_character, _ENTITY.sub(_character, text))
    if text.isascii():
        return text
    if "Ã" in text or "â€" in text:
        text = _repair_mojibake(text)
    return unicodedata.normalize("NFKC", text.translate(_CLEAN)).translate(_CLEAN)


def key(cleaned: str) -> str:
    """Return the key that all spellings of one name share: lower case, no accents, no punctuation, single spaces."""
    if "'" in cleaned:
        cleaned = _ELISION.sub(" ", cleaned)
    if cleaned.isascii() and "&" not in cleaned:  # nearly all names, at half the cost
        return b" ".join(cleaned.encode().translate(_KEY_OF_BYTES, b"'").split()).decode()
    if not cleaned.isascii():
        apart = unicodedata.normalize("NFKD", cleaned.casefold())
        cleaned = unicodedata.normalize("NFC", _ACCENTS.sub("", apart))
    return " ".join(cleaned.translate(_KEY).split())


def _character(match: re.Match[str]) -> str:
    name = match[1]
    if name[0] == "#":
        number = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
        return chr(number) if 31 < number < 0x110000 and not 0xD800 <= number < 0xE000 else " "
    return html5.get(name + ";") or html5.get(name.lower() + ";") or match[0]


def _repair_mojibake(text: str) -> str:
    """Return UTF-8 text that was once decoded as Windows-1252 ("TELEFÃ“NICA") as it was meant; other text unchanged."""
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text
