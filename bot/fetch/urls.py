"""Addresses: their parts, read in one way for every check, and the mirrors that stand in for an origin."""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from bot.errors import Unreachable

LONGEST = 8192
MOVED = (301, 302, 303, 307, 308)
PORTS = {"http": 80, "https": 443}
# what two readers of an address could take for different hosts: backslashes, blanks, control characters, names before an @
_PLAIN = re.compile(r"https?://(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?(?:[/?#][^\\\x00-\x1f\x7f]*)?\Z", re.I)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an address leads: scheme, host in lower case, port."""

    scheme: str
    host: str
    port: int

    @property
    def origin(self) -> str:
        """The origin as it is written, without the port that goes without saying."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + ("" if self.port == PORTS[self.scheme] else f":{self.port}")


def origin_of(url: str) -> Origin:
    """Where an address leads. Raises Unreachable when it is no plain http or https address."""
    try:
        parts = urlsplit(url) if len(url) <= LONGEST and _PLAIN.match(url) else None
        if parts and parts.hostname:
            scheme = parts.scheme.lower()
            return Origin(scheme, parts.hostname.lower(), parts.port or PORTS[scheme])
    except ValueError:  # a port beyond 65535, brackets around no address
        pass
    raise Unreachable(f"{url!r} is no address that we ask for")


def redirect_target(base: str, location: str) -> str:
    """The address that a redirect names, relative to where it was met, without its fragment."""
    return urljoin(base, location.strip()).partition("#")[0]


class Mirrors:
    """Origins whose requests go to another (tests, proxies), by origin. Only the way to the server changes: pages and captures
    keep the address of the original."""

    def __init__(self, origins: Mapping[str, str]):
        self._there = {origin_of(origin): origin_of(mirror) for origin, mirror in origins.items()}
        self._back = {mirror: origin for origin, mirror in self._there.items()}

    @property
    def places(self) -> frozenset[tuple[str, int]]:
        """Host and port of each mirror: there, and nowhere else, private addresses are allowed."""
        return frozenset((mirror.host, mirror.port) for mirror in self._there.values())

    def there(self, url: str) -> str:
        """Where the request for an address is sent."""
        return _moved(url, self._there)

    def back(self, url: str, headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[str, str]]:
        """The headers of an answer as texts; where a mirror redirects to itself, with the original of that address."""
        told = ((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers)
        return [(name, self._original(url, value) if name.lower() == "location" else value) for name, value in told]

    def _original(self, url: str, location: str) -> str:
        with suppress(Unreachable):
            to = redirect_target(url, location)
            original = _moved(to, self._back)
            return location if original == to else original
        return location


def _moved(url: str, ways: Mapping[Origin, Origin]) -> str:
    if (other := ways.get(origin_of(url))) is None:
        return url
    rest = re.sub(r"^[^:]+://[^/?#]*", "", url)
    return other.origin + (rest if rest.startswith("/") else f"/{rest}")
