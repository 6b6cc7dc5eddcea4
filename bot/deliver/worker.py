"""Step 8, deliver: send what the outbox holds to its destinations, each in its own order and at its own pace.

Every destination has its own worker, so that a channel that fails or answers slowly delays no other. Errors are listed in
bot/errors.py. After an attempt with an unknown outcome the channel is asked, where possible, before the next one."""

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from sqlite_utils import Database

from bot.deliver.channel import Channel
from bot.deliver.routes import Hours
from bot.errors import ChannelRejected, DeliveryError, OutcomeUnknown, Permanent, RetryLater
from bot.render.message import Message
from state import outbox
from state.db import open_database, path_of
from state.locks import Locked, lock
from state.outbox import Destination, Sending, Waiting

log = structlog.get_logger()
PATIENCE_S = 45.0  # of one pass with a failing channel
LONGEST_WAIT_S = 3600.0


@dataclass(frozen=True, slots=True)
class ReadyChannel:
    """A channel with its sending rules: hours, pause between two messages, and the time after which an alert is given up.
    `first_wait_s` is the wait after a first failure, also before `find`; for `look_s` a message that may have arrived is looked for
    before it is sent again."""

    channel: Channel
    hours: Hours = field(default_factory=Hours)
    pace_s: float = 0.0
    first_wait_s: float = 2.0
    look_s: float = 60.0
    give_up: timedelta = timedelta(hours=72)


def deliver(db: Database, channels: Mapping[str, ReadyChannel], patience_s: float = PATIENCE_S) -> int:
    """Send all due deliveries; returns how many failed or still wait because of an error."""
    waiting = [(name, target) for name, target in sorted(outbox.waiting_destinations(db)) if name in channels]
    if not waiting:
        return 0
    path = path_of(db)
    with ThreadPoolExecutor(len(waiting), thread_name_prefix="deliver") as pool:
        passes = [pool.submit(work, path, Destination(name, target), channels[name], patience_s) for name, target in waiting]
        return sum(each.result() for each in passes)


def work(path: Path, destination: Destination, ready: ReadyChannel, patience_s: float) -> int:
    """Serve one destination, on its own connection, until nothing is due or `patience_s` is used up; returns the number of
    failures. Another worker may serve it already."""
    name = f"queue-{destination.channel}-{destination.target}"
    with suppress(Locked), lock(path, name, f"{destination.channel} is served by"), open_database(path) as db:
        return serve(db, destination, ready, patience_s)
    return 0


def serve(db: Database, destination: Destination, ready: ReadyChannel, patience_s: float) -> int:
    """Send the deliveries of a destination whose lock is held; returns as `work` does."""
    failures, left, next_s = 0, patience_s, 0.0
    while not ready.hours.is_quiet(now()):
        step = outbox.start_next(db, destination, ready.hours.cap(now()))
        if isinstance(step, Sending):
            time.sleep(max(0.0, next_s - time.monotonic()))
            outcome = attempt(db, destination, ready, step)
            next_s = time.monotonic() + ready.pace_s
            failures += outcome == "failed"
            left = patience_s if outcome == "sent" else left
        elif step is None or not step.error:
            break  # nothing due, or a limit holds it back
        elif (wait_s := seconds_to(step)) > left:
            return failures + 1
        else:
            left -= wait_s
            time.sleep(wait_s)
    return failures


def attempt(db: Database, destination: Destination, ready: ReadyChannel, delivery: Sending) -> str:
    """Send one delivery, and store the outcome: "sent", "later" or "failed"."""
    try:
        remote_id = send(ready, delivery)
    except Permanent as error:
        give_up(db, destination, delivery, str(error))
        return "failed"
    except (RetryLater, OutcomeUnknown) as error:
        return postpone(db, destination, ready, delivery, error)
    except Exception as error:  # a bug with one message must not stop those behind it
        log.exception("delivery cannot be sent", step="deliver", delivery=delivery.id, channel=destination.channel)
        give_up(db, destination, delivery, f"a fault in this program: {error!r}")
        return "failed"
    outbox.mark_sent(db, delivery.id, remote_id, parts=not ready.channel.threads)
    return "sent"


def send(ready: ReadyChannel, delivery: Sending) -> str | None:
    """Send a delivery. When an earlier attempt may have arrived, ask the channel first, again and again after waits that double:
    what it takes may show late. When it cannot be asked, mark the message as a possible repeat."""
    channel, since = ready.channel, delivery.unsure_since
    message = Message(
        delivery.key, delivery.target, delivery.alert, delivery.parts, delivery.notice, delivery.thread,
        repeat=since is not None and not channel.can_find,
    )  # fmt: skip
    if since and channel.can_find:
        found = channel.find(message, delivery.queued_at)
        if found is not None:
            return found
        passed_s = (now() - since).total_seconds()
        if 0 <= passed_s < ready.look_s:
            wait_s = min(max(passed_s, ready.first_wait_s), ready.look_s - passed_s)
            raise RetryLater("The channel does not show yet whether it took the message.", wait_s)
    return channel.send(message)


def postpone(db: Database, destination: Destination, ready: ReadyChannel, delivery: Sending, error: DeliveryError) -> str:
    """Schedule the next attempt, or give up after the time limit of the channel."""
    unsure = isinstance(error, OutcomeUnknown)
    if now() - delivery.first_attempt_at >= ready.give_up:
        give_up(db, destination, delivery, f"given up after {ready.give_up.total_seconds() / 3600:g} hours: {error}", unsure)
        return "failed"
    wait_s = wait_after(error, ready, delivery.attempts)
    log.warning(
        "delivery waits", step="deliver", delivery=delivery.id, channel=destination.channel, wait_s=round(wait_s), reason=str(error)
    )
    said = f"{outbox.REFUSED}{error}" if isinstance(error, ChannelRejected) else str(error)
    outbox.postpone(db, delivery.id, said, now() + timedelta(seconds=wait_s), unsure)
    return "later"


def give_up(db: Database, destination: Destination, delivery: Sending, error: str, unsure: bool = False) -> None:
    """Mark a delivery as failed; `bot/service/health.py` reports it."""
    log.error("delivery failed", step="deliver", delivery=delivery.id, channel=destination.channel, reason=error)
    outbox.mark_failed(db, delivery.id, error, unsure)


def wait_after(error: DeliveryError, ready: ReadyChannel, attempts: int) -> float:
    """Return the seconds to wait after a failed attempt: the time that the other side named, else 2, 4, 8, … at most an hour."""
    back_off = min(ready.first_wait_s * 2.0 ** min(attempts - 1, 20), LONGEST_WAIT_S)
    if isinstance(error, ChannelRejected):
        return max(error.wait_s, back_off)
    if isinstance(error, RetryLater) and error.wait_s:
        return error.wait_s
    return back_off


def seconds_to(step: Waiting) -> float:
    return max(0.05, (step.until - now()).total_seconds())


def now() -> datetime:
    return datetime.now(UTC)
