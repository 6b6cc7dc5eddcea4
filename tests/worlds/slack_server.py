"""A strict Slack for tests: a real HTTP server that holds every message against Block Kit's limits, keeps channels and threads with
their metadata, and plays bad weather: 429, 500, a lost answer, refusals.

Run as a program it serves until it is killed: `python -m tests.slack_server PORT_FILE LOG_FILE FAILURES SEED`.
"""

import json
import random
import re
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

TOKEN, CHANNEL, NAME = "xoxb-test", "C0TEST", "standards"
HOOK = "/services/T0/B0/secret"
TEXT_LIMITS = {"section": 3000, "header": 150, "context": 3000, "button": 75}
ALLOWED_LINK = re.compile(r"<https?://[^\s<>|]+(\|[^<>|]*)?>")


@dataclass
class Workspace:
    """State of the server and the faults it was told to play. `weather` lists faults that are played in turn, `chance` plays them
    at random: `429`, `500`, `500-after` (accepted, then 500), `lost` (accepted, then the connection goes),
    `slow` (accepted, then no answer for a second), `late` (no answer, accepted later). `scopes` are those of the token."""

    chance: float = 0.0
    seed: int = 0
    weather: list[str] = field(default_factory=list)
    refusal: str = ""
    scopes: set[str] = field(default_factory=lambda: {"chat:write", "channels:read", "channels:history"})
    channel_type: str = "public_channel"
    log: Path | None = None
    messages: list[dict[str, Any]] = field(default_factory=list)
    rejected: list[str] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)

    def fault(self) -> str:
        with self.lock:
            if self.weather:
                return self.weather.pop(0)
            return self.random.choice(["429", "500", "500-after", "lost"]) if self.random.random() < self.chance else ""

    def accept(self, message: dict[str, Any]) -> str:
        with self.lock:
            ts = f"{1_700_000_000 + len(self.messages)}.000100"
            self.messages.append({**message, "ts": ts, "when": time.time()})
            if self.log:
                with self.log.open("a", encoding="utf-8") as file:
                    file.write(json.dumps({"ts": ts, **message}) + "\n")
            return ts

    def keys(self) -> list[str]:
        """The delivery keys of all accepted messages, in order."""
        return [message["metadata"]["event_payload"]["key"] for message in self.messages]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    workspace: Workspace

    def log_message(self, *_: Any) -> None:
        pass

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        if self.path == HOOK:
            self.webhook(json.loads(body))
            return
        method = self.path.removeprefix("/api/")
        given = json.loads(body) if "json" in self.headers["Content-Type"] else dict(parse_qsl(body.decode()))
        self.workspace.calls[method] += 1
        if self.headers["Authorization"] != f"Bearer {TOKEN}":
            self.answer({"ok": False, "error": "invalid_auth"})
        elif self.workspace.refusal:
            self.answer({"ok": False, "error": self.workspace.refusal})
        else:
            getattr(self, method.replace(".", "_"))(given)

    def chat_postMessage(self, given: dict[str, Any]) -> None:
        given = {k: json.loads(v) if k in ("blocks", "metadata") and isinstance(v, str) else v for k, v in given.items()}
        if given.get("channel") not in (CHANNEL, f"#{NAME}"):
            self.answer({"ok": False, "error": "channel_not_found"})
            return
        fault = self.workspace.fault()
        if fault in ("429", "500"):
            self.fail(fault)
            return
        problems = list(wrong(given)) + list(wrong_options(given))
        if problems:
            self.workspace.rejected += problems
            self.answer({"ok": False, "error": "invalid_blocks", "response_metadata": {"messages": problems}})
            return
        if fault == "late":
            threading.Timer(0.6, self.workspace.accept, [given]).start()
        ts = "" if fault == "late" else self.workspace.accept(given)
        if fault == "500-after":
            self.fail("500")
        elif fault in ("lost", "slow", "late"):
            time.sleep(1.0 if fault == "slow" else 0.0)
            self.hang_up()
        else:
            self.answer({"ok": True, "channel": CHANNEL, "ts": ts})

    def lacks(self, *scopes: str) -> bool:
        if lacking := not set(scopes) <= self.workspace.scopes:
            self.answer({"ok": False, "error": "missing_scope"})
        return lacking

    def auth_test(self, given: dict[str, Any]) -> None:
        self.answer({"ok": True})

    def conversations_list(self, given: dict[str, Any]) -> None:
        kinds = {"public_channel": "channels:read", "private_channel": "groups:read"}
        types = given.get("types", "public_channel").split(",")
        if self.lacks(*(kinds[each] for each in types)):
            return
        shown = [{"id": CHANNEL, "name": NAME}] if self.workspace.channel_type in types else []
        self.answer({"ok": True, "channels": [{"id": "C0OTHER", "name": "other"}, *shown]})

    def conversations_history(self, given: dict[str, Any]) -> None:
        top = [m for m in self.workspace.messages if not m.get("thread_ts")]
        self.page(given, top[::-1])

    def conversations_replies(self, given: dict[str, Any]) -> None:
        self.page(given, [m for m in self.workspace.messages if given["ts"] in (m.get("thread_ts"), m["ts"])])

    def page(self, given: dict[str, Any], messages: list[dict[str, Any]]) -> None:
        if self.lacks("channels:history" if self.workspace.channel_type == "public_channel" else "groups:history"):
            return
        if given.get("channel") != CHANNEL:
            self.answer({"ok": False, "error": "channel_not_found"})
            return
        if self.workspace.random.random() < self.workspace.chance / 2:
            self.fail("429")
            return
        fresh = [m for m in messages if m["when"] >= float(given.get("oldest", 0))]
        start, size = int(given.get("cursor") or 0), min(int(given.get("limit", 100)), 200)
        shown = [
            {"ts": m["ts"], "text": m["text"], **({"metadata": m["metadata"]} if given.get("include_all_metadata") else {})}
            for m in fresh[start : start + size]
        ]
        cursor = str(start + size) if start + size < len(fresh) else ""
        self.answer({"ok": True, "messages": shown, "has_more": bool(cursor), "response_metadata": {"next_cursor": cursor}})

    def webhook(self, given: dict[str, Any]) -> None:
        fault = self.workspace.fault()
        if fault in ("429", "500"):
            self.fail(fault)
            return
        problems = list(wrong(given))
        if problems:
            self.workspace.rejected += problems
            self.reply(400, b"invalid_blocks", "text/plain")
            return
        self.workspace.accept(given)
        if fault == "500-after":
            self.fail("500")
        elif fault == "lost":
            self.hang_up()
        else:
            self.reply(200, b"ok", "text/plain")

    def fail(self, fault: str) -> None:
        if fault == "429":
            self.reply(429, b'{"ok":false,"error":"ratelimited"}', "application/json", **{"Retry-After": "1"})
        else:
            self.reply(500, b"upstream trouble", "text/html")

    def hang_up(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def answer(self, given: dict[str, Any]) -> None:
        self.reply(200, json.dumps(given).encode(), "application/json; charset=utf-8")

    def reply(self, status: int, body: bytes, kind: str, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def wrong(given: dict[str, Any]) -> Iterator[str]:
    """Return the faults of a message that Slack, or a careful reader, would not accept."""
    blocks = given.get("blocks", [])
    if not given.get("text"):
        yield "no text for notifications"
    if len(given.get("text", "")) > 4000:
        yield "text is too long"
    if not 1 <= len(blocks) <= 50:
        yield f"{len(blocks)} blocks"
    yield from wrong_text(given.get("text", ""), "mrkdwn")
    for block in blocks:
        yield from wrong_block(block)


def wrong_options(given: dict[str, Any]) -> Iterator[str]:
    for name in ("unfurl_links", "unfurl_media"):
        if str(given.get(name)).lower() not in ("false", "0"):
            yield f"{name} is on"
    if len(json.dumps(given.get("metadata", {}))) > 8000 or not given.get("metadata", {}).get("event_type"):
        yield "metadata"


def wrong_block(block: dict[str, Any]) -> Iterator[str]:
    kind = block.get("type")
    extra = set(block) - {"type", "text", "elements", "fields", "accessory", "block_id"}
    if extra:
        yield f"a {kind} has {extra}"
    match kind:
        case "section" | "header":
            yield from wrong_object(block["text"], kind)
            if kind == "header" and block["text"]["type"] != "plain_text":
                yield "a header is plain text"
        case "context":
            if not 1 <= len(block["elements"]) <= 10:
                yield "a context has 1 to 10 elements"
            for each in block["elements"]:
                yield from wrong_object(each, "context")
        case "actions":
            yield from wrong_actions(block["elements"])
        case "divider":
            pass
        case _:
            yield f"a block of type {kind}"


def wrong_actions(elements: list[dict[str, Any]]) -> Iterator[str]:
    if not 1 <= len(elements) <= 25 or len({each["action_id"] for each in elements}) < len(elements):
        yield "actions: number or ids"
    for each in elements:
        yield from wrong_object(each["text"], "button")
        if each["text"]["type"] != "plain_text" or len(each["url"]) > 3000 or not re.match(r"https?://\S+$", each["url"]):
            yield "a button"


def wrong_object(text: dict[str, Any], where: str) -> Iterator[str]:
    if set(text) - {"type", "text", "emoji", "verbatim"} or text["type"] not in ("mrkdwn", "plain_text"):
        yield f"a text object in {where}"
    if not 1 <= len(text["text"]) <= TEXT_LIMITS[where]:
        yield f"{len(text['text'])} characters in {where}"
    if text["type"] == "mrkdwn" and not text.get("verbatim"):
        yield "names and addresses would become links"
    yield from wrong_text(text["text"], text["type"])


def wrong_text(text: str, kind: str) -> Iterator[str]:
    bare = ALLOWED_LINK.sub("", text) if kind == "mrkdwn" else text
    if re.search(r"[<>]", bare) or re.search(r"&(?!amp;|lt;|gt;)", bare):
        yield f"unescaped: {text[:80]}"
    if re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]", text):
        yield f"control characters: {text[:80]!r}"


@dataclass
class Server:
    """A server under way: `with Server(Workspace()) as slack: slack.api`."""

    workspace: Workspace

    def __enter__(self) -> "Server":
        handler = type("Bound", (Handler,), {"workspace": self.workspace})
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.http.daemon_threads = True
        self.http.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that was killed is no news
        self.http.block_on_close = False
        self.thread = threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.http.shutdown()
        self.http.server_close()

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.http.server_port}/api/"

    @property
    def hook(self) -> str:
        return f"http://127.0.0.1:{self.http.server_port}{HOOK}"


if __name__ == "__main__":
    with Server(Workspace(chance=float(sys.argv[3]), seed=int(sys.argv[4]), log=Path(sys.argv[2]))) as running:
        Path(sys.argv[1]).write_text(running.api)
        threading.Event().wait()
