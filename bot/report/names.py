"""Names of files of the report, and what its pages call things. Pure."""

import hashlib
import re
from datetime import datetime, tzinfo
from typing import Any
from urllib.parse import urlsplit

from bot.render.terminal import plain
from state.queries.holdings import Fact, Holding

_PLURALS = {"committee": "committees", "work-item": "work items", "deliverable": "projects", "study-group": "study groups"}


def page_of(source: str, key: str) -> str:
    """The file of an item's page: harmless on any file system, whatever the key holds, and one for each key."""
    short = re.sub(r"[^A-Za-z0-9]+", "-", key).strip("-")[:40].lower()
    return f"items/{source}-{short}-{hashlib.blake2b(key.encode(), digest_size=3).hexdigest()}.html"


def item_of(thing: Fact | Holding) -> str:
    """The file of the page of a record, or of the record of a holding."""
    return page_of(thing.source, thing.key)


def anchor(text: object) -> str:
    """A text as the id of a place in a page."""
    return re.sub(r"[^A-Za-z0-9]+", "-", str(text)).strip("-").lower() or "none"


def web(url: str) -> str:
    """An address that a link may lead to; empty for anything but http and https."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc else ""


def things(kind: str) -> str:
    """A kind of record in the plural."""
    return _PLURALS.get(kind, f"{kind.replace('-', ' ')}s")


def day_of(moment: datetime, zone: tzinfo) -> str:
    """The day of a moment in a zone."""
    return moment.astimezone(zone).date().isoformat()


def value_text(value: Any) -> str:
    """A value of a change as one line: lists as their members."""
    if isinstance(value, list):
        return ", ".join(plain(each) for each in value) or "–"
    return "–" if value is None else plain(value)
