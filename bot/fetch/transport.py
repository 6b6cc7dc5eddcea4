"""Connections below the HTTP client: opened to addresses that the outbound guard has checked, with one deadline for everything.

A timeout for each read alone would let a server hold us for ever by sending a byte now and then, even within its headers."""

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


class GuardedBackend(httpcore.NetworkBackend):
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
    host = origin_of(url).host
    try:
        yield
    except Unreachable as error:
        raise Unreachable(f"{url}: {error}") from error
    except NoAddress as error:  # asking again in a second finds none either
        raise HostUnresolved(f"could not reach {host}: {error}; check the network") from error
    except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
        cause = error.args[0] if error.args else None  # the connection pool cuts off the chain of causes
        if isinstance(cause, ssl.SSLCertVerificationError):
            raise Unreachable(f"could not reach {host}: its certificate is not valid ({cause.verify_message})") from error
        raise Retryable(Unreachable(f"could not reach {host}: {_reason(error)}; check the network")) from error
    except httpcore.TimeoutException as error:
        reason = "the whole answer took too long" if deadline.passed else "it stopped answering"
        raise Unreachable(f"{url}: {reason}") from error
    except (Unanswered, httpcore.WriteError) as error:  # it may have closed a connection that was kept open
        raise Retryable(Unreachable(f"could not reach {host}: it closed the connection without an answer")) from error
    except httpcore.RemoteProtocolError as error:
        raise Unreachable(f"{url}: the answer was cut, or is no HTTP ({error})") from error
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise Unreachable(f"{url}: the answer was cut ({error or type(error).__name__})") from error


def _reason(error: Exception) -> str:
    if isinstance(error, httpcore.ConnectTimeout):
        return "no connection in time"
    text = str(error).rpartition("] ")[2]  # without the number of the system's error
    return text[:1].lower() + text[1:] or "no connection"


LONGEST_S = 60.0  # no look-up is waited for any longer
NAT64 = ipaddress.ip_network("64:ff9b::/96")
IP = ipaddress.IPv4Address | ipaddress.IPv6Address


def addresses(host: str, port: int, private: bool = False, within_s: float | None = None) -> list[str]:
    """The addresses of a host, every one of them checked; connect to these and resolve no second time. `private` allows all,
    for mirrors. Raises socket.gaierror when there is none, TimeoutError when that is not known in time, and Unreachable when one
    is not global."""
    found = looked_up(host, port, within_s)
    for address in found:
        if not private and not is_global(address):
            raise Unreachable(f"{host} leads to {address}, which is no public address; only http.mirrors may name such a place")
    return list(dict.fromkeys(found))


def looked_up(host: str, port: int, within_s: float | None) -> list[str]:
    """The addresses of a host as the system knows them. The system's own look-up takes no limit of time, so it is made in a thread
    that is left to itself when it takes too long. Raises socket.gaierror and TimeoutError."""
    answers: SimpleQueue[list[str] | Exception] = SimpleQueue()

    def ask() -> None:
        try:
            answers.put([str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)])
        except Exception as error:  # raised where the answer is waited for
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
    """Whether an address is public, also behind the forms of IPv6 that carry one of IPv4."""
    ip = _inner(ipaddress.ip_address(address.partition("%")[0]))
    return ip.is_global and not ip.is_multicast


def _inner(ip: IP) -> IP:
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    if ip in NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    teredo = ip.teredo[1] if ip.teredo else None
    return ip.ipv4_mapped or ip.sixtofour or teredo or ip
