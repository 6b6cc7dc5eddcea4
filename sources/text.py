"""Readers of printed text that sources share: white space, patterns, times, digests. Pure."""

import hashlib
import re
from datetime import UTC, datetime
from typing import Any


def folded(text: str) -> str:
    """Return a text with white space (NBSP too) collapsed and zero-width spaces removed."""
    return " ".join(text.replace("\u200b", "").split())


def first_group(pattern: str | re.Pattern[str], text: str) -> str | None:
    """Return what the first group of a pattern matches in a text, or None."""
    found = re.search(pattern, text)
    return found[1] if found else None


def digest_of(text: str | bytes) -> bytes:
    """Return the digest (16 bytes) by which a list row or an object is known again."""
    return hashlib.blake2b(text if isinstance(text, bytes) else text.encode(), digest_size=16).digest()


def parse_time(printed: Any) -> datetime | None:
    """Return a time in ISO 8601, aware UTC (which it is in where it names no zone); None when it is none."""
    try:
        found = datetime.fromisoformat(str(printed))
    except ValueError:
        return None
    return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
