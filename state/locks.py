"""One instance per database: a lock of the file system, which the kernel takes back when its holder dies, however that happens."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from state.encode import stamp
from state.holder import me


class Taken(Exception):
    """Another process has the lock; the message says which."""


@contextmanager
def alone(db_path: Path, since: datetime) -> Iterator[None]:
    """Hold the lock of a database while the block runs; `since` (aware UTC) is shown to others. Raises Taken."""
    path = db_path.with_name(db_path.name + ".lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise Taken(f"{db_path} is in use by {file.read().strip() or 'another process'}; stop it first.") from error
        host, number, _ = me().split()
        file.truncate(0)
        file.write(f"standards-watch serve on {host}, process {number}, since {stamp(since)}\n")
        file.flush()
        yield  # the file is closed and with it unlocked, but stays: deleting it would let two hold locks on two files
