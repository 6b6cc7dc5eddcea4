"""Alerts through a Slack in bad weather, while the sender is killed again and again: every alert arrives, and none twice."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from state import outbox
from state.outbox import Destination
from tests.shared import ROOT
from tests.worlds.alert_rows import alert, fresh, queue
from tests.worlds.slack_server import NAME, TOKEN, Server, Workspace

WORKER = """
import sys
from datetime import UTC
from pathlib import Path
from bot.deliver.slack import SlackChannel, WebhookChannel
from bot.deliver.worker import ReadyChannel, deliver
from state.db import open_database

kind, address, channel, token, db = sys.argv[1:]
channel = SlackChannel(token, channel, UTC, address) if kind == "bot" else WebhookChannel(address, UTC)
ready = ReadyChannel(channel, first_wait_s=0.05, look_s=0.3)
print("ready", flush=True)
with open_database(Path(db)) as opened:
    sys.exit(deliver(opened, {"policy": ready}))
"""


def storm(tmp_path: Path, kind: str, alerts: int, kills: int, seed: int = 8) -> Server:
    """Send `alerts` through bad weather with `kills` kills; returns the server when all are sent."""
    chance = random.Random(seed)
    db = fresh(tmp_path)
    singles, threaded = Destination("policy"), Destination("policy", summary_above=10)
    for start in range(1, alerts, 50):  # half of the runs are told one by one, half as a summary with a thread
        numbers = range(start, min(start + 50, alerts + 1))
        queue(db, [alert(n) for n in numbers], singles if (start // 50) % 2 or kind == "hook" else threaded)
    with Server(Workspace(chance=0.02, seed=seed)) as slack:
        address = slack.api if kind == "bot" else slack.hook
        call = [sys.executable, "-c", WORKER, kind, address, f"#{NAME}", TOKEN, str(tmp_path / "w.db")]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        killed = 0
        while outbox.waiting_destinations(db):
            worker = subprocess.Popen(call, stdout=subprocess.PIPE, env=environment, cwd=ROOT, stderr=subprocess.DEVNULL)
            assert worker.stdout
            assert worker.stdout.readline() == b"ready\n", "the worker does not start"
            if killed < kills:
                time.sleep(chance.uniform(0.02, share(alerts, kills)))
                if worker.poll() is None:
                    worker.send_signal(signal.SIGKILL)
                    killed += 1
            worker.wait()
            worker.stdout.close()
        assert killed >= kills, "it was done too soon for all the kills"
    return slack


def share(alerts: int, kills: int) -> float:
    """How long a worker may live, so that all kills happen before the end (about 4 ms a message)."""
    return 0.004 * alerts / kills


def told_once(slack: Server, alerts: int) -> None:
    keys = Counter(slack.workspace.keys())
    assert {key for key, count in keys.items() if count > 1} == set()
    assert {key for key in keys if "run" not in key} == {f"policy:{n}" for n in range(1, alerts + 1)}
    assert slack.workspace.rejected == []


def announced(slack: Server, alerts: int) -> None:
    texts = Counter(message["text"] for message in slack.workspace.messages)
    first = {text: count for text, count in texts.items() if "may be a repeat" not in text}
    assert max(first.values()) == 1
    assert {text.split(" (This")[0] for text in texts} == {
        f"China's SAC gained the secretariat of ISO/TC {n}" for n in range(1, alerts + 1)
    }


def test_a_few_hundred_through_a_storm(tmp_path: Path) -> None:
    told_once(storm(tmp_path, "bot", 500, 8), 500)


def test_a_webhook_in_a_storm_repeats_only_what_it_announces(tmp_path: Path) -> None:
    announced(storm(tmp_path, "hook", 200, 4), 200)


@pytest.mark.soak
def test_ten_thousand_through_a_storm(tmp_path: Path) -> None:
    slack = storm(tmp_path, "bot", 10_000, 50)
    told_once(slack, 10_000)
    print(f"{len(slack.workspace.messages)} messages, {dict(slack.workspace.calls)}")


@pytest.mark.soak
def test_thousands_through_a_webhook(tmp_path: Path) -> None:
    announced(storm(tmp_path, "hook", 3_000, 30), 3_000)
