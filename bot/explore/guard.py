"""Guards around Datasette: the hosts that are answered to, headers and harmless text in each answer, limits within SQLite."""

import codecs
import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from bot.render.plain import visible

HEADERS = (
    (b"content-security-policy", b"default-src 'self'; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline';"
     b" img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)  # fmt: skip
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
MISDIRECTED = b"The explorer does not answer to this host name; start it with --allow-host NAME.\n"
SHOWN = (b"text/html", b"text/csv", b"text/plain")  # answers with texts from the database; JSON escapes what is harmful
VALUE = 4 << 20  # bytes of one value, also of one that SQL makes
RESULT = 32 << 20  # bytes of all rows of one answer
HEAP = 256 << 20  # bytes of memory that SQLite takes in this process

Scope = dict[str, Any]
AsgiApp = Callable[[Scope, Any, Any], Awaitable[None]]


def guarded(inner: AsgiApp, hosts: frozenset[str]) -> AsgiApp:
    """Wrap an ASGI application so that it answers only to `hosts` (anybody may let a name of theirs lead here), and loads and shows
    nothing harmful."""

    async def app(scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and host_of(scope) not in hosts:
            await send({"type": "http.response.start", "status": 421, "headers": [(b"content-type", b"text/plain")]})
            await send({"type": "http.response.body", "body": MISDIRECTED})
            return
        await inner(scope, receive, harmless(send))

    return app


def host_of(scope: Scope) -> str:
    """Return the host name of a request without its port; empty when there is no single valid one."""
    named = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
    try:
        return (urlsplit(f"//{named[0]}").hostname or "").rstrip(".") if len(named) == 1 else ""
    except ValueError:
        return ""


def harmless(send: Any) -> Any:
    """Wrap the `send` of a request: our headers on each answer, no hidden characters in pages and CSV."""
    decoder: codecs.IncrementalDecoder | None = None

    async def answer(message: dict[str, Any]) -> None:
        nonlocal decoder
        if message["type"] == "http.response.start":
            headers = list(message.get("headers", ()))
            if dict(headers).get(b"content-type", b"").startswith(SHOWN):
                decoder = codecs.getincrementaldecoder("utf-8")("replace")
                headers = [each for each in headers if each[0] != b"content-length"]
            message = {**message, "headers": [*headers, *HEADERS]}
        elif decoder:
            text = decoder.decode(message.get("body", b""), final=not message.get("more_body"))
            message = {**message, "body": visible(text).encode()}
        await send(message)

    return answer


def limit(conn: sqlite3.Connection) -> None:
    """Limit what a query may take: the length of a value, the size of a result, the memory of SQLite in this process. What is
    larger ends with an sqlite3 error."""
    conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, VALUE)
    conn.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    conn.execute(f"PRAGMA hard_heap_limit={HEAP}")
    sizes: WeakKeyDictionary[sqlite3.Cursor, int] = WeakKeyDictionary()

    def counted(cursor: sqlite3.Cursor, values: tuple[Any, ...]) -> sqlite3.Row:
        sizes[cursor] = sizes.get(cursor, 0) + sum(len(each) for each in values if isinstance(each, str | bytes))
        if sizes[cursor] > RESULT:
            raise sqlite3.OperationalError(f"the result is larger than {RESULT >> 20} MB; ask for fewer rows or columns")
        return sqlite3.Row(cursor, values)

    conn.row_factory = counted
