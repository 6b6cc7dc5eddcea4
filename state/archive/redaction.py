"""Streaming redaction of the local parts of e-mail addresses: `name@itu.int` becomes `[removed]@itu.int`, and
`name(at)itu.int` becomes `[removed](at)itu.int`.

The domain stays, because it can be evidence of an employer. Parser, digests and archive get the redacted text, so that a replay
of the archive sees what the live run saw. Redaction is idempotent.
"""

import re
from collections.abc import Iterable, Iterator

REMOVED = b"[removed]"

_DOMAIN = rb"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z]{2,24}"
_IN_WORDS = rb"[(\[](?i:at)[)\]] ?"  # printed by ITU and others against address harvesters
# The sign @ plain, URL-encoded, as an HTML entity or a JSON escape, or in words; then a domain that is not a script call.
_SIGNED = re.compile(rb"(?:@|%40|&#0*64;|&#[xX]0*40;|&commat;|\\u0040)" + _DOMAIN)
_WORDED = re.compile(_IN_WORDS + rb"(?>" + _DOMAIN + rb")(?!=|\((?!(?i:at)\)))")
_WORDS = re.compile(_IN_WORDS)
_MARKS = tuple(mark % word for mark in (b"(%s)", b"[%s]") for word in (b"at", b"AT", b"At"))
_LOCAL = re.compile(rb"[A-Za-z0-9._+~-]{1,64}\Z")
_ESCAPES = {b"\\": re.compile(rb"u[0-9A-Fa-f]{4}|[A-Za-z]"), b"%": re.compile(rb"[0-9A-Fa-f]{2}")}  # \u003c, \n, %3C
_BOUNDARY = re.compile(rb"[\s<>\"(),:/]")  # none of these is part of an address
_BLOCK, _LONGEST = 1 << 17, 512
_BINARY = (b"%PDF", b"PK\x03\x04", b"\x1f\x8b", b"GIF8", b"\xff\xd8\xff")


def redacted(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield a body in chunks without local parts; a binary body passes unchanged. The result does not depend on the chunks of the
    input."""
    held = bytearray()
    text: bool | None = None
    for chunk in chunks:
        held += chunk
        while len(held) >= _BLOCK + _LONGEST:
            text = is_text(held) if text is None else text
            cut = _last_boundary(held) if text else _BLOCK
            yield _without(bytes(held[:cut])) if text else bytes(held[:cut])
            del held[:cut]
    if held:
        yield _without(bytes(held)) if text or (text is None and is_text(held)) else bytes(held)


def redact(text: str) -> str:
    """Return a short text, such as the value of a header, without local parts."""
    return _without(text.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")


def is_text(head: bytes | bytearray) -> bool:
    """Return True when the first bytes of a body are text, not a binary format."""
    return b"\0" not in head[:2048] and not bytes(head[:8]).startswith(_BINARY)


def _without(block: bytes) -> bytes:
    signs = [found.start() for found in _SIGNED.finditer(block)]
    if any(mark in block for mark in _MARKS):
        words = (found.start() for found in _WORDED.finditer(block))
        signs = sorted([*signs, *(sign - (block[sign - 1 : sign] == b" ") for sign in words)])
    parts, done = [], 0
    for sign in signs:
        start = max(_local_start(block, sign), done)
        if start < sign:
            parts += [block[done:start], REMOVED]
            done = sign
    return b"".join([*parts, block[done:]]) if parts else block


def _local_start(block: bytes, sign: int) -> int:
    window = max(0, sign - 64)
    local = _LOCAL.search(block, window, sign)
    if local is None:
        return sign
    start = local.start()
    escape = _ESCAPES.get(block[start - 1 : start]) if start else None
    if escape and (kept := escape.match(block, start, sign)):
        return kept.end()  # these letters belong to an escape sequence; without them the text would not parse
    return start


def _last_boundary(held: bytearray) -> int:
    for place in range(_BLOCK, _BLOCK - _LONGEST, -1):
        if _BOUNDARY.match(held, place) and not _WORDS.search(held, place - 6, place + 8):
            return place
    return _BLOCK
