"""Slack end to end: the outbox through a strict local server, over real HTTP."""

import re
from collections.abc import Iterator
from datetime import UTC, timedelta
from pathlib import Path

import orjson
import pytest

from bot.deliver.channel import LETS_IN
from bot.deliver.slack import SlackChannel, WebhookChannel
from bot.deliver.worker import ReadyChannel, deliver
from bot.errors import ChannelRejected
from state.encode import moment
from state.outbox import Destination
from tests.rows import columns, rows
from tests.worlds.alert_rows import alert, fresh, queue, statuses
from tests.worlds.slack_server import CHANNEL, NAME, TOKEN, Server, Workspace

POLICY = Destination("policy", summary_above=10)
HOSTILE = "<!channel> *free* <https://evil.example|iso.org>"


@pytest.fixture
def slack() -> Iterator[Server]:
    with Server(Workspace()) as running:
        yield running


def bot(slack: Server, channel: str = f"#{NAME}", token: str = TOKEN) -> ReadyChannel:
    return ReadyChannel(SlackChannel(token, channel, UTC, slack.api), first_wait_s=0.05, look_s=0.2)


def hook(slack: Server) -> ReadyChannel:
    return ReadyChannel(WebhookChannel(slack.hook, UTC), first_wait_s=0.05)


def test_one_message_an_alert(tmp_path: Path, slack: Server) -> None:
    db = fresh(tmp_path)
    queue(db, [alert(n) for n in range(1, 4)], POLICY)
    assert deliver(db, {"policy": bot(slack)}) == 0
    assert slack.workspace.keys() == ["policy:1", "policy:2", "policy:3"]
    assert slack.workspace.rejected == []
    assert columns(db, "deliveries", "remote_id")[0] == f"{CHANNEL}/{slack.workspace.messages[0]['ts']}"


def test_many_become_one_message_and_its_thread(tmp_path: Path, slack: Server) -> None:
    db = fresh(tmp_path)
    queue(db, [alert(n) for n in range(1, 13)], POLICY)
    assert deliver(db, {"policy": bot(slack)}) == 0
    head, *thread = slack.workspace.messages
    assert "thread_ts" not in head
    assert "12 alerts" in head["text"]
    assert [message["thread_ts"] for message in thread] == [head["ts"]] * 12


@pytest.mark.parametrize("fault", ["429", "500", "500-after", "lost"])
@pytest.mark.parametrize("place", [0, 1, 3])
def test_bad_weather_doubles_and_loses_nothing(tmp_path: Path, slack: Server, fault: str, place: int) -> None:
    db = fresh(tmp_path)
    queue(db, [alert(n) for n in range(1, 13)], POLICY)
    slack.workspace.weather = [""] * place + [fault]
    assert deliver(db, {"policy": bot(slack)}) == 0
    assert sorted(slack.workspace.keys()) == sorted(["policy:run-1", *(f"policy:{n}" for n in range(1, 13))])


def test_a_time_out_after_accepting_is_looked_up(tmp_path: Path, slack: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    db, line = fresh(tmp_path), bot(slack)
    queue(db, [alert(1), alert(2)], POLICY)
    slack.workspace.weather = ["slow"]
    monkeypatch.setattr(line.channel.client, "timeout", 0.3)  # type: ignore[attr-defined]
    assert deliver(db, {"policy": line}) == 0
    assert slack.workspace.keys() == ["policy:1", "policy:2"]
    assert slack.workspace.calls["chat.postMessage"] == 2
    assert slack.workspace.calls["conversations.history"] == 1


def test_retry_after_is_honoured(tmp_path: Path, slack: Server) -> None:
    db = fresh(tmp_path)
    queue(db, [alert(1)], POLICY)
    slack.workspace.weather = ["429"]
    deliver(db, {"policy": bot(slack)})
    ((began, sent),) = columns(db, "deliveries", "first_attempt_at, sent_at")
    assert moment(sent) - moment(began) >= timedelta(seconds=0.99)


@pytest.mark.parametrize(("channel", "token"), [("#nowhere", TOKEN), (f"#{NAME}", "xoxb-revoked")])
def test_a_refusing_channel_fails_the_pass_and_keeps_its_alerts(tmp_path: Path, slack: Server, channel: str, token: str) -> None:
    db = fresh(tmp_path)
    queue(db, [alert(1), alert(2)], POLICY)
    assert deliver(db, {"policy": bot(slack, channel, token)}) == 1
    assert statuses(db) == ["pending", "pending"]
    assert slack.workspace.calls["chat.postMessage"] == 1
    assert token not in str(rows(db, "deliveries")) or token == TOKEN


def test_slack_being_away_is_waited_out(tmp_path: Path) -> None:
    db = fresh(tmp_path)
    queue(db, [alert(1)], POLICY)
    line = ReadyChannel(SlackChannel(TOKEN, f"#{NAME}", UTC, "http://127.0.0.1:9/api/"), first_wait_s=0.05)
    assert deliver(db, {"policy": line}, patience_s=0.3) == 1
    assert statuses(db) == ["pending"]  # it never went out, so there is nothing to look for


def test_hostile_titles_arrive_harmless(tmp_path: Path, slack: Server) -> None:
    db = fresh(tmp_path)
    queue(db, [alert(1, HOSTILE), alert(2, "x" * 5000), alert(3, "人工智能 مواصفات")], POLICY)
    deliver(db, {"policy": bot(slack)})
    texts = [message["text"] for message in slack.workspace.messages]
    assert texts[0] == "&lt;!channel&gt; ∗free∗ &lt;https://evil.example|iso.org&gt;"
    assert len(texts[1]) == 300
    assert texts[2] == "人工智能 مواصفات"
    assert slack.workspace.rejected == []


@pytest.mark.parametrize("fault", ["429", "500", "500-after", "lost"])
def test_a_webhook_repeats_at_most_what_it_announces(tmp_path: Path, slack: Server, fault: str) -> None:
    db = fresh(tmp_path)
    queue(db, [alert(n) for n in range(1, 4)], POLICY)
    slack.workspace.weather = ["", fault]
    assert deliver(db, {"policy": hook(slack)}) == 0
    texts = [message["text"] for message in slack.workspace.messages]
    plain = [text for text in texts if "may be a repeat" not in text]
    assert len(texts) == (4 if fault in ("500-after", "lost") else 3)
    assert len(set(plain)) == len(plain)
    assert {text.split(" (This")[0] for text in texts} == {f"China's SAC gained the secretariat of ISO/TC {n}" for n in (1, 2, 3)}


def test_a_webhook_tells_many_in_one(tmp_path: Path, slack: Server) -> None:
    db = fresh(tmp_path)
    queue(db, [alert(n) for n in range(1, 31)], POLICY)
    assert deliver(db, {"policy": hook(slack)}) == 0
    (message,) = slack.workspace.messages
    named = {int(number) for number in re.findall(r"ISO/TC (\d+)", orjson.dumps(message["blocks"]).decode())}
    assert named == set(range(1, 31))
    assert set(statuses(db)) == {"sent"}


def test_a_message_that_slack_files_late_is_told_once_and_holds_no_other_channel(tmp_path: Path, slack: Server) -> None:
    db, other = fresh(tmp_path), Server(Workspace())
    queue(db, [alert(1), alert(2)], Destination("policy"), Destination("other"))
    slack.workspace.weather = ["late"]
    with other:
        patient = ReadyChannel(SlackChannel(TOKEN, f"#{NAME}", UTC, slack.api), first_wait_s=0.05, look_s=5.0)
        assert deliver(db, {"policy": patient, "other": bot(other)}) == 0
    assert slack.workspace.keys() == ["policy:1", "policy:2"]
    assert slack.workspace.calls["conversations.history"] >= 3
    assert other.workspace.messages[-1]["when"] < slack.workspace.messages[0]["when"]


@pytest.mark.parametrize(
    ("kind", "scopes"),
    [
        ("public_channel", {"channels:read", "channels:history"}),
        ("private_channel", {"groups:read", "groups:history"}),
        ("private_channel", {"groups:read", "groups:history", "channels:read", "channels:history"}),
    ],
)
def test_the_documented_scopes_suffice_to_look_up_a_message_after_a_restart(
    tmp_path: Path, slack: Server, kind: str, scopes: set[str]
) -> None:
    slack.workspace.channel_type, slack.workspace.scopes = kind, {"chat:write", *scopes}
    db = fresh(tmp_path)
    queue(db, [alert(1)], POLICY)
    slack.workspace.weather = ["lost"]
    assert deliver(db, {"policy": bot(slack)}, patience_s=0) == 1
    assert deliver(db, {"policy": bot(slack)}) == 0
    assert slack.workspace.keys() == ["policy:1"]
    assert bot(slack).channel.check() == LETS_IN


@pytest.mark.parametrize(
    ("scopes", "words"),
    [
        (set(), "channels:read"),
        ({"channels:read"}, "missing_scope"),
        ({"groups:read"}, "shows the token no channel"),
    ],
)
def test_the_check_names_what_keeps_messages_from_being_found(slack: Server, scopes: set[str], words: str) -> None:
    slack.workspace.scopes = {"chat:write", *scopes}
    with pytest.raises(ChannelRejected, match=words):
        bot(slack).channel.check()
