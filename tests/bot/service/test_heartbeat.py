"""Jobs that fail: each reason is told once, past the outbox, and once when it is over."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app import App
from bot.config import Config
from bot.deliver.channel import Channel
from bot.deliver.worker import ReadyChannel
from bot.errors import DeliveryError, OutcomeUnknown, RetryLater
from bot.render.message import Message
from bot.service.heartbeat import Heartbeat
from bot.service.schedule import trigger
from bot.service.scheduler import Service, host_of
from sources import all_sources
from state import runs
from state.db import write

NAME = "iso-committees"


@pytest.fixture
def here(tmp_path: Path) -> Iterator[App]:
    made = App(Config(), tmp_path / "w.db")
    made.create()
    yield made
    made.close()


def test_a_reason_for_which_jobs_fail_is_said_once_and_when_it_is_over() -> None:
    heartbeat, full = Heartbeat(), sqlite3.OperationalError("disk full")
    hint = "Look at the disk and its permissions; it is tried again."
    for job in ("iso-committees", "health", "health", "iso-committees"):
        heartbeat.failed(job, full)
    heartbeat.failed("backup", PermissionError(13, "Permission denied", "/mnt/b"))
    heartbeat.succeeded("health")
    heartbeat.failed("health", full)
    assert heartbeat.untold == [
        f"The job iso-committees cannot be done (OperationalError: disk full). {hint}",
        f"The job backup cannot be done (PermissionError: Permission denied). {hint}",
    ]
    for job in ("health", "iso-committees", "deliver"):
        heartbeat.succeeded(job)
    assert heartbeat.untold[2:] == ["It is over, the jobs work again: OperationalError: disk full."]
    assert list(heartbeat.failing) == ["backup"]


def test_the_job_of_a_source_that_failed_after_its_poll_runs_again_soon(here: App) -> None:
    source = all_sources()[NAME]
    run = runs.begin(here.db, NAME, datetime.now(UTC).replace(microsecond=0), "serve", "0")
    run.status = "ok"
    with write(here.db) as connection:
        runs.finish(connection, run)
    service = Service(here, [source], Heartbeat())
    service.add(NAME, service.poll, trigger("every 2d", UTC), host_of(source), [source])
    service.scheduler.start(paused=True)
    service.check(here)
    assert service.queued == set(), "its turn is in two days"
    service.heartbeat.failed(NAME, OSError(28, "No space left on device"))
    service.check(here)
    assert service.queued == {NAME}
    service.run_job(NAME, service.poll, source)
    assert service.heartbeat.failing == {}
    service.scheduler.shutdown(wait=False)


class Deaf(Channel):
    """A channel that takes nothing for a while."""

    def __init__(self, *errors: DeliveryError):
        self.errors, self.tried, self.taken = list(errors), [], []  # type: ignore[var-annotated]

    def send(self, message: Message) -> str | None:
        self.tried.append(message)
        if self.errors:
            raise self.errors.pop(0)
        self.taken.append(message)
        return None


def test_what_the_outbox_cannot_take_goes_directly_until_it_arrives(here: App, monkeypatch: pytest.MonkeyPatch) -> None:
    config = Config.model_validate({"channels": {"a": {"kind": "console"}, "b": {"kind": "console"}}, "ops": {"to": ["a", "b"]}})
    channels = {"a": Deaf(), "b": Deaf(RetryLater("busy"), OutcomeUnknown("no answer"))}
    monkeypatch.setattr(App, "channels", lambda self: {name: ReadyChannel(channel) for name, channel in channels.items()})
    service = Service(replace(here, config=config), [], Heartbeat())
    service.heartbeat.failed("health", sqlite3.OperationalError("database or disk is full"))
    for _ in range(5):
        service.tell()
    assert [len(channel.tried) for channel in channels.values()] == [1, 3]
    assert [message.repeat for message in channels["b"].tried] == [False, False, True]
    assert len({message.key for message in channels["b"].tried}) == 1
