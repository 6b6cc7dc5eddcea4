"""Locks by the kernel (`flock`) on files in the folder `locks` beside the database: of the service, a source, a host, a queue, a
digest. A lock ends with its process, so nothing is renewed; threads exclude each other too, for each opens the file anew."""

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from state.db import make_folder, private
from state.encode import stamp


class Locked(Exception):
    """Error: another process or thread has the lock; the message says who, since when, and what to do."""


@contextmanager
def lock(db_path: Path, name: str, busy: str = "") -> Iterator[None]:
    """Hold a lock of a database while the block runs. When another has it, wait; with `busy` (the start of a sentence that ends
    with the other process) raise Locked instead."""
    path = db_path.resolve()
    file_name = quote(f"{path.name}.{name}", safe="")[-200:]  # two long names with one end only wait for each other
    with open(make_folder(path.parent / "locks") / file_name, "ab+", buffering=0, opener=private) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (fcntl.LOCK_NB if busy else 0))
        except BlockingIOError as error:
            file.seek(0)
            raise Locked(f"{busy} {file.read().decode() or 'another process'}; try again when it has ended.") from error
        with suppress(OSError):  # a full disk
            file.truncate(0)
            now = datetime.now(UTC).replace(microsecond=0)
            file.write(f"process {os.getpid()} on {socket.gethostname()} since {stamp(now)}".encode())
        yield  # closing unlocks the file; it is not deleted, or two processes could lock two files
