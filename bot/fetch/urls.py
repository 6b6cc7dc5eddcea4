"""URLs: their parts, read in one way for every check, and the mirrors that stand in for an origin."""

import re
from collections.abc import Container, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from bot.errors import Unreachable

LONGEST = 8192
REDIRECT_STATUSES = (301, 302, 303, 307, 308)
PORTS = {"http": 80, "https": 443}
# excludes what two parsers could read as different hosts: backslashes, blanks, control characters, user names before an @
_PLAIN = re.compile(r"https?://(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?(?:[/?#][^\\\x00-\x1f\x7f]*)?\Z", re.I)


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host in lower case, and port of a URL."""

    scheme: str
    host: str
    port: int

    @property
    def has_default_port(self) -> bool:
        """True for port 80 of http and port 443 of https."""
        return self.port == PORTS[self.scheme]

    @property
    def origin(self) -> str:
        """The origin as written, without a default port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + ("" if self.has_default_port else f":{self.port}")


def origin_of(url: str) -> Origin:
    """Return the origin of a URL. Raises Unreachable when it is not a plain http or https URL."""
    try:
        parts = urlsplit(url) if len(url) <= LONGEST and _PLAIN.match(url) else None
        if parts and parts.hostname:
            scheme = parts.scheme.lower()
            return Origin(scheme, parts.hostname.lower(), parts.port or PORTS[scheme])
    except ValueError:  # a port beyond 65535, brackets around no address
        pass
    raise Unreachable(f"{url!r} is no address that we ask for")


def check_declared(url: str, hosts: Container[str], starts: Container[Origin]) -> None:
    """Check that a URL is on one of the hosts, at the port of its scheme or of one of the starts. Raises Unreachable."""
    origin = origin_of(url)
    if origin.host not in hosts:
        raise Unreachable(f"{url} is on a host that the source does not declare")
    if not origin.has_default_port and origin not in starts:
        raise Unreachable(f"{url} is on a port that the source does not declare")


def redirect_target(base: str, location: str) -> str:
    """Return the URL that a Location header names, relative to `base`, without its fragment."""
    return urljoin(base, location.strip()).partition("#")[0]


class Mirrors:
    """Origins whose requests go to another (tests, proxies). Only the server changes: pages and captures keep the original URL."""

    def __init__(self, origins: Mapping[str, str]):
        self._mirror_of = {origin_of(origin): origin_of(mirror) for origin, mirror in origins.items()}
        self._origin_of = {mirror: origin for origin, mirror in self._mirror_of.items()}

    @property
    def endpoints(self) -> frozenset[tuple[str, int]]:
        """Host and port of each mirror, the only endpoints that may have private addresses."""
        return frozenset((mirror.host, mirror.port) for mirror in self._mirror_of.values())

    def to_mirror(self, url: str) -> str:
        """Return the URL to which the request for a URL is sent."""
        return _with_origin(url, self._mirror_of)

    def from_mirror(self, url: str, headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[str, str]]:
        """Return response headers as texts, with a Location that points to a mirror mapped back to the original."""
        texts = ((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers)
        return [(name, self._original(url, value) if name.lower() == "location" else value) for name, value in texts]

    def _original(self, url: str, location: str) -> str:
        with suppress(Unreachable):
            to = redirect_target(url, location)
            original = _with_origin(to, self._origin_of)
            return location if original == to else original
        return location


def _with_origin(url: str, ways: Mapping[Origin, Origin]) -> str:
    if (other := ways.get(origin_of(url))) is None:
        return url
    rest = re.sub(r"^[^:]+://[^/?#]*", "", url)
    return other.origin + (rest if rest.startswith("/") else f"/{rest}")
