"""What SECURITY.md promises and no other test holds: bombs in XML, secrets in logs and in the database, pins, where we listen."""

import logging
import re
import sqlite3
from pathlib import Path

import pytest
import structlog

from bot.config import SECRETS, Config
from bot.deliver.factory import ready_channels
from bot.deliver.worker import deliver
from bot.logs import set_up
from sources.formats.xml import child_text, elements
from sources.page import LayoutChanged, Page
from tests.rows import columns
from tests.shared import ROOT
from tests.worlds.alert_rows import SEEN, Destination, alert, fresh, queue

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
BOMB = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]><urlset><url><loc>&l11;</loc></url></urlset>'
TOKEN = "xoxb-0123456789-very-secret-words"


def test_entities_that_multiply_are_not_undone() -> None:
    try:
        texts = [child_text(each, "loc") for each in elements(Page.of("https://example.org/", BOMB.encode(), SEEN), "url")]
    except LayoutChanged:
        texts = []
    assert sum(map(len, texts)) < 100


@pytest.mark.parametrize("form", ["json", "text"])
def test_no_secret_passes_into_a_log(form: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    before = structlog.get_config()
    try:
        for name in SECRETS:
            monkeypatch.setenv(name, f"{TOKEN}-{name}")
            set_up(form, "info")  # type: ignore[arg-type]
            secret = f"{TOKEN}-{name}"
            try:
                raise ValueError(f"https://hooks.example/{secret} refused")
            except ValueError:
                structlog.get_logger().exception(f"told {secret}", reason=f"with {secret}", more={"deep": [secret, b"x", 1]})
    finally:
        structlog.configure(**before)
    printed = capsys.readouterr().err
    assert printed.count("[secret]") >= 3 * len(SECRETS)
    assert TOKEN not in printed


@pytest.mark.parametrize("secret", [{"SLACK_BOT_TOKEN": TOKEN}, {"SLACK_WEBHOOK_URL": f"http://127.0.0.1:9/services/{TOKEN}"}])
def test_no_secret_passes_into_the_database(secret: dict[str, str], tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    table = {"kind": "slack", "channel": "#policy", "api_url": "http://127.0.0.1:9/api/", "give_up_hours": 0.0001}
    db = fresh(tmp_path)
    queue(db, [alert(1)], Destination("policy"))
    config = Config.model_validate({"channels": {"policy": table}})
    assert deliver(db, ready_channels(config, secret, tmp_path / "w.db"), patience_s=0) == 1
    (error,) = columns(db, "deliveries", "error")
    db.close()
    assert error
    with sqlite3.connect(tmp_path / "w.db") as connection:
        dump = "\n".join(connection.iterdump())
    connection.close()
    assert "secret-words" not in dump
    assert "secret-words" not in caplog.text


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "requirements-browser.txt", "requirements-image.txt"])
def test_every_package_is_pinned_with_hashes(name: str) -> None:
    entries = (ROOT / name).read_text().replace("\\\n", " ").splitlines()
    wanted = [line for line in entries if line.strip() and not line.lstrip().startswith("#")]
    assert wanted
    assert [line for line in wanted if not re.match(r"[\w.\[\]-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", line)] == []


def test_nothing_listens_to_the_world_unless_told() -> None:
    assert Config().ops.listen.startswith("127.0.0.1:")
    ports = re.findall(r"ports: \[(.*)\]", (ROOT / "compose.yaml").read_text())
    assert ports
    assert all(each.startswith('"127.0.0.1:') for each in ports)


def test_the_tests_that_hold_the_claims_are_there() -> None:
    named = re.findall(r"`([\w/]+/)?(test_\w+\.py)`", (ROOT / "SECURITY.md").read_text(encoding="utf-8"))
    assert len(named) > 10
    assert [folder + name for folder, name in named if not (ROOT / "tests" / folder / name).is_file()] == []
