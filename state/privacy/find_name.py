"""Search for names in bytes as received, in any encoding and markup."""

import re
import unicodedata
from collections.abc import Collection
from html import unescape
from urllib.parse import unquote

from state.privacy.erase import orders, spellings

_WORDS = re.compile(r"[^\W_]+")
_ASCII = re.compile(r"[a-z0-9]+")
_ELEMENT = re.compile(r"<[^<>]{0,300}>")
_ESCAPES = re.compile(r"(?:\\u[0-9A-Fa-f]{4})+")
_LINE_ENDS = re.compile(r"\\[nrt]")
_NAMED = re.compile(r"(?:charset|encoding)\s*=\s*[\"']?([\w.:-]+)", re.I)


class NameFinder:
    """Search for some names, in any rotation of their words, with any punctuation, blanks or elements between them. A hint is the
    longest ASCII part of a name: most texts lack it, and need not be unescaped. Raises ValueError for less than a whole name."""

    def __init__(self, names: Collection[str]):
        self._names = {_words(order) for name in names if spellings(name) for order in orders(name)}
        self._hints = {max(_ASCII.findall(_words(name)), key=len, default="") for name in names}

    def stands_in(self, text: str) -> bool:
        """Return True when a text contains a name: HTML, JSON or an address, with their escapes, or plain text."""
        folded = text.casefold()
        if not any(hint in folded for hint in self._hints):
            return False
        plain = unescape(unescape(unquote(_LINE_ENDS.sub(" ", _ESCAPES.sub(_letters, text)))))
        words = f" {_words(plain)} | {_words(_ELEMENT.sub(' ', plain))} "
        return any(f" {name} " in words for name in self._names)


def decodings(body: bytes, head: str) -> set[str]:
    """Return a body as text in each encoding that it may have: UTF-8, the one that its head (the HTTP headers) or the body names,
    Windows-1252 where it is not UTF-8, and UTF-16 where it has zero bytes."""
    encodings = {"utf-8", *_NAMED.findall(head), *_NAMED.findall(body[:4096].decode("latin-1"))}
    encodings |= {"utf-16-le", "utf-16-be"} if b"\0" in body[:2048] else set()
    try:
        body.decode()
    except UnicodeDecodeError:
        encodings.add("cp1252")
    texts = set()
    for encoding in encodings:
        try:
            texts.add(body.decode(encoding, "replace"))
        except (LookupError, UnicodeError):  # a page may name an unknown encoding
            continue
    return texts


def _words(text: str) -> str:
    """Return the words of a text, casefolded and in NFKC, separated by one blank."""
    return " ".join(_WORDS.findall(unicodedata.normalize("NFKC", text).casefold()))


def _letters(escapes: re.Match[str]) -> str:
    return bytes.fromhex(escapes[0].replace("\\u", "")).decode("utf-16-be", "replace")
