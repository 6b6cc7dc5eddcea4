"""A digest on its way: real SMTP with TLS and login, each recipient alone, never twice, caught up, harmless."""

import base64
import re
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from bot.config import Config
from bot.decide.watchlist import load_watchlist
from bot.deliver.email import Server
from bot.digest import send as sending
from bot.digest.collect import Digest, collect
from bot.digest.render import html, text
from bot.digest.send import build_mail, make_digest, send_digest, send_due
from bot.digest.week import due_week, last_week, week_named
from state import alerts
from tests.shared import ROOT
from tests.worlds.alert_rows import SEEN, alert, fresh, queue
from tests.worlds.smtp_server import Mailbox, mail_server

BRUSSELS = ZoneInfo("Europe/Brussels")
WEEK = week_named("2026-W02", BRUSSELS)
CONFIG = Config.model_validate(
    {
        "http": {"contact": "mailto:desk@example.org"},
        "channels": {
            "desk": {"kind": "email", "to": ["a@example.org", "b@example.org"], "host": "x", "sender": "watch@example.org"}
        },
        "digests": {"weekly": {"to": ["desk"]}},
    }
)
HOSTILE = '<!channel> *free* <script>alert(1)</script> =HYPERLINK("x") \u202egnp.exe 人工智能 مواصفات'


@pytest.fixture
def db(tmp_path: Path) -> Database:
    made = fresh(tmp_path)
    queue(made, [alert(1), alert(2, HOSTILE)])
    return made


def post(db: Database, server: Server, monkeypatch: pytest.MonkeyPatch, again: bool = False) -> int:
    monkeypatch.setattr(sending, "server", lambda table, environment: server)
    table = CONFIG.digests["weekly"]
    return send_digest(db, CONFIG, {}, make_digest(db, CONFIG, "weekly", table, WEEK), table, SEEN, again)


def to(box: Mailbox) -> list[str]:
    return [address for address, _ in box.arrived]


@pytest.mark.parametrize("security", ["starttls", "tls", "none"])
def test_each_recipient_gets_it_once(db: Database, monkeypatch: pytest.MonkeyPatch, security: str) -> None:
    with mail_server(security) as (box, server):  # type: ignore[arg-type]
        assert post(db, server, monkeypatch) == 0
        assert post(db, server, monkeypatch) == 0
    assert to(box) == ["a@example.org", "b@example.org"]
    assert len({mail["Message-ID"] for _, mail in box.arrived}) == 2
    first = box.arrived[0][1]
    assert first["To"] == "a@example.org"
    assert first["List-Unsubscribe"] == "<mailto:desk@example.org?subject=unsubscribe%20weekly>"
    assert first["Subject"] == "China: 2 roles gained, lost or passed (2026-W02)"


def test_one_refused_recipient_stops_no_other(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with mail_server() as (box, server):
        box.refuse.add("a@example.org")
        assert post(db, server, monkeypatch) == 1
        assert to(box) == ["b@example.org"]
        box.refuse.clear()
        assert post(db, server, monkeypatch) == 0
    assert to(box) == ["b@example.org", "a@example.org"]


def test_one_told_to_wait_gets_it_the_next_time(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with mail_server() as (box, server):
        box.busy.add("b@example.org")
        assert post(db, server, monkeypatch) == 1
        box.busy.clear()
        assert post(db, server, monkeypatch) == 0
    assert to(box) == ["a@example.org", "b@example.org"]


def test_a_connection_lost_after_the_message_is_not_repeated_unasked(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with mail_server() as (box, server):
        box.lost.add("a@example.org")
        assert post(db, server, monkeypatch) == 1
        assert post(db, server, monkeypatch) == 1
        assert to(box) == ["a@example.org", "b@example.org"]
        box.lost.clear()
        assert post(db, server, monkeypatch, again=True) == 0
    assert [mail["Message-ID"] for address, mail in box.arrived if address == "a@example.org"] == [
        box.arrived[0][1]["Message-ID"]
    ] * 2


def test_a_sender_killed_before_the_message_went_out_is_made_good(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    alerts.claim_digest(db, "weekly", WEEK.name, "a@example.org", "<x@example.org>")
    with mail_server() as (box, server):
        assert post(db, server, monkeypatch) == 0
    assert to(box) == ["a@example.org", "b@example.org"]


def test_monday_is_caught_up_once_however_late(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    db.execute("UPDATE runs SET status = 'baseline'")
    with mail_server() as (box, server):
        monkeypatch.setattr(sending, "server", lambda table, environment: server)
        for moment in ("2026-01-12T05:59:00+00:00", "2026-01-14T12:00:00+00:00", "2026-01-15T12:00:00+00:00"):
            assert send_due(db, CONFIG, {}, datetime.fromisoformat(moment)) == 0
    assert [mail["Subject"][-10:] for _, mail in box.arrived] == ["(2026-W02)"] * 2


@pytest.mark.parametrize(
    ("now", "week"),
    [
        ("2026-01-12T05:59:00+00:00", "2026-W01"),
        ("2026-01-12T06:00:00+00:00", "2026-W02"),
        ("2026-01-18T23:30:00+00:00", "2026-W02"),
        ("2026-03-30T05:00:00+00:00", "2026-W13"),
        ("2026-10-26T05:59:00+00:00", "2026-W42"),
        ("2026-10-26T06:00:00+00:00", "2026-W43"),
        ("2027-01-04T06:00:00+00:00", "2026-W53"),
    ],
)
def test_the_week_that_is_due(now: str, week: str) -> None:
    assert due_week("Mon 07:00", datetime.fromisoformat(now), BRUSSELS).name == week


def test_weeks_begin_in_the_zone_of_the_people() -> None:
    span = week_named("2026-W13", BRUSSELS)  # the clocks go forward on its Sunday
    assert (span.start.astimezone(UTC), span.end.astimezone(UTC)) == (
        datetime(2026, 3, 22, 23, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC),
    )  # fmt: skip
    assert last_week(datetime(2026, 1, 11, 23, 30, tzinfo=UTC), BRUSSELS).first == date(2026, 1, 5)


def test_the_command_sends_once(db: Database, tmp_path: Path) -> None:
    with mail_server("none") as (box, server):
        config = tmp_path / "c.toml"
        config.write_text(
            f'[channels.desk]\nkind = "email"\nto = ["a@example.org"]\nsender = "w@example.org"\nhost = "127.0.0.1"\n'
            f'port = {server.port}\nsecurity = "none"\n[digests.weekly]\nto = ["desk"]\n'
        )
        words = ["--config", config, "--db", tmp_path / "w.db", "digest", "--week", "2026-W02", "--send"]
        for _ in range(2):
            subprocess.run([sys.executable, "-m", "bot", *words], check=True, cwd=ROOT)
    assert to(box) == ["a@example.org"]


def test_hostile_titles_come_through_harmless(db: Database) -> None:
    digest = digest_of(db)
    page, plain = html(digest, {"china": []}), text(digest, {"china": []})
    soup = BeautifulSoup(page, "lxml")
    assert soup.find("script") is None
    assert "<script>alert(1)</script>" in soup.get_text().replace("\u200b", "")
    for shown in (page, plain):
        assert "\u202e" not in shown
        assert "人工智能 مواصفات" in " ".join(shown.split())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=st.text(min_size=1, max_size=300), url=st.text(max_size=40), due=st.text(max_size=12))
def test_no_text_becomes_markup(db: Database, title: str, url: str, due: str) -> None:
    digest = digest_of(db)
    for section in digest.parts[0].sections:
        for row in section.alerts:
            proof = {"url": url, "text": title}
            row.update(headline=title, url=url, due=due, reasons=[title], topics=[title], evidence=proof)  # type: ignore[attr-defined]
    soup = BeautifulSoup(html(digest, {"china": []}), "lxml")
    names = {tag.name for tag in soup.find_all(True)}
    assert names <= {
        "html",
        "head",
        "meta",
        "title",
        "style",
        "table",
        "tbody",
        "tr",
        "td",
        "body",
        "h1",
        "h2",
        "h3",
        "p",
        "a",
        "b",
        "i",
        "br",
        "span",
    }
    assert all(str(link["href"]).startswith(("http://", "https://")) for link in soup.find_all("a"))
    mail = build_mail(digest, {"china": []}, "watch@example.org", "a@example.org", SEEN)
    assert mail.as_bytes()


def test_a_flood_stays_small_enough_for_mail_programs(tmp_path: Path) -> None:
    db = fresh(tmp_path)
    queue(db, [alert(n, f"China's SAC gained the secretariat of ISO/TC {n} {'x' * 200}") for n in range(1, 501)])
    digest = digest_of(db)
    page = html(digest, {"china": []})
    assert len(base64.encodebytes(page.encode())) <= 90_000
    assert re.search(r"And 4\d\d more", page)
    plain = text(digest, {"china": []})
    assert {int(number) for number in re.findall(r"TC\s+(\d+)", plain)} == set(range(1, 501))


def digest_of(db: Database) -> Digest:
    return collect(db, "weekly", WEEK, [load_watchlist("china", "china")])
