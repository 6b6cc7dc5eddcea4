"""Connections below the HTTP client: opened to checked addresses only, and everything on them ends at one deadline.

A timeout for each read alone would let a server hold us for ever by sending a byte now and then, even within its headers.
"""

import socket
import ssl
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpcore

from bot.errors import Nowhere, Unreachable
from bot.fetch.guard import addresses
from bot.fetch.types import Again
from bot.fetch.urls import place

Option = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]


class Deadline:
    """The moment, by the monotonic clock, at which an exchange must have ended."""

    def __init__(self) -> None:
        self._at = float("inf")

    def start(self, seconds: float) -> None:
        """Allow so many seconds from now on."""
        self._at = time.monotonic() + seconds

    @property
    def passed(self) -> bool:
        """Whether it is over."""
        return time.monotonic() >= self._at

    def within(self, timeout: float | None) -> float | None:
        """A timeout cut to what is left. Raises httpcore.ReadTimeout when nothing is."""
        left = self._at - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the time for the whole answer is over")
        return left if timeout is None else min(left, timeout)


class NoAddress(httpcore.ConnectError):
    """A name that leads nowhere."""


class Wire(httpcore.NetworkBackend):
    """Opens connections. `private` are the hosts and ports (mirrors) that may be on private addresses."""

    def __init__(self, deadline: Deadline, private: Collection[tuple[str, int]]):
        self._deadline, self._private = deadline, private
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Option] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of a host that answers."""
        failure: Exception = httpcore.ConnectError("no address found")
        for address in self._addresses(host, port, self._deadline.within(timeout)):
            try:
                within = self._deadline.within(timeout)
                return Timed(self._sockets.connect_tcp(address, port, within, local_address, socket_options), self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    def _addresses(self, host: str, port: int, within_s: float | None) -> list[str]:
        try:
            return addresses(host, port, (host, port) in self._private, within_s)
        except (socket.gaierror, UnicodeError) as error:
            raise NoAddress("no address found") from error
        except TimeoutError as error:
            raise NoAddress("no name server answers") from error


class Unanswered(httpcore.NetworkError):
    """The other side closed the connection before a byte of its answer came."""


class Timed(httpcore.NetworkStream):
    """A connection whose every read and write ends at the deadline of the exchange under way."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline):
        self._stream, self._deadline, self._asked = stream, deadline, False

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Some bytes, none at the end. Raises Unanswered when the connection is closed and nothing came since we last asked."""
        try:
            some = self._stream.read(max_bytes, self._deadline.within(timeout))
        except httpcore.ReadError as error:
            if self._asked:
                raise Unanswered(str(error)) from error
            raise
        if self._asked and not some:
            raise Unanswered("nothing came")
        self._asked = False
        return some

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of the bytes."""
        self._stream.write(buffer, self._deadline.within(timeout))
        self._asked = True

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The same connection under TLS; the certificate is checked against the host name, not the address."""
        return Timed(self._stream.start_tls(ssl_context, server_hostname, self._deadline.within(timeout)), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        """What is known of the connection."""
        return self._stream.get_extra_info(info)


@contextmanager
def in_plain_words(url: str, deadline: Deadline) -> Iterator[None]:
    """Turn what goes wrong on the wire into one sentence. Only where no byte of an answer came, another attempt is worth it."""
    host = place(url).host
    try:
        yield
    except Unreachable as error:
        raise Unreachable(f"{url}: {error}") from error
    except NoAddress as error:  # asking again in a second finds none either
        raise Nowhere(f"could not reach {host}: {error}; check the network") from error
    except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
        cause = error.args[0] if error.args else None  # the connection pool cuts off the chain of causes
        if isinstance(cause, ssl.SSLCertVerificationError):
            raise Unreachable(f"could not reach {host}: its certificate is not valid ({cause.verify_message})") from error
        raise Again(Unreachable(f"could not reach {host}: {_reason(error)}; check the network")) from error
    except httpcore.TimeoutException as error:
        reason = "the whole answer took too long" if deadline.passed else "it stopped answering"
        raise Unreachable(f"{url}: {reason}") from error
    except (Unanswered, httpcore.WriteError) as error:  # it may have closed a connection that was kept open
        raise Again(Unreachable(f"could not reach {host}: it closed the connection without an answer")) from error
    except httpcore.RemoteProtocolError as error:
        raise Unreachable(f"{url}: the answer was cut, or is no HTTP ({error})") from error
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise Unreachable(f"{url}: the answer was cut ({error or type(error).__name__})") from error


def _reason(error: Exception) -> str:
    if isinstance(error, httpcore.ConnectTimeout):
        return "no connection in time"
    text = str(error).rpartition("] ")[2]  # without the number of the system's error
    return text[:1].lower() + text[1:] or "no connection"
