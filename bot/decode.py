"""Undo the content coding of a body piece by piece, so that a small body which grows without end costs no memory."""

import zlib
from collections.abc import Callable, Iterable, Iterator

import brotli

from bot.errors import Unreachable

PIECE = 1 << 16
Coding = Callable[[Iterable[bytes]], Iterator[bytes]]


def decoded(chunks: Iterable[bytes], codings: str) -> Iterator[bytes]:
    """The bytes of a body, given the value of its Content-Encoding, in pieces of 64 KiB at most. Raises Unreachable when the
    coding is unknown, or the body not whole."""
    names = [name for each in codings.split(",") if (name := each.strip().lower()) and name != "identity"]
    if len(names) > 2:
        raise Unreachable(f"the body is coded {len(names)} times over")
    for name in reversed(names):
        if name not in CODINGS:
            raise Unreachable(f"the body has the unknown coding {name!r}")
        chunks = CODINGS[name](chunks)
    return iter(chunks)


def _gzip(chunks: Iterable[bytes]) -> Iterator[bytes]:
    return _inflate(chunks, lambda head: zlib.decompressobj(16 + zlib.MAX_WBITS), members=True)


def _deflate(chunks: Iterable[bytes]) -> Iterator[bytes]:
    return _inflate(chunks, lambda head: zlib.decompressobj(zlib.MAX_WBITS if _has_zlib_header(head) else -zlib.MAX_WBITS))


def _has_zlib_header(head: bytes) -> bool:
    # the standard wants the header, some servers send the bare stream
    return len(head) >= 2 and head[0] & 0x0F == 8 and int.from_bytes(head[:2], "big") % 31 == 0


def _inflate(chunks: Iterable[bytes], start: Callable[[bytes], "zlib._Decompress"], members: bool = False) -> Iterator[bytes]:
    stream: zlib._Decompress | None = None
    for chunk in chunks:
        data = chunk
        while data:
            if stream is None:
                stream = start(data)
            elif stream.eof:
                if not members:
                    return
                stream = start(data)
            try:
                piece = stream.decompress(data, PIECE)
            except zlib.error as error:
                raise Unreachable(f"the body is damaged ({error})") from error
            data = stream.unused_data if stream.eof else stream.unconsumed_tail
            if piece:
                yield piece
    while stream is not None and not stream.eof:
        piece = stream.decompress(stream.unconsumed_tail, PIECE)
        if not piece:
            raise Unreachable("the body was cut: its compressed stream does not end")
        yield piece


def _brotli(chunks: Iterable[bytes]) -> Iterator[bytes]:
    stream = brotli.Decompressor()
    some = False
    for chunk in chunks:
        data = chunk
        while data or not stream.can_accept_more_data():
            some = True
            try:
                piece = stream.process(data if stream.can_accept_more_data() else b"", output_buffer_limit=PIECE)
            except brotli.error as error:
                raise Unreachable(f"the body is damaged ({error})") from error
            if piece:
                yield piece
            data = b""
    if some and not stream.is_finished():
        raise Unreachable("the body was cut: its compressed stream does not end")


CODINGS: dict[str, Coding] = {"gzip": _gzip, "x-gzip": _gzip, "deflate": _deflate, "br": _brotli}
