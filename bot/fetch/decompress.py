"""Decompression of a body piece by piece, so that a small body that expands without end costs no memory."""

import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import brotli

from bot.errors import Unreachable

PIECE = 1 << 16
CUT = "the body was cut: its compressed stream does not end"
Start = Callable[[bytes], "zlib._Decompress"]
Coding = Callable[[Iterable[bytes]], Iterator[bytes]]


def decompressed(chunks: Iterable[bytes], codings: str) -> Iterator[bytes]:
    """Yield the decoded body in pieces of some 64 KiB, given its Content-Encoding. Raises Unreachable when a coding is unknown or
    the body is incomplete."""
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
    # the standard demands a header of two bytes; some servers send the raw stream
    return _inflate(
        _at_least_two_bytes(chunks), lambda head: zlib.decompressobj(zlib.MAX_WBITS if _has_header(head) else -zlib.MAX_WBITS)
    )


def _has_header(head: bytes) -> bool:
    return len(head) >= 2 and head[0] & 0x0F == 8 and int.from_bytes(head[:2], "big") % 31 == 0


def _at_least_two_bytes(chunks: Iterable[bytes]) -> Iterator[bytes]:
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) >= 2:
            yield head
            head = b""
    yield head


def _inflate(chunks: Iterable[bytes], start: Start, members: bool = False) -> Iterator[bytes]:
    stream: zlib._Decompress | None = None
    for chunk in chunks:
        data = chunk
        while data:
            if stream is not None and stream.eof and not (members and data.strip(b"\0")):
                break  # data after the end is padding
            if stream is None or stream.eof:
                stream = start(data)
            if piece := _decoded(stream.decompress, data, PIECE):
                yield piece
            data = stream.unused_data if stream.eof else stream.unconsumed_tail
    while stream is not None and not stream.eof:
        if not (piece := _decoded(stream.decompress, stream.unconsumed_tail, PIECE)):
            raise Unreachable(CUT)
        yield piece


def _brotli(chunks: Iterable[bytes]) -> Iterator[bytes]:
    stream = brotli.Decompressor()
    some = False
    for chunk in chunks:
        data = chunk
        some = some or bool(chunk)
        while data or not stream.can_accept_more_data():
            ready = stream.can_accept_more_data()
            if piece := _decoded(stream.process, data if ready else b"", output_buffer_limit=PIECE):
                yield piece
            data = b"" if ready else data
    while some and not stream.is_finished():
        if not (piece := _decoded(stream.process, b"", output_buffer_limit=PIECE)) and not stream.is_finished():
            raise Unreachable(CUT)
        yield piece


def _decoded(step: Callable[..., bytes], *data: Any, **more: Any) -> bytes:
    try:
        return step(*data, **more)
    except (zlib.error, brotli.error) as error:
        raise Unreachable(f"the body is damaged ({error})") from error


CODINGS: dict[str, Coding] = {"gzip": _gzip, "x-gzip": _gzip, "deflate": _deflate, "br": _brotli}
