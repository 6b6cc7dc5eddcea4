"""Step 1, fetch: request a page politely, keep the response as evidence, and return it only when it is an answer.

The only module that knows the HTTP library. It obeys robots.txt, sends one request at a time per host with a pause after each
(`bot/fetch/throttle.py`), keeps to a daily budget of requests, sends conditional requests, follows few redirects and only to
declared hosts, connects to public addresses only (`bot/fetch/transport.py`), and limits time and size. A response that is not an
answer (`bot/fetch/blocked.py`) is an error."""

import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType

import httpcore
import httpx
import stamina
import structlog
from sqlite_utils import Database

from bot.errors import Refused, Unreachable
from bot.fetch import capture as evidence
from bot.fetch.blocked import NonAnswer, non_answer
from bot.fetch.decompress import decompressed
from bot.fetch.replay import page_of
from bot.fetch.robots import Rules
from bot.fetch.throttle import Clock, Sleep, fault_until, retry_after, turn
from bot.fetch.transport import Deadline, GuardedBackend, transport_errors
from bot.fetch.types import BudgetExhausted, Limits, Received, Retryable, encoding, headers, receive, retry_wait, validators
from bot.fetch.urls import Mirrors, check_declared, origin_of, redirect_target
from bot.parse.result import Fetched
from sources.base import Follow, Page, Source
from state import politeness
from state.archive.reader import BadArchive, Recorded, read_answer
from state.archive.redaction import redacted
from state.archive.writer import Archive, Reply, RunFile
from state.model import Capture
from state.politeness import count_request

log = structlog.get_logger()


class Fetcher:
    """Fetcher of the pages of one run. A context manager: its pages can be read until it closes; on closing, its archive file gets
    its final name.

    `last_capture` returns the newest accepted capture of an address (validators and digest). `mirrors` are origins whose requests
    go elsewhere. `clock` returns aware UTC. `requests` counts retries and redirects too, but not robots.txt; `not_modified` counts
    unchanged answers. `captures` are all responses kept, also those of refused and failed requests."""

    def __init__(
        self,
        db: Database,
        source: Source,
        *,
        contact: str,
        version: str,
        last_capture: Callable[[str], Capture | None],
        run_id: int,
        mirrors: Mapping[str, str] | None = None,
        archive: Archive | None = None,
        clock: Clock = lambda: datetime.now(UTC),
        sleep: Sleep = time.sleep,
        limits: Limits | None = None,
    ):
        self.requests = self.not_modified = 0
        self.captures: list[Capture] = []
        self._db, self._source, self._last_capture = db, source, last_capture
        self._clock, self._sleep, self._limits = clock, sleep, limits or Limits()
        self._mirrors = Mirrors(mirrors or {})
        self._starts = {origin_of(url) for url in source.starts(clock().date())}
        self._hosts = {*map(str.lower, source.access.hosts), *(start.host for start in self._starts)}
        self._rules = Rules(db, self._fetch_robots, clock)
        self._headers = headers(source, version, contact)
        self._archive, self._name = archive, f"{source.name}-{clock():%Y%m%dT%H%M%SZ}-{run_id}"
        self._deadline = Deadline()
        self._stack = ExitStack()

    def __enter__(self) -> "Fetcher":
        self._folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="standards-watch-")))
        transport = Transport(GuardedBackend(self._deadline, self._mirrors.endpoints), self._limits.kept_open_s)
        timeout = httpx.Timeout(self._limits.read_s, connect=self._limits.connect_s)
        # no proxy from the environment: it would resolve names past the outbound guard
        client = httpx.Client(transport=transport, timeout=timeout, trust_env=False, headers=self._headers)
        self._client = self._stack.enter_context(client)
        self._file: RunFile | None = None
        if self._archive:
            obey = "obey" if self._source.access.robots else "ignore"
            about = {"software": self._headers["User-Agent"], "isPartOf": self._name, "robots": obey}
            self._file = self._stack.enter_context(self._archive.run(self._name, self._clock(), about))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stack.__exit__(kind, error, trace)

    def __call__(self, follow: Follow) -> Fetched | None:
        """Return the answer to a follow; its page is None when a bulk file is unchanged. Returns None for the detail page of a
        record that is gone (404, 410) or beyond today's budget. Raises Unreachable or Refused."""
        url, form = follow.url, follow.form
        for _ in range(self._limits.redirects + 1):
            self._check_allowed(url)
            last, kept = (None, None) if form is not None else self._last(url)
            try:
                received = self._with_retries(url, form, last)
            except BudgetExhausted:
                if follow.key is None:
                    raise
                return None  # the record is listed; its page is read on another day
            if received.moved_to is None:
                return self._answer(follow, received, kept)
            form = form if received.reply.status in (307, 308) else None
            url = self._redirect_target(received)
        raise Unreachable(f"{follow.url} redirects more than {self._limits.redirects} times")

    def _last(self, url: str) -> tuple[Capture | None, Recorded | None]:
        """Return the last capture of an address, and its body for pages, if a "not modified" would suffice. The body of a page must
        still be in the archive."""
        last = self._last_capture(url)
        if last is None or last.status not in (200, 304):
            return None, None  # redirects and errors are no base for a conditional request
        kept = None if self._source.answer.bulk else self._kept(last)
        return (last, kept) if kept or self._source.answer.bulk else (None, None)

    def _kept(self, last: Capture) -> Recorded | None:
        with suppress(BadArchive):
            if self._archive and last.file and last.offset is not None:
                return read_answer(self._archive.folder / last.file, last.offset)
        return None

    def _check_allowed(self, url: str) -> None:
        check_declared(url, self._hosts, self._starts)
        if self._source.access.robots and not self._rules.allow(url):
            raise Refused(f"the robots.txt of {origin_of(url).host} forbids {url}")

    def _fetch_robots(self, origin: str) -> Received:
        url = f"{origin}/robots.txt"
        for _ in range(self._limits.redirects + 1):
            received = self._exchange(url, None, None)
            if received.moved_to is None:
                return received
            url = self._redirect_target(received)
        raise Unreachable(f"{origin}/robots.txt redirects without end")

    def _redirect_target(self, received: Received) -> str:
        to = redirect_target(url := received.reply.url, received.moved_to or "")
        check_declared(to, self._hosts, self._starts)
        if origin_of(to).scheme == "http" and origin_of(url).scheme == "https":
            raise Unreachable(f"{url} redirects to {to}, which is not encrypted")
        return to

    def _with_retries(self, url: str, form: Mapping[str, str] | None, last: Capture | None) -> Received:
        limits = self._limits
        attempts = stamina.retry_context(
            on=retry_wait, attempts=limits.attempts, timeout=None, wait_initial=limits.retry_wait_s,
            wait_max=limits.retry_wait_max_s, wait_jitter=limits.retry_wait_s,
        )  # fmt: skip
        try:
            for attempt in attempts:
                with attempt:
                    return self._attempt(url, form, last)
        except Retryable as retryable:
            raise retryable.error from retryable
        raise AssertionError("the last attempt returns or raises")

    def _attempt(self, url: str, form: Mapping[str, str] | None, last: Capture | None) -> Received:
        source, now = self._source, self._clock()
        if not count_request(self._db, source.name, now.date(), source.access.pages_a_day):
            tomorrow = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
            raise BudgetExhausted(f"the {source.access.pages_a_day} requests a day for {source.name} are used up", tomorrow)
        self.requests += 1
        received = self._exchange(url, form, last)
        self.captures.append(received.capture)
        if received.reply.status == 429 or received.reply.status >= 500:
            self._raise_for_overload(received)
        return received

    def _raise_for_overload(self, received: Received) -> None:
        url, status, now = received.reply.url, received.reply.status, self._clock()
        host = origin_of(url).host
        fault = self._non_answer(received)
        if status != 429 and fault and fault.blocked:
            raise Refused(f"{url}: {fault.reason}")
        until = retry_after(received.header("retry-after"), now) or fault_until(self._source, received.body.head)
        if until is not None:
            politeness.pause(self._db, host, now, until, asked=True)
            if (until - now).total_seconds() > self._limits.patience_s:
                raise Refused(f"{host} asks us to wait until {until:%Y-%m-%d %H:%M} UTC (status {status})", until)
        if status == 429:
            raise Retryable(Refused(f"{url}: it asks us to slow down (429)", until), waits=until is not None)
        raise Retryable(Unreachable(f"{url}: it answers with status {status}"), waits=until is not None)

    def _answer(self, follow: Follow, received: Received, kept: Recorded | None) -> Fetched | None:
        reply, body, capture = received.reply, received.body, received.capture
        if received.unchanged:
            self.not_modified += 1
            if self._source.answer.bulk:
                return Fetched(None, capture)
            if reply.status == 304 and kept:
                return Fetched(page_of(kept, reply.url, reply.fetched_at), capture)
        fault = self._non_answer(received, follow.name)
        if fault and fault.blocked:
            raise Refused(f"{reply.url}: {fault.reason}", retry_after(received.header("retry-after"), self._clock()))
        if fault and follow.key is not None and reply.status in (404, 410):
            return None
        if fault:
            raise Unreachable(f"{reply.url}: {fault.reason}")
        content_type = received.header("content-type") or ""
        return Fetched(Page(reply.url, body.open, reply.fetched_at, content_type, encoding(content_type, body.head)), capture)

    def _non_answer(self, received: Received, asked: str = "") -> NonAnswer | None:
        reply, body = received.reply, received.body
        return non_answer(reply.status, reply.headers, body.head, reply.url, self._source, body.tail, asked)

    def _exchange(self, url: str, form: Mapping[str, str] | None, last: Capture | None) -> Received:
        """Send one request in turn and within the limits; the response is archived whatever its status."""
        address = self._mirrors.to_mirror(url)
        pace_s = max(self._source.pace_s, self._rules.delay_s(url))
        with (
            turn(self._db, origin_of(url).host, pace_s, self._limits.patience_s, self._clock, self._sleep),
            transport_errors(url, self._deadline),
        ):
            request = self._client.build_request("GET" if form is None else "POST", address, data=form, headers=validators(last))
            self._deadline.start(self._limits.total_s)
            response = self._client.send(request, stream=True, follow_redirects=False)
            try:
                reply = Reply(
                    Follow(url, form).name, self._clock().replace(microsecond=0), response.status_code, response.reason_phrase,
                    self._mirrors.from_mirror(url, response.headers.raw),
                )  # fmt: skip
                chunks = decompressed(response.iter_raw(), response.headers.get("content-encoding", ""))
                body = receive(redacted(self._limited(chunks)), self._folder)
            finally:
                response.close()
        log.debug("fetched", url=url, status=reply.status, bytes=body.length)
        capture = evidence.keep(self._file, reply, body, last)
        return Received(reply, body, capture, evidence.is_same(reply, body, last))

    def _limited(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        length = 0
        for chunk in chunks:
            length += len(chunk)
            if length > self._limits.body_bytes:
                raise Unreachable(f"the body is larger than the {self._limits.body_bytes:,} bytes that we take")
            self._deadline.within(None)
            yield chunk


def ping(url: str, agent: str) -> str | None:
    """Request an address outside of any poll (a dead man's switch); returns the error as text, or None."""
    try:
        answer = httpx.get(url, headers={"User-Agent": agent}, timeout=10, trust_env=False)
        return None if answer.is_success else f"it answers with status {answer.status_code}"
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return str(error) or type(error).__name__


class Transport(httpx.BaseTransport):
    """Transport of the HTTP client; every connection goes through the outbound guard."""

    def __init__(self, backend: GuardedBackend, kept_open_s: float):
        context = httpx.create_ssl_context()
        self._pool = httpcore.ConnectionPool(
            context, max_keepalive_connections=1, keepalive_expiry=kept_open_s, network_backend=backend
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, and return the response as soon as its headers have come."""
        url = httpcore.URL(
            scheme=request.url.raw_scheme, host=request.url.raw_host, port=request.url.port, target=request.url.raw_path
        )
        forwarded = httpcore.Request(
            request.method, url, headers=request.headers.raw, content=request.stream, extensions=dict(request.extensions)
        )
        response = self._pool.handle_request(forwarded)
        return httpx.Response(response.status, headers=response.headers, stream=Stream(response), extensions=response.extensions)

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()


class Stream(httpx.SyncByteStream):
    """Body of a response, read from the connection."""

    def __init__(self, response: httpcore.Response):
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        yield from self._response.iter_stream()

    def close(self) -> None:
        """Return the connection to the pool, or close it when the body was not read to its end."""
        self._response.close()
