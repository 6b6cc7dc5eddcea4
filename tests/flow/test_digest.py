"""The weekly digest from ISO's real committee lists: what it says, what it shows, and that a quiet week is seen to be checked."""

import re
import subprocess
import sys
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import cast

import orjson
import pytest
from bs4 import BeautifulSoup

from tests.shared import shared

CAPTURES = "real/iso/committees-2025-06-12_07-30.warc.gz"


def call(db: Path, *words: str) -> bytes:
    return subprocess.run([sys.executable, "-m", "bot", "--db", db, *words], capture_output=True, check=True).stdout


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("digest") / "w.db"
    call(path, "replay", str(shared(CAPTURES)))
    return path


@pytest.fixture(scope="module")
def out(db: Path) -> Path:
    folder = db.parent / "out"
    call(db, "digest", "--week", "2025-W27", "--out", str(folder))
    return folder


def test_the_week_names_the_gain_and_the_hand_over(out: Path) -> None:
    for suffix in ("txt", "html"):
        page = " ".join((out / f"weekly-2025-W27.{suffix}").read_text().split())
        words = BeautifulSoup(page, "lxml").get_text(" ") if suffix == "html" else page
        assert "China's SAC gained the secretariat of ISO/TC 352 Digital Marketing" in words
        assert "China's SAC passed the secretariat of ISO/TC 269/SC 1 Infrastructure to AFNOR (France)" in words
        assert "Week 27, 30 June to 6 July 2025" in words


def test_the_numbers_are_those_of_the_week(db: Path) -> None:
    (row,) = [orjson.loads(line) for line in call(db, "digest", "--week", "2025-W27", "--json").splitlines()]
    assert [(each["value"], each["before"]) for each in row["numbers"]] == [(90, 90), (2, 0), (0, 0)]
    assert {code: row["secretariats"][code] for code in ("CN", "DE", "US")} == {"CN": 90, "DE": 134, "US": 92}
    (after,) = [orjson.loads(line) for line in call(db, "digest", "--week", "2025-W31", "--json").splitlines()]
    assert [(each["value"], each["before"]) for each in after["numbers"]] == [(91, 90), (1, 0), (0, 0)]


def test_the_charts_say_what_the_history_says(out: Path) -> None:
    page = BeautifulSoup((out / "weekly-2025-W27.html").read_text(), "lxml")
    alts = {str(image["src"]): str(image["alt"]) for image in page.find_all("img")}
    assert alts["weekly-2025-W27-china-led.png"].endswith("iso-committees from 90 on 12 June 2025 to 90.")
    assert "Germany 17.0%, United States 11.7%, China 11.5%" in alts["weekly-2025-W27-china-shares.png"]
    for name in alts:
        assert (out / name).read_bytes().startswith(b"\x89PNG")


def test_a_picture_is_the_same_each_time(db: Path, out: Path) -> None:
    again = db.parent / "again"
    call(db, "digest", "--week", "2025-W27", "--out", str(again))
    for picture in out.glob("*.png"):
        assert picture.read_bytes() == (again / picture.name).read_bytes()


def test_the_mail_is_whole_and_asks_for_nothing(out: Path) -> None:
    mail = cast(EmailMessage, message_from_bytes((out / "weekly-2025-W27.eml").read_bytes(), policy=policy.default))
    plain, page = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain
    assert page
    assert "ISO/TC 352" in plain.get_content()
    assert max(len(line) for line in plain.get_content().splitlines() if "http" not in line) <= 76
    html = page.get_content()
    assert len(html.encode()) < 100_000
    pictures = {part["Content-ID"].strip("<>"): part for part in mail.walk() if part.get_content_type() == "image/png"}
    sources = [str(image["src"]) for image in BeautifulSoup(html, "lxml").find_all("img")]
    assert sources
    assert {source.removeprefix("cid:") for source in sources} == set(pictures)
    assert not re.search(r"<(link|script|iframe|object)\b|url\(|@import", html)
    for name in ("Message-ID", "List-Unsubscribe", "Date", "Subject", "From", "To"):
        assert mail[name]


def test_a_quiet_week_says_so_and_that_it_was_checked(db: Path) -> None:
    text = call(db, "digest", "--week", "2025-W29").decode()
    assert "No alerts. 1 of 1 source was checked." in text
    assert "1 poll: 1 good" in text


def test_a_week_without_polls_claims_nothing(db: Path) -> None:
    text = " ".join(call(db, "digest", "--week", "2025-W40").decode().split())
    assert "iso-committees was not polled in these days; its last good poll was on 30 July 2025" in text
    assert "Nothing was checked in these days" in text
    assert "No alerts" not in text


def test_the_first_week_tells_what_is_held_as_watching_starts(db: Path) -> None:
    text = " ".join(call(db, "digest", "--week", "2025-W24").decode().split())
    assert "Starting point: of 785 records of iso-committees, China leads 90 by secretariat" in text
    assert "nothing to compare with yet" in text


@pytest.mark.parametrize("words", [("--week", "2025-W54"), ("--week", "27"), ("--since", "2025-07-01"), ("--send",)])
def test_wrong_use_is_told(db: Path, words: tuple[str, ...]) -> None:
    done = subprocess.run([sys.executable, "-m", "bot", "--db", db, "digest", *words], capture_output=True, check=False)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
