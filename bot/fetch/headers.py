"""What we say of ourselves with each request."""

from sources.base import Source
from state.model import Capture

ACCEPTS = {
    "html": "text/html,application/xhtml+xml,*/*;q=0.5",
    "json": "application/json,*/*;q=0.5",
    "jsonl": "application/x-ndjson,application/json,*/*;q=0.5",
    "xml": "application/xml,text/xml,*/*;q=0.5",
    "csv": "text/csv,*/*;q=0.5",
}


def headers(source: Source, version: str, contact: str) -> dict[str, str]:
    """The headers of every request for a source: who asks, and what it understands."""
    return {
        "User-Agent": user_agent(version, contact),
        "Accept": ACCEPTS[source.expects],
        "Accept-Encoding": "gzip, deflate, br",
        "Accept-Language": source.language or "en",
    }


def user_agent(version: str, contact: str) -> str:
    """Who we are, in a form that also passes filters which refuse bare library names."""
    plain = "".join(each for each in contact if each.isascii() and each.isprintable() and each not in "();")
    return f"Mozilla/5.0 (compatible; standards-watch/{version}" + (f"; +{plain})" if plain else ")")


def validators(last: Capture | None) -> dict[str, str]:
    """The headers that ask for a page only if it is another than the one we have."""
    given = {"If-None-Match": last.etag, "If-Modified-Since": last.last_modified} if last else {}
    return {name: value for name, value in given.items() if value}
