"""Step 8, deliver: what the outbox holds goes to its places, each in its own order and at its own pace.

Every place has a worker of its own, so that a channel that fails, or answers slowly, holds up no other. What can go wrong is drawn
in bot/errors.py; an attempt with an unknown outcome is looked up before the next one, where the channel can be asked.
"""

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
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
from state.db import connection_of, open_database
from state.outbox import Destination, Leased, Waiting

log = structlog.get_logger()
PATIENCE_S = 45.0  # how long one pass waits for a channel that does not take what it is given
LONGEST_WAIT_S = 3600.0


@dataclass(frozen=True, slots=True)
class ReadyChannel:
    """A channel with the rules for sending to it: pause between two messages, when it is quiet, how many a day, when an alert is
    given up. `first_wait_s` is the wait after a first failure, also before a look."""

    channel: Channel
    hours: Hours = field(default_factory=Hours)
    pace_s: float = 0.0
    first_wait_s: float = 2.0
    give_up: timedelta = timedelta(hours=72)


def deliver(db: Database, lines: Mapping[str, ReadyChannel], patience_s: float = PATIENCE_S) -> int:
    """Send all that is due; returns how many deliveries failed, or still wait because of an error."""
    waiting = [(name, target) for name, target in sorted(outbox.places_waiting(db)) if name in lines]
    if not waiting:
        return 0
    path = Path(connection_of(db).execute("PRAGMA database_list").fetchone()["file"])
    with ThreadPoolExecutor(len(waiting), thread_name_prefix="deliver") as pool:
        passes = [pool.submit(work, path, Destination(name, target), lines[name], patience_s) for name, target in waiting]
        return sum(each.result() for each in passes)


def work(path: Path, place: Destination, line: ReadyChannel, patience_s: float) -> int:
    """One pass over one place, on a connection of its own, until nothing is due or patience is at its end; returns the failures."""
    db, failures, left, next_s = open_database(path), 0, patience_s, 0.0
    try:
        while not line.hours.quiet(now()):
            step = outbox.lease(db, place, line.hours.cap(now()))
            if isinstance(step, Leased):
                time.sleep(max(0.0, next_s - time.monotonic()))
                outcome = attempt(db, place, line, step)
                next_s = time.monotonic() + line.pace_s
                failures += outcome == "failed"
                left = patience_s if outcome == "sent" else left
            elif step is None or step.busy or not step.error:
                break  # done; or another worker does it; or it is held back on purpose
            elif (wait_s := seconds_to(step)) > left:
                return failures + 1
            else:
                left -= wait_s
                time.sleep(wait_s)
    finally:
        db.close()
    return failures


def attempt(db: Database, place: Destination, line: ReadyChannel, delivery: Leased) -> str:
    """Send one delivery, and write what became of it: sent, later or failed."""
    try:
        remote_id = send(line.channel, delivery)
    except Permanent as error:
        give_up(db, place, delivery, str(error))
        return "failed"
    except (RetryLater, OutcomeUnknown) as error:
        return put_off(db, place, line, delivery, error)
    except Exception as error:  # a fault of ours in one message must not stop those behind it
        log.exception("delivery cannot be sent", step="deliver", delivery=delivery.id, channel=place.channel)
        give_up(db, place, delivery, f"a fault in this program: {error!r}")
        return "failed"
    outbox.sent(db, delivery.id, remote_id, parts=not line.channel.threads)
    return "sent"


def send(channel: Channel, delivery: Leased) -> str | None:
    """Send, but look first when an earlier attempt may have arrived; where nobody can look, the message says that it may repeat."""
    message = Message(
        delivery.key, delivery.target, delivery.alert, delivery.parts, delivery.notice, delivery.thread,
        repeat=delivery.unsure and not channel.looks,
    )  # fmt: skip
    if delivery.unsure and channel.looks:
        found = channel.find(message, delivery.queued_at)
        if found is not None:
            return found
    return channel.send(message)


def put_off(db: Database, place: Destination, line: ReadyChannel, delivery: Leased, error: DeliveryError) -> str:
    """Try again later, or give up when it has been tried for long enough."""
    unsure = isinstance(error, OutcomeUnknown)
    if now() - delivery.first_attempt_at >= line.give_up:
        give_up(db, place, delivery, f"given up after {line.give_up.total_seconds() / 3600:g} hours: {error}", unsure)
        return "failed"
    wait_s = wait_after(error, line, delivery.attempts)
    log.warning(
        "delivery waits", step="deliver", delivery=delivery.id, channel=place.channel, wait_s=round(wait_s), reason=str(error)
    )
    said = f"{outbox.REFUSED}{error}" if isinstance(error, ChannelRejected) else str(error)
    outbox.later(db, delivery.id, said, now() + timedelta(seconds=wait_s), unsure)
    return "later"


def give_up(db: Database, place: Destination, delivery: Leased, error: str, unsure: bool = False) -> None:
    """Mark a delivery as failed; `bot/service/health.py` tells of it."""
    log.error("delivery failed", step="deliver", delivery=delivery.id, channel=place.channel, reason=error)
    outbox.failed(db, delivery.id, error, unsure)


def wait_after(error: DeliveryError, line: ReadyChannel, attempts: int) -> float:
    """Seconds to wait after an attempt that failed: as long as the other side says, else 2, 4, 8, … at most an hour."""
    back_off = min(line.first_wait_s * 2.0 ** min(attempts - 1, 20), LONGEST_WAIT_S)
    if isinstance(error, ChannelRejected):
        return max(error.wait_s, back_off)
    if isinstance(error, RetryLater) and error.wait_s:
        return error.wait_s
    return back_off


def seconds_to(step: Waiting) -> float:
    return max(0.05, (step.until - now()).total_seconds())


def now() -> datetime:
    return datetime.now(UTC)
