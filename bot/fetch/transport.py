"""Connections below the HTTP client: opened only to addresses that the outbound guard has checked, with one deadline for the whole
exchange.

A timeout per read alone would let a server hold a connection for ever by sending a byte now and then, even within its headers."""

import ipaddress
import socket
import ssl
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

import httpcore

from bot.errors import HostUnresolved, Unreachable
from bot.fetch.types import Retryable
from bot.fetch.urls import origin_of

Option = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]


class Deadline:
    """The moment, by the monotonic clock, at which an exchange must have ended."""

    def __init__(self) -> None:
        self._at = float("inf")

    def start(self, seconds: float) -> None:
        """Set the deadline to so many seconds from now."""
        self._at = time.monotonic() + seconds

    @property
    def passed(self) -> bool:
        """True when the deadline is over."""
        return time.monotonic() >= self._at

    def within(self, timeout: float | None) -> float | None:
        """Return a timeout cut to the time left. Raises httpcore.ReadTimeout when none is left."""
        left = self._at - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the time for the whole answer is over")
        return left if timeout is None else min(left, timeout)


class NoAddress(httpcore.ConnectError):
    """A host name without an address."""


class GuardedBackend(httpcore.NetworkBackend):
    """Network backend that checks every address before connecting. `private` are the hosts and ports of mirrors, which may have
    private addresses."""

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
    """The server closed the connection before the first byte of its answer."""


class Timed(httpcore.NetworkStream):
    """A connection whose every read and write ends at the deadline of the current exchange."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline):
        self._stream, self._deadline, self._asked = stream, deadline, False

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read some bytes; none at the end. Raises Unanswered when the connection closes before the first byte after a write."""
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
        """Return the same connection under TLS. The certificate is checked against the host name, not the address."""
        return Timed(self._stream.start_tls(ssl_context, server_hostname, self._deadline.within(timeout)), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        """Return information on the connection."""
        return self._stream.get_extra_info(info)


@contextmanager
def transport_errors(url: str, deadline: Deadline) -> Iterator[None]:
    """Translate errors of the transport into one sentence. Only errors before the first byte of an answer are worth a retry."""
    host = origin_of(url).host
    try:
        yield
    except Unreachable as error:
        raise Unreachable(f"{url}: {error}") from error
    except NoAddress as error:  # a retry within seconds would find none either
        raise HostUnresolved(f"could not reach {host}: {error}; check the network") from error
    except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
        cause = error.args[0] if error.args else None  # the connection pool cuts off the chain of causes
        if isinstance(cause, ssl.SSLCertVerificationError):
            raise Unreachable(f"could not reach {host}: its certificate is not valid ({cause.verify_message})") from error
        raise Retryable(Unreachable(f"could not reach {host}: {_reason(error)}; check the network")) from error
    except httpcore.TimeoutException as error:
        reason = "the whole answer took too long" if deadline.passed else "it stopped answering"
        raise Unreachable(f"{url}: {reason}") from error
    except (Unanswered, httpcore.WriteError) as error:  # a kept-open connection may have been closed meanwhile
        raise Retryable(Unreachable(f"could not reach {host}: it closed the connection without an answer")) from error
    except httpcore.RemoteProtocolError as error:
        raise Unreachable(f"{url}: the answer was cut, or is no HTTP ({error})") from error
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise Unreachable(f"{url}: the answer was cut ({error or type(error).__name__})") from error


def _reason(error: Exception) -> str:
    if isinstance(error, httpcore.ConnectTimeout):
        return "no connection in time"
    text = str(error).rpartition("] ")[2]  # without the errno
    return text[:1].lower() + text[1:] or "no connection"


LONGEST_S = 60.0  # limit of any look-up
NAT64 = ipaddress.ip_network("64:ff9b::/96")
IP = ipaddress.IPv4Address | ipaddress.IPv6Address


def addresses(host: str, port: int, private: bool = False, within_s: float | None = None) -> list[str]:
    """Return the checked addresses of a host; connect to these without resolving again. `private` allows all addresses, for
    mirrors. Raises socket.gaierror when there is none, TimeoutError when the look-up takes too long, and Unreachable when an
    address is not public."""
    found = looked_up(host, port, within_s)
    for address in found:
        if not private and not is_global(address):
            raise Unreachable(f"{host} leads to {address}, which is no public address; only http.mirrors may name such a place")
    return list(dict.fromkeys(found))


def looked_up(host: str, port: int, within_s: float | None) -> list[str]:
    """Resolve a host by the system. The system's look-up takes no time limit, so it runs in a thread that is abandoned when it
    takes too long. Raises socket.gaierror and TimeoutError."""
    answers: SimpleQueue[list[str] | Exception] = SimpleQueue()

    def ask() -> None:
        try:
            answers.put([str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)])
        except Exception as error:  # raised in the waiting thread
            answers.put(error)

    Thread(target=ask, name=f"look up {host}", daemon=True).start()
    try:
        answer = answers.get(timeout=min(LONGEST_S if within_s is None else within_s, LONGEST_S))
    except Empty:
        raise TimeoutError(f"no name server said in time where {host} is") from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def is_global(address: str) -> bool:
    """Return True when an address is public, also inside IPv6 forms that carry an IPv4 address."""
    ip = _inner(ipaddress.ip_address(address.partition("%")[0]))
    return ip.is_global and not ip.is_multicast


def _inner(ip: IP) -> IP:
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    if ip in NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    teredo = ip.teredo[1] if ip.teredo else None
    return ip.ipv4_mapped or ip.sixtofour or teredo or ip
