"""JSON webhook for other programs, signed as standardwebhooks.com describes: HMAC-SHA256 over id, time and body.

Headers: `webhook-id` (the same in every attempt, to drop repeats by), `webhook-timestamp` (seconds), `webhook-signature` (`v1,` and
base64). The secret is WEBHOOK_SECRET; after the prefix `whsec_` it is base64, otherwise its bytes are the key."""

import base64
import hashlib
import hmac
import http.client
import socket
import time
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlsplit

import orjson

from bot.deliver.channel import Channel, unresolved
from bot.errors import ChannelRejected, OutcomeUnknown, Permanent, RetryLater
from bot.render.message import Message
from bot.render.plain import plain_values

TIMEOUT_S = 30
LONGEST = 3000  # characters of a text in the document


class SignedWebhook(Channel):
    """Posts each message as JSON: `{id, kind: alert | summary | notice, repeat, alert, alerts, text}`."""

    def __init__(self, url: str, secret: str):
        self.url, self.key = url, signing_key(secret)
        self.opener = urllib.request.build_opener(_NoRedirect)

    def check(self) -> str:
        """Look up the address of the host; nothing else can be checked without sending. Raises a DeliveryError."""
        host = urlsplit(self.url).hostname
        try:
            socket.getaddrinfo(host, None)
        except socket.gaierror as error:
            raise unresolved(host, error) from error
        return super().check()

    def send(self, message: Message) -> str | None:
        """Post a message; any 2xx response means that it was taken. Raises a DeliveryError."""
        body, when = orjson.dumps(message_document(message)), str(int(time.time()))
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "standards-watch",
            "webhook-id": message.key,
            "webhook-timestamp": when,
            "webhook-signature": sign(self.key, message.key, when, body),
        }
        try:
            with self.opener.open(urllib.request.Request(self.url, body, headers), timeout=TIMEOUT_S):
                return None
        except urllib.error.HTTPError as error:
            with error:
                raise _refused(error) from error
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", None)
            if isinstance(reason, socket.gaierror):
                raise unresolved(urlsplit(self.url).hostname, reason) from error
            if isinstance(reason, ConnectionRefusedError):
                raise RetryLater("The webhook cannot be reached.") from error
            raise OutcomeUnknown(f"The webhook did not answer ({error}).") from error


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Follow no redirect: a message is signed for one address."""


def message_document(message: Message) -> dict[str, Any]:
    """Return a message as a JSON document, its texts harmless and cut."""
    kind = "alert" if message.alert else "notice" if message.notice else "summary"
    alert, alerts, text = plain_values((message.alert, message.parts, message.notice), LONGEST)
    return {"id": message.key, "kind": kind, "repeat": message.repeat, "alert": alert, "alerts": alerts, "text": text}


def signing_key(secret: str) -> bytes:
    """Return the key of a secret. Raises ValueError when it is no base64 behind its prefix."""
    if secret.startswith("whsec_"):
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    return secret.encode()


def sign(key: bytes, name: str, when: str, body: bytes) -> str:
    """Return the signature of one message."""
    digest = hmac.new(key, f"{name}.{when}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def _refused(error: urllib.error.HTTPError) -> RetryLater | Permanent | OutcomeUnknown:
    wait = error.headers.get("Retry-After", "")
    if error.code in (429, 503):
        return RetryLater(f"The webhook answered {error.code}.", float(wait) if wait.isdigit() else 0)
    if error.code >= 500:
        return OutcomeUnknown(f"The webhook answered {error.code}.")
    if error.code in (401, 403, 404, 410) or error.code < 400:
        return ChannelRejected(f"The webhook refuses with {error.code}.", 60.0)
    return Permanent(f"The webhook does not take this message: {error.code}.")
