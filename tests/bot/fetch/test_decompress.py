"""Content codings, undone piece by piece."""

import gzip
import zlib
from collections.abc import Callable

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Unreachable
from bot.fetch.decompress import PIECE, decompressed


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


PACKERS: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("gzip", gzip.compress),
    ("x-gzip", gzip.compress),
    ("deflate", zlib.compress),
    ("deflate", raw_deflate),
    ("br", brotli.compress),
    ("identity", bytes),
    ("", bytes),
    ("deflate, gzip", lambda body: gzip.compress(zlib.compress(body))),
]


@pytest.mark.parametrize(("codings", "pack"), PACKERS)
@given(body=st.binary(max_size=2000), size=st.integers(1, 500))
def test_what_was_packed_comes_out(codings: str, pack: Callable[[bytes], bytes], body: bytes, size: int) -> None:
    packed = pack(body)
    assert b"".join(decompressed((packed[at : at + size] for at in range(0, len(packed), size)), codings)) == body


@pytest.mark.parametrize(("codings", "pack"), [each for each in PACKERS if each[0] in ("gzip", "deflate", "br")])
def test_what_was_cut_is_no_body(codings: str, pack: Callable[[bytes], bytes]) -> None:
    packed = pack(bytes(range(256)) * 40)
    with pytest.raises(Unreachable, match="the body was cut"):
        list(decompressed([packed[:-6]], codings))


@pytest.mark.parametrize(("codings", "pack"), [each for each in PACKERS if each[0] in ("gzip", "deflate", "br")])
def test_a_small_body_that_grows_comes_in_small_pieces(codings: str, pack: Callable[[bytes], bytes]) -> None:
    sizes = [len(piece) for piece in decompressed([pack(b"\0" * (20 << 20))], codings)]
    assert sum(sizes) == 20 << 20
    assert max(sizes) <= 2 * PIECE


def test_several_gzip_members_are_one_body_and_nothing_is_nothing() -> None:
    assert b"".join(decompressed([gzip.compress(b"one ") + gzip.compress(b"two")], "gzip")) == b"one two"
    assert b"".join(decompressed([], "gzip")) == b""
    assert b"".join(decompressed([], "br")) == b""


@pytest.mark.parametrize(
    ("codings", "words"), [("zstd", "unknown coding 'zstd'"), ("gzip, gzip, gzip", "3 times"), ("gzip", "damaged")]
)
def test_what_cannot_be_undone(codings: str, words: str) -> None:
    with pytest.raises(Unreachable, match=words):
        list(decompressed([b"this is plain"], codings))
