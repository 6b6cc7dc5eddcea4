"""The outbound guard: a host name may only lead to addresses that the whole world can reach."""

import ipaddress
import socket
from queue import Empty, SimpleQueue
from threading import Thread

from bot.errors import Unreachable

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
