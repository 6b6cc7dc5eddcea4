"""Slack, by a bot token (`chat.postMessage`; a message that may have arrived is found by its metadata) or an incoming webhook."""

import http.client
import logging
import re
import socket
import urllib.error
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta, tzinfo
from typing import Any, NoReturn, cast

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.handler import RetryHandler
from slack_sdk.web.slack_response import SlackResponse
from slack_sdk.webhook import WebhookClient

from bot.deliver.channel import LETS_IN, Channel
from bot.errors import ChannelRejected, DeliveryError, OutcomeUnknown, Permanent, RetryLater
from bot.render.message import Message
from bot.render.slack import payloads, thread_head

TIMEOUT_S = 30
EVENT = "standards_watch_delivery"
# kinds of channels to look among, each a scope of its own: a list of both is refused where the token has one
TYPES = ("public_channel,private_channel", "public_channel", "private_channel")
ID = re.compile(r"[CG][A-Z0-9]{5,}")
CLOCKS_APART = timedelta(minutes=10)
MEND_S = 60.0  # pause before retrying what a person has to repair
logging.getLogger("slack_sdk").setLevel(logging.CRITICAL)  # failures are logged by the worker

# error codes while a person has to repair the token, the rights or the channel
BROKEN = frozenset(
    [
        "invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "no_permission",
        "org_login_required", "access_denied", "ekm_access_denied", "channel_not_found", "not_in_channel", "is_archived",
        "restricted_action", "team_access_not_granted", "two_factor_setup_required", "enterprise_is_restricted", "user_not_found",
        "no_active_hooks", "no_service", "invalid_token", "no_team", "channel_is_archived", "action_prohibited",
        "posting_to_general_channel_denied",
    ]
)  # fmt: skip
LATER = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded", "rollup_error"})
UNKNOWN = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"})


class Once(RetryHandler):
    """Disables the client's own retries, which could send a message twice; the outbox does all retries. Closes failed responses."""

    def can_retry(self, *, error: Exception | None = None, **_: Any) -> bool:
        """Close the failed response that the client leaves open, and allow no retry."""
        if isinstance(error, urllib.error.HTTPError):
            error.close()
        return False


class MissingScope(ChannelRejected):
    """The token lacks a scope for what was asked."""


class SlackChannel(Channel):
    """A channel of a workspace, used with a bot token."""

    threads = can_find = True

    def __init__(self, token: str, channel: str, zone: tzinfo, api_url: str | None = None):
        base = (api_url or WebClient.BASE_URL).rstrip("/") + "/"
        self.client = WebClient(token=token, base_url=base, timeout=TIMEOUT_S, retry_handlers=[Once()])
        self.channel, self.zone = channel, zone
        self.id: str | None = None

    def check(self) -> str:
        """Check the token, and that messages of the channel can be found again. Raises ChannelRejected or RetryLater."""
        try:
            self.client.auth_test()
        except SlackClientError as error:
            response = getattr(error, "response", None)
            reason = response.get("error") if response is not None else error
            raise ChannelRejected(f"Slack does not take the token ({reason}).", MEND_S) from error
        except OSError as error:
            raise RetryLater(f"Slack cannot be reached ({error}).") from error
        self.id = self.id or self._resolve()
        self._call(self.client.conversations_history, channel=self.id, limit=1)
        return LETS_IN

    def send(self, message: Message) -> str | None:
        """Post a message; returns `channel/ts`."""
        parts = message.alert is None and message.notice is None
        body = thread_head(message, self.zone) if parts else payloads(message, self.zone)[0]
        answer = self._call(
            self.client.chat_postMessage,
            sending=True,
            channel=self.channel,
            thread_ts=_ts(message.thread),
            metadata={"event_type": EVENT, "event_payload": {"key": message.key}},
            unfurl_links=False,
            unfurl_media=False,
            link_names=False,
            parse="none",
            **body,
        )
        self.id = answer["channel"]
        return f"{answer['channel']}/{answer['ts']}"

    def find(self, message: Message, since: datetime) -> str | None:
        """Return the id of the message with our key in the channel, or in its thread, since it was queued."""
        if message.thread:
            self.id = message.thread.split("/")[0]
        self.id = self.id or self._resolve()
        for each in self._history(_ts(message.thread), str((since - CLOCKS_APART).timestamp())):
            metadata = each.get("metadata") or {}
            if metadata.get("event_type") == EVENT and metadata.get("event_payload", {}).get("key") == message.key:
                return f"{self.id}/{each['ts']}"
        return None

    def _history(self, thread: str | None, oldest: str) -> Iterator[dict[str, Any]]:
        cursor, more = None, True
        while more:
            given: dict[str, Any] = {
                "channel": self.id,
                "oldest": oldest,
                "limit": 200,
                "cursor": cursor,
                "include_all_metadata": True,
            }
            if thread:
                page = self._call(self.client.conversations_replies, ts=thread, **given)
            else:
                page = self._call(self.client.conversations_history, **given)
            yield from page["messages"]
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            more = bool(cursor)

    def _resolve(self) -> str:
        """Return the id of the channel, which reading needs and posting does not. Raises ChannelRejected when it is not shown."""
        if ID.fullmatch(self.channel):
            return self.channel
        for types in TYPES:
            with suppress(MissingScope):
                if found := self._listed(types):
                    return found
        raise ChannelRejected(
            f"Slack shows the token no channel {self.channel}; invite the app, and give it the scope channels:read"
            " (groups:read for a private channel).",
            MEND_S,
        )

    def _listed(self, types: str) -> str | None:
        name = self.channel.removeprefix("#")
        cursor, more = None, True
        while more:
            page = self._call(self.client.conversations_list, limit=999, cursor=cursor, types=types, exclude_archived=True)
            for each in page["channels"]:
                if name in (each["name"], each["id"]):
                    return str(each["id"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            more = bool(cursor)
        return None

    def _call(self, call: Callable[..., SlackResponse], sending: bool = False, **arguments: Any) -> dict[str, Any]:
        """Call the API. Raises a DeliveryError; the outcome can only be unknown when something was sent."""
        try:
            return cast(dict[str, Any], call(**arguments).data)
        except SlackApiError as error:
            raise _of_answer(error, sending) from error
        except (OSError, http.client.HTTPException, SlackClientError) as error:
            raise _of_connection(error, sending) from error


class WebhookChannel(Channel):
    """An incoming webhook. It cannot be searched, so a message that may be a repeat says so."""

    def __init__(self, url: str, zone: tzinfo):
        self.client = WebhookClient(url, timeout=TIMEOUT_S, retry_handlers=[Once()])
        self.zone = zone

    def send(self, message: Message) -> str | None:
        """Post a message; a long summary is posted as several."""
        for number, body in enumerate(payloads(message, self.zone)):
            self._post(body, number > 0)
        return None

    def _post(self, body: dict[str, Any], begun: bool) -> None:
        try:
            answer = self.client.send(unfurl_links=False, unfurl_media=False, **body)
        except (OSError, http.client.HTTPException, SlackClientError) as error:
            raise _of_connection(error, True) from error
        if answer.status_code == 200 and answer.body == "ok":
            return
        code = answer.body.strip()[:100]
        if begun:
            raise OutcomeUnknown(f"Slack took a part of a summary, then answered {answer.status_code} ({code}).")
        _refuse(answer.status_code, code, _header(answer.headers, "retry-after"), True)


def _of_answer(error: SlackApiError, sending: bool) -> DeliveryError:
    response = error.response
    status = int(getattr(response, "status_code", 0) or response.get("status", 0))
    try:
        code = str(response.get("error", ""))
    except (AttributeError, ValueError, TypeError):
        code = ""  # the body was no JSON
    try:
        _refuse(status, code, _header(getattr(response, "headers", None) or response.get("headers", {}), "retry-after"), sending)
    except DeliveryError as told:
        return told


def _refuse(status: int, code: str, retry_after: str, sending: bool) -> NoReturn:
    """Raise the DeliveryError of a Slack response."""
    code = " ".join(code.split())[:100]
    if status == 429 or code in LATER:
        raise RetryLater("Slack asks to slow down.", float(retry_after) if retry_after.replace(".", "", 1).isdigit() else 30.0)
    if code == "missing_scope":
        raise MissingScope("Slack refuses with missing_scope; give the token the scopes of docs/telling.md.", MEND_S)
    if code in BROKEN or status in (401, 403, 404, 410):
        raise ChannelRejected(f"Slack refuses with {code or status}.", MEND_S)
    if status >= 500 or code in UNKNOWN:
        outcome = OutcomeUnknown if sending else RetryLater
        raise outcome(f"Slack answered {status} ({code}).")
    raise Permanent(f"Slack does not take this message: {code or status}.")


def _of_connection(error: Exception, sending: bool) -> DeliveryError:
    """Return the DeliveryError of a failed connection: nothing was sent when no connection was made."""
    reason = getattr(error, "reason", error)
    if isinstance(error, urllib.error.HTTPError):
        return OutcomeUnknown(f"Slack answered {error.code}.") if sending else RetryLater(f"Slack answered {error.code}.")
    if not sending or isinstance(reason, (ConnectionRefusedError, socket.gaierror)):
        return RetryLater(f"Slack cannot be reached ({reason}).")
    return OutcomeUnknown(f"Slack did not answer ({reason}).")


def _header(headers: Any, name: str) -> str:
    found = {str(key).lower(): value for key, value in dict(headers or {}).items()}.get(name, "")
    return str(found[0] if isinstance(found, list) and found else found or "")


def _ts(remote_id: str | None) -> str | None:
    return remote_id.split("/")[-1] if remote_id else None
