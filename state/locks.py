"""Locks: one service per database, by a file lock that the kernel releases when the process dies; and names of lock holders."""

import fcntl
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from state.encode import stamp


class Locked(Exception):
    """Error: another process has the lock; the message names it."""


@contextmanager
def exclusive(db_path: Path, since: datetime) -> Iterator[None]:
    """Hold the lock of a database while the block runs; `since` (aware UTC) is shown to others. Raises Taken."""
    path = db_path.with_name(db_path.name + ".lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise Locked(f"{db_path} is in use by {file.read().strip() or 'another process'}; stop it first.") from error
        host, number, _ = process_name().split()
        file.truncate(0)
        file.write(f"standards-watch serve on {host}, process {number}, since {stamp(since)}\n")
        file.flush()
        yield  # closing unlocks the file; it is not deleted, or two processes could lock two files


TOKEN = secrets.token_hex(4)  # distinguishes this process from an earlier one with the same id


def process_name() -> str:
    """Return the name of this process: host, process id and token."""
    return f"{socket.gethostname()} {os.getpid()} {TOKEN}"


def is_alive(holder: str) -> bool:
    """Return True when the process of a name (more words may follow it) may still be running. A process on another host cannot be
    checked: its lease must expire."""
    host, number, token, *_ = holder.split()
    if host != socket.gethostname():
        return True
    if int(number) == os.getpid():
        return token == TOKEN
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
