"""Who holds a lease: this process by name, and whether the process of another name still lives."""

import os
import secrets
import socket

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
