"""Locks: one service per database, by a file lock that the kernel takes back when its holder dies; and the name of a holder."""

import fcntl
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from state.encode import stamp


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


TOKEN = secrets.token_hex(4)  # tells this process from an earlier one that had its number


def me() -> str:
    """The name of this process: host, number and a token of its own."""
    return f"{socket.gethostname()} {os.getpid()} {TOKEN}"


def alive(holder: str) -> bool:
    """Whether the process of that name (more words may follow it) may still be running. One on another host cannot be asked:
    its lease has to run out."""
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
