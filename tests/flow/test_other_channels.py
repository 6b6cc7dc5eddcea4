"""Mail, the signed webhook, apprise, the Atom feed and the console, each over what it really speaks."""

import base64
import hashlib
import hmac
import socket
from datetime import UTC
from pathlib import Path

import feedparser
import orjson
import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from bot.deliver.apprise import AppriseChannel
from bot.deliver.atom import FeedChannel
from bot.deliver.channel import LETS_IN, Channel
from bot.deliver.console import ConsoleChannel
from bot.deliver.email import EmailChannel, Server
from bot.deliver.slack import SlackChannel, WebhookChannel
from bot.deliver.webhook import SignedWebhook
from bot.deliver.worker import ReadyChannel, deliver
from bot.errors import ChannelRejected, DeliveryError
from state.outbox import Destination
from tests.rows import columns
from tests.worlds.alert_rows import alert, fresh, queue, statuses
from tests.worlds.smtp_server import mail_server

HOSTILE = "<!channel> *free* <script>alert(1)</script> \u202egnp.exe\x1b[31m 人工智能 مواصفات"
ONE, TWO = Destination("desk", "a@example.org"), Destination("desk", "b@example.org")


@pytest.mark.parametrize("security", ["starttls", "tls", "none"])
def test_mail_arrives_over_each_kind_of_connection(tmp_path: Path, security: str) -> None:
    db = fresh(tmp_path)
    queue(db, [alert(1, HOSTILE)], ONE, TWO)
    with mail_server(security) as (box, server):  # type: ignore[arg-type]
        assert deliver(db, {"desk": ReadyChannel(EmailChannel(server, "watch@example.org", UTC))}) == 0
    assert sorted(address for address, _ in box.arrived) == ["a@example.org", "b@example.org"]
    message = box.arrived[0][1]
    assert message["Subject"] == "<!channel> *free* <script>alert(1)</script> gnp.exe[31m 人工智能 مواصفات"
    assert "printed in secretariat" in message.get_content()
    assert len({message["Message-ID"] for _, message in box.arrived}) == 2


def test_one_refused_recipient_stops_no_other(tmp_path: Path) -> None:
    db = fresh(tmp_path)
    queue(db, [alert(1), alert(2)], ONE, TWO)
    with mail_server() as (box, server):
        box.refuse.add("a@example.org")
        assert deliver(db, {"desk": ReadyChannel(EmailChannel(server, "watch@example.org", UTC))}) == 2
    assert [address for address, _ in box.arrived] == ["b@example.org"] * 2
    assert sorted(statuses(db)) == ["failed", "failed", "sent", "sent"]


def test_a_wrong_password_and_a_wrong_certificate_keep_the_mail(tmp_path: Path) -> None:
    db = fresh(tmp_path)
    queue(db, [alert(1)], ONE)
    with mail_server(password="wrong") as (box, server):
        assert deliver(db, {"desk": ReadyChannel(EmailChannel(server, "watch@example.org", UTC))}) == 1
    assert box.arrived == []
    assert statuses(db) == ["pending"]
    (error,) = columns(db, "deliveries", "error")
    assert "does not take the login of desk" in error
    assert "wrong" not in error


@pytest.mark.parametrize("security", ["starttls", "tls", "none"])
def test_a_mail_server_is_checked_without_a_message(security: str) -> None:
    with mail_server(security) as (box, server):  # type: ignore[arg-type]
        assert EmailChannel(server, "watch@example.org", UTC).check() == LETS_IN
    assert box.arrived == []


def test_the_check_of_a_mail_server_reports_a_wrong_password() -> None:
    with mail_server(password="wrong") as (_, server), pytest.raises(ChannelRejected, match="does not take the login of desk"):
        EmailChannel(server, "watch@example.org", UTC).check()


def test_a_webhook_is_signed_and_retried_under_one_id(tmp_path: Path, httpserver: HTTPServer) -> None:
    seen: list[Request] = []

    def answer(request: Request) -> Response:
        request.get_data()
        seen.append(request)
        return Response(status=500 if len(seen) == 1 else 204)

    httpserver.expect_request("/hook").respond_with_handler(answer)
    db = fresh(tmp_path)
    queue(db, [alert(1, HOSTILE)], Destination("machine"))
    secret = "whsec_" + base64.b64encode(b"a secret of ours").decode()
    assert deliver(db, {"machine": ReadyChannel(SignedWebhook(httpserver.url_for("/hook"), secret), first_wait_s=0.05)}) == 0
    assert [request.headers["webhook-id"] for request in seen] == ["machine:1"] * 2
    assert [orjson.loads(request.get_data())["repeat"] for request in seen] == [False, True]
    last = seen[-1]
    signed = f"machine:1.{last.headers['webhook-timestamp']}.".encode() + last.get_data()
    expected = base64.b64encode(hmac.new(b"a secret of ours", signed, hashlib.sha256).digest()).decode()
    assert last.headers["webhook-signature"] == f"v1,{expected}"
    assert orjson.loads(last.get_data())["alert"]["headline"] == HOSTILE.replace("\u202e", "").replace("\x1b", "")


@pytest.mark.parametrize(("status", "after"), [(400, "failed"), (401, "pending"), (302, "pending"), (429, "pending")])
def test_what_a_webhook_answers_decides(tmp_path: Path, httpserver: HTTPServer, status: int, after: str) -> None:
    headers = {"Location": httpserver.url_for("/other"), "Retry-After": "60"}
    httpserver.expect_request("/hook").respond_with_data(status=status, headers=headers)
    db = fresh(tmp_path)
    queue(db, [alert(1)], Destination("machine"))
    assert deliver(db, {"machine": ReadyChannel(SignedWebhook(httpserver.url_for("/hook"), "s"))}) == 1
    assert statuses(db) == [after]
    assert len(httpserver.log) == 1


@pytest.mark.parametrize(("code", "says"), [(socket.EAI_NONAME, "has no address"), (socket.EAI_AGAIN, "No name server")])
def test_a_host_name_without_an_address_means_that_nothing_was_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, says: str
) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(code, "no such name")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    db = fresh(tmp_path)
    channels: dict[str, Channel] = {
        "machine": SignedWebhook("http://hook.example.org/x", "s"),
        "desk": EmailChannel(Server("smtp.example.org", 25, "none"), "watch@example.org", UTC),
        "policy": SlackChannel("xoxb-1", "#x", UTC, "http://slack.example.org/api/"),
        "chat": WebhookChannel("http://slack.example.org/hook", UTC),
    }
    queue(db, [alert(1)], *(Destination(name, "a@example.org" if name == "desk" else "") for name in channels))
    ready = {name: ReadyChannel(channel, first_wait_s=60) for name, channel in channels.items()}
    assert deliver(db, ready, patience_s=0) == 4
    assert statuses(db) == ["pending"] * 4, "never: it may have arrived"
    for name in ("machine", "desk"):
        assert says in columns(db, "deliveries", "error", "channel = ?", name)[0]
        with pytest.raises(DeliveryError, match=says):
            channels[name].check()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # apprise's own imports
def test_apprise_reaches_a_chat(tmp_path: Path, httpserver: HTTPServer) -> None:
    pytest.importorskip("apprise")
    httpserver.expect_request("/chat").respond_with_data("ok")
    db = fresh(tmp_path)
    queue(db, [alert(n) for n in range(1, 4)], Destination("chat", summary_above=2))
    channel = AppriseChannel(f"json://127.0.0.1:{httpserver.port}/chat", UTC)
    assert deliver(db, {"chat": ReadyChannel(channel)}) == 0
    ((request, _),) = httpserver.log
    told = orjson.loads(request.get_data())
    assert told["title"] == "3 alerts, 3 of them major"
    assert all(f"ISO/TC {n}" in told["message"] for n in (1, 2, 3))


def test_the_feed_is_atom_and_holds_the_newest_first(tmp_path: Path) -> None:
    db, path = fresh(tmp_path), tmp_path / "out" / "alerts.xml"
    channel = ReadyChannel(FeedChannel(path, "feed", tmp_path / "w.db"))
    queue(db, [alert(1), alert(2, HOSTILE)], Destination("feed"))
    assert deliver(db, {"feed": channel}) == 0
    first = path.read_bytes()
    feed = feedparser.parse(first)
    assert not feed.bozo
    assert feed.version == "atom10"
    titles = [entry.title_detail.value for entry in feed.entries]
    assert titles[1] == "China's SAC gained the secretariat of ISO/TC 1"
    assert "人工智能 مواصفات" in titles[0]
    assert b"<script" not in first
    queue(db, [alert(3)], Destination("feed"))
    deliver(db, {"feed": channel})
    again = feedparser.parse(path.read_bytes())
    assert [entry.id for entry in again.entries][1:] == [entry.id for entry in feed.entries]


def test_the_console_prints_nothing_that_a_terminal_obeys(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    db = fresh(tmp_path)
    queue(db, [alert(1, HOSTILE + " [bold red]not red[/]")], Destination("console"))
    assert deliver(db, {"console": ReadyChannel(ConsoleChannel(UTC))}) == 0
    shown = capsys.readouterr().err
    assert "\x1b[31m" not in shown
    assert "\u202e" not in shown
    assert "[bold red]not red[/]" in shown
    assert "人工智能 مواصفات" in shown
