"""The commands that deliver: replay --deliver, outbox, alerts resend, with Slack in a configuration file."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from tests.worlds.committee_list import AFNOR, SAC, committees, jsonl, row, warc
from tests.worlds.slack_server import TOKEN, Server, Workspace

CONFIG = """
[channels.policy]
kind = "slack"
channel = "#standards"
api_url = "{api}"
pace_s = 0
[[routes]]
to = ["policy"]
"""


@pytest.fixture
def slack() -> Iterator[Server]:
    with Server(Workspace()) as running:
        yield running


@pytest.fixture
def here(tmp_path: Path, slack: Server) -> Path:
    (tmp_path / "standards-watch.toml").write_text(CONFIG.format(api=slack.api))
    gained = committees(changed={7: row(7, SAC, [AFNOR])})
    warc(tmp_path / "weeks.warc.gz", [jsonl(committees()), jsonl(gained)])
    return tmp_path


def call(here: Path, *words: str, token: str = TOKEN) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "SLACK_BOT_TOKEN": token, "PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.run(
        [sys.executable, "-m", "bot", "--config", here / "standards-watch.toml", "--db", here / "w.db", *words],
        capture_output=True, env=environment, check=False,
    )  # fmt: skip


def rows(done: subprocess.CompletedProcess[bytes]) -> list[dict]:
    return [orjson.loads(line) for line in done.stdout.splitlines()]


def test_the_baseline_is_one_message_and_a_gain_another(here: Path, slack: Server) -> None:
    assert call(here, "replay", str(here / "weeks.warc.gz"), "--deliver", "--json").returncode == 0
    texts = [message["text"] for message in slack.workspace.messages]
    assert len(texts) == 2
    assert texts[0].startswith("Starting point: of 720 records of iso-committees, China leads 72 by secretariat")
    assert (
        texts[1].partition(" · ")[0] == "China's SAC took over the secretariat of ISO/TC 7 Invented committee 7 from DIN (Germany)"
    )
    (told,) = rows(call(here, "alerts", "--json"))
    assert [(d["channel"], d["status"], d["attempts"]) for d in told["deliveries"]] == [("policy", "sent", 1)]
    call(here, "replay", str(here / "weeks.warc.gz"), "--deliver")
    assert len(slack.workspace.messages) == 2
    assert call(here, "outbox").stdout == b"Nothing waits.\n"


@pytest.mark.parametrize("words", [["run"], ["serve"], ["doctor"], ["replay", "weeks.warc.gz", "--deliver"]])
def test_a_slack_channel_without_its_token_ends_what_may_tell_somebody(here: Path, words: list[str]) -> None:
    done = call(here, *(str(here / word) if word.endswith(".gz") else word for word in words), token="")
    assert done.returncode == 2
    assert b"line 2: channels.policy: it needs SLACK_BOT_TOKEN or SLACK_WEBHOOK_URL" in done.stdout + done.stderr
    assert not (here / "w.db").exists(), "nothing was polled"


@pytest.mark.parametrize("words", [["held", "accept", "1"], ["outbox", "retry", "--all"], ["alerts", "resend", "2"]])
def test_what_waits_is_not_touched_without_the_token(here: Path, slack: Server, words: list[str]) -> None:
    call(here, "replay", str(here / "weeks.warc.gz"), "--deliver", token="xoxb-revoked")
    before = rows(call(here, "outbox", "--json"))
    done = call(here, *words, token="")
    assert done.returncode == 2
    assert b"needs SLACK_BOT_TOKEN" in done.stderr
    assert rows(call(here, "outbox", "--json", token="")) == before


def test_a_replay_that_tells_nobody_needs_no_secret(here: Path, slack: Server) -> None:
    assert call(here, "replay", str(here / "weeks.warc.gz"), token="").returncode == 0
    assert slack.workspace.messages == []
    done = call(here, "alerts", "resend", "2")
    assert done.returncode == 2
    assert b"was meant for no channel" in done.stderr


def test_what_was_refused_waits_and_is_resent(here: Path, slack: Server) -> None:
    done = call(here, "replay", str(here / "weeks.warc.gz"), "--deliver", token="xoxb-revoked")
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert b"xoxb" not in done.stdout + done.stderr
    waiting = rows(call(here, "outbox", "--json"))
    assert [(row["status"], "invalid_auth" in (row["error"] or "")) for row in waiting] == [("pending", True), ("pending", False)]
    assert call(here, "alerts", "resend", "2").returncode == 1  # what is before it keeps its place
    assert call(here, "outbox", "retry", "--all").returncode == 0
    assert len(slack.workspace.messages) == 2
    assert b"arrived in policy" in call(here, "alerts", "resend", "2").stderr
    assert len(slack.workspace.messages) == 2


def test_dropping_takes_a_delivery_out(here: Path, slack: Server) -> None:
    call(here, "replay", str(here / "weeks.warc.gz"), "--deliver", token="xoxb-revoked")
    assert call(here, "outbox", "drop", "1").returncode == 0
    assert call(here, "outbox", "drop", "1").returncode == 2
    assert call(here, "outbox", "drop").returncode == 2
    assert [row["delivery"] for row in rows(call(here, "outbox", "--json"))] == [2]


def test_a_missing_secret_is_told_before_anything_is_polled(here: Path) -> None:
    done = call(here, "replay", str(here / "weeks.warc.gz"), "--deliver", token="")
    assert done.returncode == 2
    assert b"SLACK_BOT_TOKEN" in done.stderr
    assert rows(call(here, "changes", "--json")) == []
