"""The outbound guard: a host name may only lead to addresses that the whole world can reach."""

import ipaddress
import socket

from bot.errors import Unreachable

NAT64 = ipaddress.ip_network("64:ff9b::/96")
IP = ipaddress.IPv4Address | ipaddress.IPv6Address


def addresses(host: str, port: int, private: bool = False) -> list[str]:
    """The addresses of a host, every one of them checked; connect to these and resolve no second time. `private` allows all,
    for mirrors. Raises socket.gaierror when there is none, and Unreachable when one is not global."""
    found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    for address in found:
        if not private and not is_global(address):
            raise Unreachable(f"{host} leads to {address}, which is no public address; only http.mirrors may name such a place")
    return list(dict.fromkeys(found))


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
