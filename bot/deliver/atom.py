"""Atom feed (RFC 4287) of the newest alerts, as a file for any web server."""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

from bot.deliver.channel import Channel
from bot.render.message import Message, Row, alert_lines
from bot.render.mrkdwn import web_address
from bot.render.plain import plain
from state.db import open_database
from state.encode import moment
from state.queries import history

NEWEST = 100
ATOM = "http://www.w3.org/2005/Atom"


class FeedChannel(Channel):
    """Rewrites the file with each alert, so a repeat changes nothing."""

    def __init__(self, path: Path, name: str, db: Path):
        self.path, self.name, self.db = path, name, db

    def check(self) -> str:
        """Return that the channel is ready: it is written on this machine."""
        return "ready, it is written here"

    def send(self, message: Message) -> str | None:
        """Write the feed with this alert in it; notices about the bot are left out."""
        if message.notice:
            return None
        with open_database(self.db) as db:
            rows = history.queued_for(db, self.name, NEWEST)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        fresh.write_bytes(feed(self.name, rows))
        fresh.replace(self.path)
        return None


def feed(name: str, alerts: Sequence[Row]) -> bytes:
    """Return the feed of some alerts, newest first."""
    ElementTree.register_namespace("", ATOM)
    root = ElementTree.Element(f"{{{ATOM}}}feed")
    _add(root, "title", f"standards-watch: {name}")
    _add(root, "id", _tag(name))
    _add(root, "updated", max((alert["observed_at"] for alert in alerts), default="1970-01-01T00:00:00Z"))
    _add(_add(root, "author"), "name", "standards-watch")
    for alert in alerts:
        entry = _add(root, "entry")
        _add(entry, "title", plain(alert["headline"]))
        _add(entry, "id", _tag(f"{name} {alert['observed_at']} {alert['record']} {alert['event']} {alert['headline']}"))
        _add(entry, "updated", alert["observed_at"])
        if address := web_address(alert["url"]):
            _add(entry, "link").set("href", address)
        for term in [alert["event"], alert["severity"], *alert["topics"]]:
            _add(entry, "category").set("term", plain(term))
        zone = moment(alert["observed_at"]).tzinfo
        assert zone is not None  # stored times are aware
        _add(entry, "summary", "\n".join(alert_lines(alert, zone)[1:]))
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()


def _add(parent: ElementTree.Element, name: str, text: str | None = None) -> ElementTree.Element:
    child = ElementTree.SubElement(parent, f"{{{ATOM}}}{name}")
    child.text = text
    return child


def _tag(name: str) -> str:
    digest = hashlib.sha256(name.encode()).hexdigest()
    return f"urn:uuid:{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-8{digest[17:20]}-{digest[20:32]}"
