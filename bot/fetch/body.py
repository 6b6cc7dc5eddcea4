"""A body as it comes in: digested on the way, small ones kept in memory and large ones in a file."""

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
    """A body that came whole. `head` and `tail` are its first 64 KiB and last KiB, `sha256` is in hex; `held` is all of it, or
    the file that it lies in."""

    length: int
    sha256: str
    tail: bytes
    head: bytes
    held: bytes | Path

    def open(self) -> BinaryIO:
        """Its bytes from the start, as often as asked, as long as the folder that it came into is there."""
        return self.held.open("rb") if isinstance(self.held, Path) else io.BytesIO(self.held)


def receive(chunks: Iterable[bytes], folder: Path) -> Body:
    """Read a body to its end; one that is larger than 1 MiB goes into a file in the folder."""
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
    """The character encoding that the Content-Type names, else the page itself, else UTF-8."""
    for pattern, text in ((_CHARSET, content_type), (_META, head[:4096].decode("latin-1"))):
        if named := pattern.search(text):
            try:
                return lookup(named.group(1)).name
            except LookupError:
                continue
    return "utf-8"
