"""Body of a response: hashed while it comes in, kept in memory when small and in a file when large."""

import hashlib
import io
import re
import tempfile
from codecs import lookup
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

HEAD, TAIL = 1 << 16, 1 << 10
IN_MEMORY = 1 << 20
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_:.-]+)", re.I)
_META = re.compile(r"<meta[^>]{0,200}?charset\s*=\s*[\"']?([A-Za-z0-9_:.-]+)", re.I)


@dataclass(frozen=True, slots=True)
class Body:
    """A complete body. `head` and `tail` are its first 64 KiB and last KiB, `sha256` is in hex, `held` is the whole body or the
    path of its file."""

    length: int
    sha256: str
    tail: bytes
    head: bytes
    held: bytes | Path

    def open(self) -> BinaryIO:
        """Open the body from the start, any number of times, while the folder of its file exists."""
        return self.held.open("rb") if isinstance(self.held, Path) else io.BytesIO(self.held)


def receive(chunks: Iterable[bytes], folder: Path) -> Body:
    """Read a body to its end. A body larger than 1 MiB goes into a file in the folder."""
    digest, length, tail = hashlib.sha256(), 0, b""
    memory = bytearray()
    file: IO[bytes] | None = None
    with ExitStack() as stack:
        for chunk in chunks:
            digest.update(chunk)
            length += len(chunk)
            tail = (tail + chunk)[-TAIL:]
            if file is None and length > IN_MEMORY:
                file = stack.enter_context(tempfile.NamedTemporaryFile(dir=folder, delete=False))
                file.write(memory)
                del memory[HEAD:]
            if file is None:
                memory += chunk
            else:
                file.write(chunk)
    return Body(length, digest.hexdigest(), tail, bytes(memory[:HEAD]), Path(file.name) if file else bytes(memory))


def encoding(content_type: str, head: bytes) -> str:
    """Return the character encoding named by the Content-Type, else by the page itself, else UTF-8."""
    for pattern, text in ((_CHARSET, content_type), (_META, head[:4096].decode("latin-1"))):
        if named := pattern.search(text):
            try:
                return lookup(named.group(1)).name
            except LookupError:
                continue
    return "utf-8"
